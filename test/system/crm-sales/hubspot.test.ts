/**
 * examples/crm-sales to HubSpot on real input: a first run, one with nothing to do, one after a day's
 * changes, and one after a day of bad data.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noLimits } from '../../../src/simulator/hubspot/rate-limits.ts'
import { serveHubSpot } from '../../../src/simulator/hubspot/serve.ts'
import type { HubSpotSimulator } from '../../../src/simulator/hubspot/simulator.ts'
import type { WriteLogEntry } from '../../../src/simulator/hubspot/write-log.ts'
import { type PostgresDatabase, postgresDatabase } from '../../support/postgres-server.ts'
import { changedCount, dirt } from './days.ts'
import { keyOf } from './facts.ts'
import { expectedOf, heldIn, type Holding } from './hubspot-judge.ts'
import { differences, type Records } from './records.ts'
import { type Days, isThere, type LocalCrm, missing, Site } from './site.ts'

interface LocalHubSpot extends LocalCrm<WriteLogEntry, Holding> {
  readonly simulator: HubSpotSimulator
}

async function localHubSpot(): Promise<LocalHubSpot> {
  const { url, simulator, close } = await serveHubSpot({ port: 0, limits: noLimits })
  return {
    name: 'hubspot',
    variables: { HUBSPOT_URL: url, HUBSPOT_ACCESS_TOKEN: 'pat-local' },
    calls: () => simulator.calls(),
    log: () => simulator.log(),
    held: () => heldIn(simulator.dump()),
    close,
    simulator,
  }
}

/** The write log in the judge's words: fields by key, without what HubSpot calculates. */
function written(
  writes: readonly WriteLogEntry[],
  object: string,
  held: Records,
  { simulator }: LocalHubSpot,
): Readonly<Record<string, string>> {
  const field = object === '0-2' ? 'account_key' : 'opportunity_id'
  const records = simulator.dump().state.records[object] ?? []
  const keys = new Map(records.map(({ id, properties }) => [id, properties[field] ?? '']))
  const found = writes
    .filter((entry) => entry.object === object)
    .map(({ id, changes }) => {
      const names = Object.keys(changes).filter((name) => !/^(hs_|num_)/.test(name))
      const said = names.map((name) => (name === 'hubspot_owner_id' ? 'owner' : name))
      return [keys.get(id) ?? '', said.toSorted().join(' ')] as const
    })
  expect(found.every(([key]) => key in held)).toBe(true)
  return Object.fromEntries(found)
}

const warehouses = ['duckdb', 'postgres']

describe.skipIf(!isThere).each(warehouses)(
  `crm-sales to HubSpot from %s${missing}`,
  (warehouse) => {
    let postgres: PostgresDatabase | null = null
    let hubspot: LocalHubSpot
    let site: Site<WriteLogEntry, Holding>
    let days: Days<WriteLogEntry, Holding>

    beforeAll(async () => {
      if (warehouse === 'postgres') postgres = await postgresDatabase()
      hubspot = await localHubSpot()
      site = new Site(hubspot, postgres)
      days = await site.play()
    })

    afterAll(async () => {
      await site.close()
      await postgres?.drop()
    })

    it('is prepared by one command, and then lacks nothing', () => {
      const { prepared, checked, files } = days
      expect(prepared).toMatchObject({ code: 0, stderr: '' })
      expect(prepared.stdout).toContain(`${files.sales_pipeline.length} sales_pipeline`)
      expect(checked).toMatchObject({ code: 0 })
    })

    it('makes a company of every account and a deal of every opportunity, with the right values', () => {
      const { first, files } = days
      expect(first).toMatchObject({
        code: 0,
        accounts: {
          sync: 'companies',
          state: 'succeeded',
          planned: { creates: files.accounts.length, updates: 0 },
          outcomes: { delivered: files.accounts.length, rejected: 0, deferred: 0 },
        },
        opportunities: {
          sync: 'deals',
          state: 'succeeded',
          planned: { creates: files.sales_pipeline.length, updates: 0 },
          outcomes: { delivered: files.sales_pipeline.length, rejected: 0, deferred: 0 },
        },
      })
      expect(first.held).toEqual(expectedOf(files))
    })

    it('takes the dirt of the files for what it is', () => {
      const { files, first } = days
      const without = (column: string) =>
        files.sales_pipeline.flatMap((line) =>
          line[column] === '' ? (line['opportunity_id'] ?? '') : [],
        )
      const { deals } = first.held
      for (const [column, field] of [
        ['account', 'company'],
        ['close_date', 'closedate'],
      ] as const) {
        const lacking = Object.keys(deals).filter((key) => deals[key]?.[field] === undefined)
        expect(without(column).length).toBeGreaterThan(0)
        expect(lacking.toSorted()).toEqual(without(column).toSorted())
      }
      expect(files.accounts.some((line) => line['employees']?.endsWith('.0'))).toBe(true)
    })

    it('asks for nothing and writes nothing when nothing changed', () => {
      const { files, idle } = days
      expect(idle).toMatchObject({
        code: 0,
        calls: {},
        writes: [],
        accounts: { calls: { total: 0 }, outcomes: { unchanged: files.accounts.length } },
        opportunities: {
          calls: { total: 0 },
          outcomes: { unchanged: files.sales_pipeline.length },
        },
      })
      expect(idle.calls).toEqual({})
    })

    it('writes only the rows and fields that a day changed', () => {
      const { files, changed, next } = days
      const [before, after] = [expectedOf(files), expectedOf(changed)]
      const companies = differences(before.companies, after.companies)
      const deals = differences(before.deals, after.deals)
      expect(Object.keys(deals)).toHaveLength(changedCount(files))
      expect(next).toMatchObject({
        code: 0,
        accounts: { planned: { creates: 0, updates: Object.keys(companies).length } },
        opportunities: { planned: { creates: 0, updates: Object.keys(deals).length } },
      })
      expect(next.held).toEqual(after)
      expect(written(next.writes, '0-2', after.companies, hubspot)).toEqual(companies)
      expect(written(next.writes, '0-3', after.deals, hubspot)).toEqual(deals)
    })

    it('rejects what is wrong row by row, with the reason, and delivers the rest', () => {
      const { bad, changed, dirty, files } = days
      expect(bad).toMatchObject({
        code: 1,
        accounts: { state: 'succeeded', reasons: { 'rejected value.not_a_number': 1 } },
        opportunities: { state: 'succeeded', planned: { creates: 0, updates: 0 } },
      })
      expect(bad.opportunities.reasons).toEqual({
        'rejected key.duplicate': 2,
        'rejected key.null': 1,
        'rejected value.unknown_option': 1,
        // The agent and the stage.
        'rejected lookup.unknown': 2,
        'deferred dependency': 1,
        'rejected value.not_a_number': 1,
        'rejected value.not_a_datetime': 1,
        'rejected value.not_a_date': 1,
      })
      const [before, after] = [expectedOf(changed), expectedOf(dirty.files)]
      const rejected = keyOf(files.accounts[0]?.['account'])
      // A rejected row's record stays as it was; the others show what the files now add up to.
      expect(bad.held).toEqual({
        companies: { ...after.companies, [rejected]: before.companies[rejected] },
        deals: before.deals,
      })
      expect(dirty.opportunities).toHaveLength(dirt.length)
    })

    it('is right again by itself once the files are', () => {
      const { changed, good } = days
      expect(good).toMatchObject({
        code: 0,
        accounts: { reasons: {}, planned: { rejected: 0 } },
        opportunities: {
          reasons: {},
          planned: { rejected: 0, deferred: 0, creates: 0, updates: 0 },
        },
      })
      expect(good.held).toEqual(expectedOf(changed))
    })
  },
)
