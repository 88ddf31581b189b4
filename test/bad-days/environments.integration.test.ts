import { renameSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { noLimits } from '../../src/simulator/hubspot/request/rate-limits.ts'
import { type HubSpotServer, serveHubSpot } from '../../src/simulator/hubspot/serve.ts'
import { BadDay, expectOneError } from './bad-day.ts'

let day: BadDay
let production: HubSpotServer

beforeEach(async () => {
  day = await BadDay.begin()
  production = await serveHubSpot({ port: 0, limits: noLimits, portalId: 8642 })
  day.edit('syncline.yaml', (text) =>
    text
      .replace('https://api.hubapi.com', production.url)
      .replace('prod.duckdb', 'warehouse.duckdb'),
  )
})
afterEach(async () => {
  await production.close()
  await day.end()
})

const token = { HUBSPOT_ACCESS_TOKEN: 'pat-local' }

describe('an environment that may not write', () => {
  it('dev never writes to a connection that is marked as production; a plan is made', async () => {
    const correct = day.edit('syncline.yaml', (text) =>
      text.replace('access_token: "pat-local"', 'access_token: "pat-local"\n    production: true'),
    )
    const said = await day.run()
    expectOneError(said, 4, 'push.not_writable', /dev never writes/, /--env/)
    for (const command of ['apply', 'retry']) {
      expect((await day.cli([command, 'customers'])).exit).not.toBe(0)
    }
    expect((await day.cli(['plan', 'customers'])).exit).toBe(0)
    await day.expectNothingWritten()
    correct()
    await day.expectRightRun()
  })

  it('says so where it is told by `write: false`', async () => {
    day.edit('syncline.yaml', (text) =>
      text.replace('  prod: ', '  look: { write: false }\n  prod: '),
    )
    const said = await day.cli(['run', 'customers', '--first', '--env', 'look'])
    expectOneError(said, 4, 'push.not_writable', /look says `write: false`/, /--env/)
    await day.expectNothingWritten('syncline_look')
    expect(day.contacts().records).toBe(0)
  })
})

describe('two environments', () => {
  it('share neither state nor working schema nor baseline', async () => {
    await day.expectRightRun()
    expect(production.simulator.log()).toEqual([])
    const inProd = await day.cli(['run', 'customers', '--env', 'prod'], token)
    // What dev confirmed is nothing to prod.
    expectOneError(inProd, 4, 'push.first_run', 'customers')
    const first = await day.cli(['run', 'customers', '--first', '--env', 'prod'], token)
    expect(first.reports).toMatchObject([{ outcomes: { delivered: 100 } }])
    expect(production.simulator.dump().state.records?.['0-1']).toHaveLength(100)
    const schemas = await day.query(
      `select schema_name from duckdb_tables() where table_name = 'customers__baseline' order by all`,
    )
    expect(schemas).toEqual([['syncline_dev'], ['syncline_prod']])
    const accounts = await day.query(
      `select account_id from syncline_dev.syncs union all select account_id from syncline_prod.syncs`,
    )
    expect(accounts).toEqual([['4711 contacts'], ['8642 contacts']])
    const [devRuns, prodRuns] = [
      await day.cli(['runs']),
      await day.cli(['runs', '--env', 'prod'], token),
    ]
    expect(devRuns.text).not.toBe(prodRuns.text)
    await day.expectRightRun()
  })

  it('stop the run when one takes the other’s state', async () => {
    await day.expectRightRun()
    expect((await day.cli(['run', 'customers', '--first', '--env', 'prod'], token)).exit).toBe(0)
    renameSync(day.path('.syncline/dev'), day.path('.syncline/lost'))
    renameSync(day.path('.syncline/prod'), day.path('.syncline/dev'))
    const said = await day.cli(['run', 'customers'])
    expectOneError(said, 4, 'state.diverged', 'under another state')
  })
})

describe('another account behind the same connection', () => {
  it('stops the run by name before anything is sent', async () => {
    await day.expectRightRun()
    await day.sql(`update customers set city = 'Ghent' where customer_id = 1`)
    const correct = day.edit('syncline.yaml', (text) =>
      text.replace(day.hubspot.url, production.url),
    )
    const said = await day.cli(['run', 'customers'])
    const cause = /reaches account 8642 .* bound to account 4711/
    expectOneError(said, 4, 'push.other_account', cause, /environment/)
    expect(production.simulator.log()).toEqual([])
    correct()
    const next = await day.cli(['run', 'customers'])
    expect(next.reports).toMatchObject([{ outcomes: { delivered: 1, unchanged: 99 } }])
    await day.expectRightRun()
  })
})

describe('a renamed sync', () => {
  it('goes on with its baseline where it says what it was called, and stops where not', async () => {
    await day.expectRightRun()
    renameSync(day.path('syncs/customers.yaml'), day.path('syncs/people.yaml'))
    await day.sql(`update customers set city = 'Ghent' where customer_id = 1`)
    const unsaid = await day.cli(['run', 'people'])
    expectOneError(unsaid, 4, 'push.first_run', 'people')
    day.edit('syncs/people.yaml', (text) => `${text}renamed_from: customers\n`)
    const said = await day.cli(['run', 'people'])
    // The name has runs of its own by now: a person must say which history counts.
    expectOneError(said, 2, 'ledger.sync_exists', /customers .*people/)
    // Nothing was moved: under its old name it goes on as if nothing had been tried.
    day.edit('syncs/people.yaml', (text) => text.replace('renamed_from: customers\n', ''))
    renameSync(day.path('syncs/people.yaml'), day.path('syncs/customers.yaml'))
    const back = await day.cli(['run', 'customers'])
    expect([back.exit, back.errors]).toEqual([0, []])
    expect(back.reports).toMatchObject([{ outcomes: { delivered: 1, unchanged: 99 } }])
  })

  it('sends the changes only', async () => {
    await day.expectRightRun()
    renameSync(day.path('syncs/customers.yaml'), day.path('syncs/people.yaml'))
    day.edit('syncs/people.yaml', (text) => `${text}renamed_from: customers\n`)
    await day.sql(`update customers set city = 'Ghent' where customer_id = 1`)
    for (const outcomes of [
      { delivered: 1, unchanged: 99 },
      { delivered: 0, unchanged: 100 },
    ]) {
      const said = await day.cli(['run', 'people'])
      expect([said.exit, said.errors]).toEqual([0, []])
      expect(said.reports).toMatchObject([{ outcomes }])
    }
    expect(day.contacts()).toEqual({ records: 100, doubled: 0 })
  })
})
