/** Pushes to Salesforce by Bulk API 2.0: the connector's jobs against the local Salesforce. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PushReport } from '../../src/engine/push/push-report.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { noLimits } from '../../src/simulator/salesforce/request/api-limits.ts'
import {
  accountSync,
  createSalesforceWorld,
  opportunitySync,
  type SalesforceWorld,
} from '../support/salesforce-world.ts'
import { field, type Wrap } from '../support/world.ts'

const processingMs = 30_000

let world: SalesforceWorld

async function open(connection: Readonly<Record<string, unknown>> = {}): Promise<void> {
  world = await createSalesforceWorld({ limits: noLimits, bulkBatchMs: processingMs }, connection)
  world.salesforce.seed({
    fields: { Account: [{ name: 'AnnualRevenue', type: 'currency', precision: 18, scale: 2 }] },
  })
  await world.sql(
    'create table accounts (id bigint, account_key varchar, name varchar, city varchar, revenue decimal(18, 2))',
    `insert into accounts select i, 'A-' || i, 'Account, "' || i || '"', 'City' || chr(10) || (i % 10), 1234567890123456.78 from range(1, 501) as t(i)`,
    'create table deals (id bigint, deal_key varchar, name varchar, stage varchar, closes_on date, amount decimal(18, 2), account_key varchar)',
    `insert into deals select i, 'D-' || i, 'Deal ' || i, 'Prospecting', date '2026-12-31', i * 1000.25, 'A-' || (i % 50 + 1) from range(1, 601) as t(i)`,
  )
}

beforeEach(() => open())
afterEach(() => world.close())

const fields = [
  field('Name', 'name'),
  field('BillingCity', 'city'),
  field('AnnualRevenue', 'revenue'),
]

function pushAccounts(changes: Partial<PushSync> = {}): Promise<PushReport> {
  return world.run(accountSync({ bulkFrom: 250, fields, ...changes }))
}

type Values = Readonly<Record<string, unknown>>

function held(object: string): ReadonlyMap<string, Values> {
  const records = world.salesforce.dump().state.records[object] ?? []
  const key = object === 'Account' ? 'Account_Key__c' : 'Deal_Key__c'
  return new Map(
    records
      .filter(({ deletedAt = null }) => deletedAt === null)
      .map(({ id, values }) => [String(values[key]), { Id: id, ...values }]),
  )
}

/** Calls that had to do with jobs, so far. */
function jobCalls(): number {
  return Object.entries(world.salesforce.calls())
    .filter(([endpoint]) => endpoint.includes('job'))
    .reduce((sum, [, calls]) => sum + calls, 0)
}

describe('a push by jobs', () => {
  it('creates, changes, empties and deletes, and then has nothing to do', async () => {
    const first = await pushAccounts()
    expect(first).toMatchObject({ reasons: {}, outcomes: { delivered: 500, rejected: 0 } })
    expect(jobCalls()).toBeGreaterThan(0)
    expect(held('Account').get('A-7')).toMatchObject({
      Name: 'Account, "7"',
      BillingCity: 'City\n7',
      AnnualRevenue: '1234567890123456.78',
    })
    await world.sql(
      `update accounts set city = null where id <= 260`,
      `update accounts set name = '  Same  ' where id > 450`,
    )
    expect((await pushAccounts()).outcomes).toMatchObject({ delivered: 310 })
    const emptied = held('Account').get('A-7')
    expect(emptied).toMatchObject({ Name: 'Account, "7"' })
    expect(emptied?.['BillingCity'] ?? null).toBeNull()
    await world.sql('delete from accounts where id > 200')
    const removed = await pushAccounts({ removedRows: 'delete' })
    expect(removed.outcomes).toMatchObject({ delivered: 300 })
    expect(held('Account').size).toBe(200)
    const before = world.salesforce.calls()
    const last = await pushAccounts({ removedRows: 'delete' })
    expect(last.outcomes).toMatchObject({ delivered: 0, unchanged: 200 })
    expect(world.salesforce.calls()).toEqual(before)
  })

  it('names parents by their external ids', async () => {
    await pushAccounts()
    const report = await world.run(opportunitySync({ bulkFrom: 250 }))
    expect(report.outcomes).toMatchObject({ delivered: 600, rejected: 0 })
    const accounts = held('Account')
    for (const [key, deal] of held('Opportunity')) {
      const account = accounts.get(`A-${(Number(key.slice(2)) % 50) + 1}`)
      expect(deal['AccountId']).toBe(account?.['Id'])
    }
  })

  it('upserts without a look, and takes over what is there', async () => {
    await pushAccounts({ name: 'first' })
    await world.sql(`update accounts set city = 'Oslo'`)
    const report = await pushAccounts({ name: 'second', readBefore: false })
    expect(report.outcomes).toMatchObject({ delivered: 500 })
    expect(held('Account').size).toBe(500)
    expect([...held('Account').values()].every(({ BillingCity: city }) => city === 'Oslo')).toBe(
      true,
    )
  })

  it('rejects what is wrong row by row, with Salesforce’s reason', async () => {
    await world.sql(
      `update deals set stage = 'Prospecting', closes_on = null where id in (3, 4)`,
      `update deals set account_key = 'A-none' where id = 5`,
    )
    await pushAccounts()
    const report = await world.run(opportunitySync({ bulkFrom: 250 }))
    expect(report.outcomes).toMatchObject({ delivered: 597, rejected: 3 })
    expect(report.reasons).toMatchObject({ 'rejected REQUIRED_FIELD_MISSING': 2 })
  })

  it('is taken up where an administrator ended the job', async () => {
    const ended: string[] = []
    const report = await world.run(accountSync({ bulkFrom: 250, fields }), {}, (base) => {
      const { bulk } = base.crm
      if (bulk === undefined) throw new Error('the connection takes no jobs')
      const state: typeof bulk.state = (id) => {
        if (ended.length === 0) {
          ended.push(id)
          world.salesforce.abortJob(id)
        }
        return bulk.state(id)
      }
      return { ...base, crm: { ...base.crm, bulk: { ...bulk, state } } }
    })
    expect(ended).toHaveLength(1)
    expect(report.outcomes).toMatchObject({ delivered: 500 })
    expect(held('Account').size).toBe(500)
  })

  describe('that a page answers for while the job is at work', () => {
    const page = { kind: 'html_page', operation: 'job_state', status: 404 } as const

    beforeEach(async () => {
      await pushAccounts()
      await world.sql(`update accounts set city = 'Oslo'`)
    })

    /** The job alone did it, and nothing comes later. */
    async function expectOneWriteEach(): Promise<void> {
      await world.clock.sleep(2 * processingMs)
      const updates = world.salesforce.log().filter(({ kind }) => kind === 'update')
      expect(updates).toHaveLength(500)
      const cities = [...held('Account').values()].map((account) => account['BillingCity'])
      expect(new Set(cities)).toEqual(new Set(['Oslo']))
    }

    it('waits for the job, and sends nothing besides', async () => {
      world.salesforce.planFault(page)
      expect(await pushAccounts()).toMatchObject({ reasons: {}, outcomes: { delivered: 500 } })
      await expectOneWriteEach()
    })

    it('leaves the job to the next run where only pages come, and loses nothing', async () => {
      world.salesforce.planFault({ ...page, times: 1000 })
      const underWay = { code: 'push.job_under_way' }
      await expect(pushAccounts()).rejects.toMatchObject(underWay)
      await expect(pushAccounts()).rejects.toMatchObject(underWay)
      world.salesforce.clearPlannedFaults()
      expect(await pushAccounts()).toMatchObject({ outcomes: { rejected: 0, deferred: 0 } })
      await expectOneWriteEach()
    })
  })

  it('whose results Salesforce no longer keeps is cleared up by its records, and written once', async () => {
    const stop = new AbortController()
    const left = world.run(
      accountSync({ bulkFrom: 250, fields }),
      { signal: stop.signal },
      (base) => {
        const { bulk } = base.crm
        if (bulk === undefined) throw new Error('the connection takes no jobs')
        const state: typeof bulk.state = (id) => {
          stop.abort(new Error('told to stop'))
          return bulk.state(id)
        }
        return { ...base, crm: { ...base.crm, bulk: { ...bulk, state } } }
      },
    )
    await expect(left).rejects.toThrow('told to stop')
    await world.clock.sleep(8 * 24 * 3_600_000)
    world.salesforce.expireJobs()
    expect(world.salesforce.dump().state.jobs).toEqual([])
    const report = await pushAccounts()
    expect(report).toMatchObject({ state: 'succeeded', outcomes: { rejected: 0, deferred: 0 } })
    expect(held('Account').size).toBe(500)
    expect(world.salesforce.log().filter(({ kind }) => kind === 'create')).toHaveLength(500)
  })

  it('is ended where a person gives the job up, and its rows are written once', async () => {
    // Longer than the next run gives to what was under way.
    world.salesforce.configure({ bulkBatchMs: 500_000 })
    const stop = new AbortController()
    const left = world.run(
      accountSync({ bulkFrom: 250, fields }),
      { signal: stop.signal },
      (base) => {
        const { bulk } = base.crm
        if (bulk === undefined) throw new Error('the connection takes no jobs')
        const state: typeof bulk.state = (id) => {
          stop.abort(new Error('told to stop'))
          return bulk.state(id)
        }
        return { ...base, crm: { ...base.crm, bulk: { ...bulk, state } } }
      },
    )
    await expect(left).rejects.toThrow('told to stop')
    const report = await world.run(accountSync({ bulkFrom: null, fields }), {}, (base) => ({
      ...base,
      givesUpJobs: true,
    }))
    expect(report.outcomes).toMatchObject({ delivered: 500 })
    const jobs = world.salesforce.dump().state.jobs ?? []
    expect(jobs.map(({ state }) => state)).toEqual(['Aborted'])
    expect(held('Account').size).toBe(500)
  })

  it('goes by collections where a duplicate rule may be overruled, as jobs do not heed it', async () => {
    await world.close()
    await open({ allow_duplicates: true })
    world.salesforce.seed({
      duplicateRules: [{ object: 'Account', fields: ['BillingCity'], action: 'alert' }],
    })
    const report = await pushAccounts()
    expect(report.outcomes).toMatchObject({ delivered: 500 })
    expect(world.salesforce.dump().state.jobs ?? []).toEqual([])
    await world.sql('delete from accounts where id > 200')
    await pushAccounts({ removedRows: 'delete' })
    expect(world.salesforce.dump().state.jobs).toHaveLength(1)
  })

  it('goes by collections where an object takes no jobs', async () => {
    const key = { type: 'string', length: 40, externalId: true, unique: true } as const
    world.salesforce.seed({
      customObjects: [
        {
          name: 'Ledger__c',
          bulk: false,
          fields: [
            { name: 'Name', type: 'string', nillable: false, nameField: true },
            { ...key, name: 'Ledger_Key__c' },
          ],
        },
      ],
    })
    const report = await pushAccounts({
      object: 'Ledger__c',
      match: { field: 'Ledger_Key__c', column: 'account_key' },
      fields: [field('Name', 'name')],
    })
    expect(report.outcomes).toMatchObject({ delivered: 500 })
    expect(world.salesforce.dump().state.records['Ledger__c']).toHaveLength(500)
    expect(world.salesforce.calls()).toMatchObject({ create_job: 1 })
    expect(world.salesforce.dump().state.jobs ?? []).toEqual([])
  })

  it('goes by collections for a text that means empty', async () => {
    await world.sql(`update accounts set name = '#N/A' where id = 9`)
    const report = await pushAccounts()
    expect(report.outcomes).toMatchObject({ delivered: 500 })
    expect(held('Account').get('A-9')).toMatchObject({ Name: '#N/A' })
    expect(world.salesforce.dump().state.jobs ?? []).toEqual([])
  })
})

describe('a day that is used up while a job is at work', () => {
  /** Does something before the job is first asked for its state. */
  function meanwhile(act: () => void): Wrap {
    let acted = false
    return (base) => {
      const { bulk } = base.crm
      if (bulk === undefined) throw new Error('the connection takes no jobs')
      const state: typeof bulk.state = (id) => {
        if (!acted) act()
        acted = true
        return bulk.state(id)
      }
      return { ...base, crm: { ...base.crm, bulk: { ...bulk, state } } }
    }
  }

  function used(): number {
    return world.salesforce.dump().state.requestsUsed
  }

  async function completed(): Promise<void> {
    world.salesforce.configure({ limits: noLimits })
    const report = await pushAccounts()
    expect(report).toMatchObject({ state: 'succeeded', outcomes: { rejected: 0, deferred: 0 } })
    expect(held('Account').size).toBe(500)
    expect(world.salesforce.log().filter(({ kind }) => kind === 'create')).toHaveLength(500)
  }

  const sync = accountSync({ bulkFrom: 250, fields })

  it('leaves the job to the next run, without an error, and loses nothing', async () => {
    const report = await world.run(
      sync,
      {},
      meanwhile(() => {
        world.salesforce.configure({ limits: { ...noLimits, dailyRequests: used() } })
      }),
    )
    expect(report).toMatchObject({
      state: 'delivering',
      error: null,
      reasons: { 'deferred run.in_flight': 500 },
    })
    await completed()
  })

  it('defers what is to be read of its rows where only our part is used up', async () => {
    const report = await world.run(
      sync,
      {},
      meanwhile(() => {
        // A person is faster with one record, so that its row must be looked at.
        const values = { Name: 'Theirs', Account_Key__c: 'A-7' }
        world.salesforce.edit({ kind: 'create', object: 'Account', values })
        const dailyRequests = Math.ceil((used() + 1) / 0.85)
        world.salesforce.configure({ limits: { ...noLimits, dailyRequests } })
      }),
    )
    expect(report).toMatchObject({ state: 'delivering', error: null, outcomes: { deferred: 500 } })
    await completed()
    expect(held('Account').get('A-7')).toMatchObject({ Name: 'Account, "7"' })
  })
})
