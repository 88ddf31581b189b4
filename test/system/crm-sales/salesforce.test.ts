/**
 * examples/crm-sales to Salesforce on real input: accounts by jobs of the Bulk API, opportunities that name
 * their account by its external id; the same days as for HubSpot.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noLimits } from '../../../src/simulator/salesforce/api-limits.ts'
import { serveSalesforce } from '../../../src/simulator/salesforce/serve.ts'
import type { SalesforceSimulator } from '../../../src/simulator/salesforce/simulator.ts'
import type { WriteLogEntry } from '../../../src/simulator/salesforce/write-log.ts'
import { type PostgresDatabase, postgresDatabase } from '../../support/postgres-server.ts'
import { changedCount, dirt } from './days.ts'
import { keyOf } from './facts.ts'
import { differences, type Records } from './records.ts'
import { expectedOf, heldIn, type Holding } from './salesforce-judge.ts'
import { type Days, isThere, type LocalCrm, missing, type Played, Site } from './site.ts'

interface LocalSalesforce extends LocalCrm<WriteLogEntry, Holding> {
  readonly simulator: SalesforceSimulator
}

async function localSalesforce(): Promise<LocalSalesforce> {
  const { url, simulator, close } = await serveSalesforce({ port: 0, limits: noLimits })
  return {
    name: 'salesforce',
    variables: {
      SALESFORCE_URL: url,
      SALESFORCE_CLIENT_ID: 'local',
      SALESFORCE_CLIENT_SECRET: 'local-secret',
    },
    calls: () => simulator.calls(),
    log: () => simulator.log(),
    held: () => heldIn(simulator.dump()),
    close,
    simulator,
  }
}

/** The write log in the judge's words: fields by key. */
function written(
  writes: readonly WriteLogEntry[],
  object: 'Account' | 'Opportunity',
  held: Records,
  { simulator }: LocalSalesforce,
): Readonly<Record<string, string>> {
  const field = object === 'Account' ? 'Account_Key__c' : 'Opportunity_Key__c'
  const records = simulator.dump().state.records[object] ?? []
  const keys = new Map(records.map(({ id, values }) => [id, String(values[field])]))
  const found = writes
    .filter((entry) => entry.object === object)
    .map(({ id, changes }) => {
      const said = Object.keys(changes).map((name) => (name === 'OwnerId' ? 'owner' : name))
      return [keys.get(id) ?? '', said.toSorted().join(' ')] as const
    })
  expect(found.every(([key]) => key in held)).toBe(true)
  return Object.fromEntries(found)
}

/** Objects and operations of the Bulk jobs whose batches a run's writes came from. */
function jobsOf(
  { writes }: Played<WriteLogEntry, Holding>,
  { simulator }: LocalSalesforce,
): readonly string[] {
  const requests = new Set(writes.map(({ requestId }) => requestId?.split('-')[0]))
  return simulator
    .dump()
    .state.jobs.filter(({ spec }) => requests.has(spec.id))
    .map(({ spec }) => `${spec.operation} ${spec.object}`)
}

const warehouses = ['duckdb', 'postgres']

describe.skipIf(!isThere).each(warehouses)(
  `crm-sales to Salesforce from %s${missing}`,
  (warehouse) => {
    let postgres: PostgresDatabase | null = null
    let salesforce: LocalSalesforce
    let site: Site<WriteLogEntry, Holding>
    let days: Days<WriteLogEntry, Holding>

    beforeAll(async () => {
      if (warehouse === 'postgres') postgres = await postgresDatabase()
      salesforce = await localSalesforce()
      site = new Site(salesforce, postgres)
      days = await site.play()
    })

    afterAll(async () => {
      await site.close()
      await postgres?.drop()
    })

    it('is prepared by one command, and then lacks nothing', () => {
      const { prepared, checked } = days
      expect(prepared).toMatchObject({ code: 0, stderr: '' })
      expect(prepared.stdout).toContain('set up the local Salesforce')
      expect(checked).toMatchObject({ code: 0 })
    })

    it('makes a record of every account and every opportunity, with the right values', () => {
      const { first, files } = days
      expect(first).toMatchObject({
        code: 0,
        accounts: {
          sync: 'accounts',
          state: 'succeeded',
          planned: { creates: files.accounts.length, updates: 0 },
          outcomes: { delivered: files.accounts.length, rejected: 0, deferred: 0 },
        },
        opportunities: {
          sync: 'opportunities',
          state: 'succeeded',
          planned: { creates: files.sales_pipeline.length, updates: 0 },
          outcomes: { delivered: files.sales_pipeline.length, rejected: 0, deferred: 0 },
        },
      })
      expect(first.held).toEqual(expectedOf(files))
    })

    it('writes accounts by jobs, and opportunities by jobs while they are many', () => {
      const { first, next } = days
      expect(jobsOf(first, salesforce)).toEqual([
        'insert Account',
        'insert Opportunity',
        'insert Opportunity',
      ])
      expect(jobsOf(next, salesforce)).toEqual(['update Account'])
      expect(next.calls).toMatchObject({ create_job: 1, collection_update: 1 })
    })

    it('takes the dirt of the files for what it is', () => {
      const { files, first } = days
      const { opportunities } = first.held
      const without = (column: string) =>
        files.sales_pipeline.flatMap((line) =>
          line[column] === '' ? (line['opportunity_id'] ?? '') : [],
        )
      const ids = Object.keys(opportunities)
      const lacking = ids.filter((id) => opportunities[id]?.['account'] === undefined)
      expect(lacking.length).toBeGreaterThan(0)
      expect(lacking.toSorted()).toEqual(without('account').toSorted())
      const open = without('close_date')
      expect(open.length).toBeGreaterThan(0)
      expect(open.every((id) => opportunities[id]?.['CloseDate']?.endsWith('-12-31'))).toBe(true)
    })

    it('asks for nothing and writes nothing when nothing changed', () => {
      const { files, idle } = days
      expect(idle).toMatchObject({
        code: 0,
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
      const accounts = differences(before.accounts, after.accounts)
      const opportunities = differences(before.opportunities, after.opportunities)
      expect(Object.keys(opportunities)).toHaveLength(changedCount(files))
      expect(next).toMatchObject({
        code: 0,
        accounts: { planned: { creates: 0, updates: Object.keys(accounts).length } },
        opportunities: { planned: { creates: 0, updates: Object.keys(opportunities).length } },
      })
      expect(next.held).toEqual(after)
      expect(written(next.writes, 'Account', after.accounts, salesforce)).toEqual(accounts)
      const deals = written(next.writes, 'Opportunity', after.opportunities, salesforce)
      expect(deals).toEqual(opportunities)
    })

    it('rejects what is wrong row by row, with the reason, and delivers the rest', () => {
      const { bad, changed, dirty, files } = days
      expect(bad).toMatchObject({
        code: 1,
        accounts: { state: 'succeeded', reasons: { 'rejected value.not_a_number': 1 } },
        opportunities: { state: 'succeeded' },
      })
      expect(bad.opportunities.reasons).toEqual({
        'rejected key.duplicate': 2,
        'rejected key.null': 1,
        // The product and the stage.
        'rejected value.unknown_option': 2,
        'rejected lookup.unknown': 1,
        // Salesforce finds no account of that key.
        'rejected INVALID_FIELD': 1,
        'rejected value.not_a_number': 1,
        // The close date and the day of opening.
        'rejected value.not_a_date': 2,
      })
      const [before, after] = [expectedOf(changed), expectedOf(dirty.files)]
      const rejected = keyOf(files.accounts[0]?.['account'])
      // A rejected row's record stays as it was; the others show what the files now add up to.
      expect(bad.held).toEqual({
        accounts: { ...after.accounts, [rejected]: before.accounts[rejected] },
        opportunities: before.opportunities,
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
