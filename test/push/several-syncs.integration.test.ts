/** Several syncs in one command: whom they wait for, and whom a failing one holds up. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliWorld, createCliWorld, type Said } from '../cli/cli-world.ts'

let world: CliWorld

const unique = { type: 'string', fieldType: 'text', groupName: 'g', hasUniqueValue: true } as const

/** In the order of their names, deals would come before the companies that they belong to. */
const syncs = {
  'a_deals.yaml': `type: push
from: { connection: warehouse, table: main.opportunities, key: id }
to: { connection: hubspot, object: deals, match: { deal_key: id } }
fields: { dealname: name, dealstage: { value: appointmentscheduled } }
associations:
  - { to: companies, match: { account_key: account } }
after: [b_missing, companies]
`,
  'b_missing.yaml': `type: push
from: { connection: warehouse, table: main.nowhere, key: id }
to: { connection: hubspot, object: contacts, match: { email: email } }
fields: { city: city }
shared: true
`,
  'companies.yaml': `type: push
from: { connection: warehouse, table: main.accounts, key: id }
to: { connection: hubspot, object: companies, match: { account_key: id } }
fields: { name: name }
`,
}

beforeAll(async () => {
  world = await createCliWorld({
    state: {
      properties: {
        companies: [{ ...unique, name: 'account_key', label: 'Account key' }],
        deals: [{ ...unique, name: 'deal_key', label: 'Deal key' }],
      },
    },
  })
  for (const [file, text] of Object.entries(syncs)) {
    writeFileSync(join(world.directory, 'syncs', file), text)
  }
  const shared = `type: push
from: { connection: warehouse, model: models/customers.sql, key: customer_id }
to: { connection: hubspot, object: contacts, match: { email: email } }
fields: { city: city }
shared: true
`
  writeFileSync(join(world.directory, 'syncs/customers.yaml'), shared)
  await world.sql(
    'create table accounts (id varchar, name varchar)',
    `insert into accounts values ('acme', 'Acme'), ('bolt', 'Bolt')`,
    'create table opportunities (id varchar, name varchar, account varchar)',
    `insert into opportunities values ('d1', 'One', 'acme'), ('d2', 'Two', 'bolt')`,
  )
})

afterAll(() => world.close())

/** What was told of each sync, in the order in which they went. */
function told(said: Said) {
  const document = said.json as { readonly syncs: readonly Record<string, unknown>[] } | undefined
  return document?.syncs ?? []
}

describe('a run of all syncs', () => {
  let first: Said

  beforeAll(async () => {
    first = await world.cli('run', '--all', '--first', '--json')
  })

  it('takes each after those that it names', () => {
    expect(told(first).map(({ sync }) => sync)).toEqual([
      'b_missing',
      'companies',
      'a_deals',
      'customers',
    ])
  })

  it('lets rows find the parents that a sync before theirs made', () => {
    expect(told(first)).toContainEqual(
      expect.objectContaining({
        sync: 'a_deals',
        outcomes: expect.objectContaining({ delivered: 2, deferred: 0 }),
      }),
    )
    const ends = (world.hubspot.simulator.dump().state.associations ?? []).filter(
      ({ from }) => from.object === '0-3',
    )
    expect(ends).toHaveLength(2)
  })

  it('is held up by none that fails, not even those after it, and tells the worst at its end', () => {
    const [failed, ...others] = told(first)
    expect(failed).toMatchObject({ sync: 'b_missing', error: { code: expect.any(String) } })
    expect(others.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded'])
    expect(first.code).toBe(2)
  })

  it('counts for each sync the calls that were its own', async () => {
    await world.sql(`insert into accounts values ('core', 'Core')`)
    const again = await world.cli('run', 'companies', 'a_deals', '--json')
    const calls = Object.fromEntries(told(again).map(({ sync, calls: made }) => [sync, made]))
    expect(calls['a_deals']).toEqual({ total: 0, by_endpoint: [] })
    expect(calls['companies']).toMatchObject({
      by_endpoint: expect.arrayContaining([
        expect.objectContaining({ endpoint: expect.stringContaining('batch/create'), calls: 1 }),
      ]),
    })
  })
})
