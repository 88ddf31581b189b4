/** A CRM that says not now, and tokens that end in the middle. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBudgetBook } from '../../src/connector/http/budget-book.ts'
import { hubspot as connector } from '../../src/connector/hubspot/connector.ts'
import type { Collaborators } from '../../src/engine/context.ts'
import { RequestFailure } from '../../src/connector/connector.ts'
import { simulatedTransport } from '../support/simulated-transport.ts'
import { contactSync, createWorld, type World } from '../support/world.ts'

let world: World
const rows = 1_000

beforeEach(async () => {
  world = await createWorld({
    state: {
      apps: [{ clientId: 'app', clientSecret: 'sec', appId: 1, scopes: 'all' }],
      refreshTokens: [{ token: 'ref', clientId: 'app', userId: 1 }],
    },
  })
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers select i, 'c' || i || '@x.com', 'Name', 'City' from range(1, ${rows + 1}) as t(i)`,
  )
})
afterEach(() => world.close())

/** What the CRM holds is the model, and the run after has nothing to do. */
async function expectRightRun(): Promise<void> {
  const next = await world.run(contactSync())
  expect(next).toMatchObject({ state: 'succeeded', error: null, outcomes: { deferred: 0 } })
  const records = world.hubspot.dump().state.records?.['0-1'] ?? []
  expect(records).toHaveLength(rows)
  expect(new Set(records.map((record) => record.properties['email'])).size).toBe(rows)
  world.callsSince()
  expect((await world.run(contactSync())).outcomes).toMatchObject({ unchanged: rows })
  expect(world.callsSince()).toBe(0)
}

const withOAuth =
  (refresh_token: string) =>
  (base: Collaborators): Collaborators => ({
    ...base,
    crm: connector.open(
      connector.options.parse({
        base_url: 'http://127.0.0.1:4010',
        oauth: { client_id: 'app', client_secret: 'sec', refresh_token },
      }),
      {
        clock: world.clock,
        random: Math.random,
        transport: simulatedTransport(world.hubspot, world.clock),
        budgets: createBudgetBook(world.clock),
      },
    ),
  })

describe('a daily limit', () => {
  it('reached in the middle defers the rest, counted; the next run completes', async () => {
    world.hubspot.planFault({
      kind: 'rate_limit_daily',
      operation: 'batch_create',
      skip: 4,
      times: 10_000,
    })
    const report = await world.run(contactSync())
    expect(report).toMatchObject({ state: 'succeeded', error: null, rows })
    const { delivered, deferred } = report.outcomes
    expect([delivered + deferred, delivered > 0, deferred > 0]).toEqual([rows, true, true])
    const reasons = Object.entries(report.reasons).filter(([, count]) => count > 0)
    expect(reasons.map(([reason]) => reason)).toEqual(
      expect.arrayContaining(['deferred crm.DAILY', 'deferred run.ended_early']),
    )
    expect(reasons.reduce((sum, [, count]) => sum + count, 0)).toBe(deferred)
    world.hubspot.clearPlannedFaults()
    await expectRightRun()
  })

  it('reached every second, for minutes, leaves the rest to the next run', async () => {
    world.hubspot.planFault({
      kind: 'rate_limit_burst',
      operation: 'batch_create',
      skip: 1,
      times: 10_000,
    })
    const report = await world.run(contactSync())
    expect(report).toMatchObject({ state: 'failed', error: { code: 'push.unreachable' } })
    expect(report.outcomes.delivered).toBeGreaterThan(0)
    expect(report.outcomes.delivered + report.outcomes.deferred).toBe(rows)
    world.hubspot.clearPlannedFaults()
    await expectRightRun()
  })

  it.each(['account', 'property_read', 'batch_read'] as const)(
    'told by %s while planning defers all that is due, counted; the next run completes',
    async (operation) => {
      world.hubspot.planFault({ kind: 'rate_limit_daily', operation, times: 10_000 })
      const report = await world.run(contactSync())
      expect(report).toMatchObject({
        state: 'succeeded',
        error: null,
        rows,
        outcomes: { delivered: 0, deferred: rows, rejected: 0, skipped: 0, unchanged: 0 },
        reasons: { 'deferred crm.DAILY': rows },
        planned: { creates: 0, updates: 0, deferred: rows },
      })
      expect(world.hubspot.log()).toEqual([])
      const held = await world.query(
        `select count(*)::varchar, min(reason), min(message) from syncline.contacts__held`,
      )
      expect(held).toEqual([[String(rows), 'crm.DAILY', expect.stringContaining('429')]])
      world.hubspot.clearPlannedFaults()
      await expectRightRun()
    },
  )

  it.each(['account', 'property_read', 'batch_read'] as const)(
    'told by %s of a plan is one error that says when to come back, and leaves no plan',
    async (operation) => {
      world.hubspot.planFault({ kind: 'rate_limit_daily', operation, times: 10_000 })
      await expect(world.plan(contactSync())).rejects.toMatchObject({
        code: 'push.exhausted',
        kind: 'unreachable',
        message: expect.stringContaining('429'),
        remedy: expect.stringContaining('Run again'),
      })
    },
  )
})

describe('423, a record that is locked', () => {
  it('is waited for', async () => {
    world.hubspot.planFault({ kind: 'locked', operation: 'batch_create', times: 3 })
    const before = world.clock.now()
    expect(await world.run(contactSync())).toMatchObject({ outcomes: { delivered: rows } })
    expect(world.clock.now() - before).toBeGreaterThanOrEqual(2_000)
    await expectRightRun()
  })

  it('that stays is one error; the next run is right', async () => {
    world.hubspot.planFault({ kind: 'locked', operation: 'batch_create', times: 10_000 })
    const report = await world.run(contactSync())
    expect(report).toMatchObject({
      state: 'failed',
      error: { code: 'push.unreachable', message: expect.stringContaining('HubSpot answered 423') },
      outcomes: { delivered: 0, deferred: rows },
    })
    world.hubspot.clearPlannedFaults()
    await expectRightRun()
  })
})

describe('477, an account that moves', () => {
  it('is waited for as long as the CRM says, where that is short', async () => {
    world.hubspot.configure({ faults: { retryAfterSeconds: 90 } })
    world.hubspot.planFault({ kind: 'migrating', operation: 'batch_create' })
    const before = world.clock.now()
    expect(await world.run(contactSync())).toMatchObject({ outcomes: { delivered: rows } })
    expect(world.clock.now() - before).toBeGreaterThanOrEqual(90_000)
    await expectRightRun()
  })

  it('for hours is one error that says when to run again, and waits for nothing', async () => {
    world.hubspot.configure({ faults: { retryAfterSeconds: 7_200 } })
    world.hubspot.planFault({ kind: 'migrating', operation: 'batch_create', times: 10_000 })
    const before = world.clock.now()
    const report = await world.run(contactSync())
    expect(report).toMatchObject({
      state: 'failed',
      error: {
        code: 'push.unreachable',
        message: expect.stringContaining('HubSpot answered 477'),
        remedy: expect.stringContaining('in 120 minutes'),
      },
      outcomes: { delivered: 0, deferred: rows },
    })
    expect(world.clock.now() - before).toBeLessThan(600_000)
    world.hubspot.clearPlannedFaults()
    await expectRightRun()
  })

  it('while planning is the same error', async () => {
    world.hubspot.planFault({ kind: 'migrating', operation: 'batch_read', times: 10_000 })
    await expect(world.run(contactSync())).rejects.toMatchObject({
      code: 'push.unreachable',
      remedy: expect.stringContaining('in 60 minutes'),
    })
    world.hubspot.clearPlannedFaults()
    await expectRightRun()
  })
})

describe('a host that goes away in the middle', () => {
  it('is one error; what was sent is known, the rest is sent by the next run', async () => {
    let requests = 0
    const gone = (base: Collaborators): Collaborators => ({
      ...base,
      crm: {
        ...base.crm,
        create: async (inputs, options) => {
          if (++requests <= 3) return base.crm.create(inputs, options)
          const message = '127.0.0.1:4010: connect ECONNREFUSED'
          throw new RequestFailure({ kind: 'unavailable', reason: 'refused', message })
        },
      },
    })
    const report = await world.run(contactSync(), {}, gone)
    expect(report).toMatchObject({
      state: 'failed',
      error: {
        code: 'push.unreachable',
        message: expect.stringContaining('ECONNREFUSED'),
        remedy: expect.stringContaining('Correct the address'),
      },
      outcomes: { delivered: 300, deferred: 700 },
    })
    await expectRightRun()
  })
})

describe('an OAuth token', () => {
  it('that expires in the middle, and at every kind of request, is renewed without a trace', async () => {
    for (const operation of ['account', 'property_read', 'batch_read', 'batch_create'] as const) {
      world.hubspot.planFault({ kind: 'expired_token', operation })
    }
    let creates = 0
    const slow = (base: Collaborators): Collaborators => {
      const opened = withOAuth('ref')(base)
      const create: typeof opened.crm.create = (...given) => {
        // Longer than a token lives; the request after such a pause finds its lease too short, too.
        if ([2, 7].includes(++creates)) world.clock.pass(2_000_000)
        return opened.crm.create(...given)
      }
      return { ...opened, crm: { ...opened.crm, create } }
    }
    const report = await world.run(contactSync(), {}, slow)
    expect(report).toMatchObject({ state: 'succeeded', error: null, outcomes: { delivered: rows } })
    expect(world.hubspot.calls()['oauth']).toBeGreaterThan(2)
    await expectRightRun()
  })

  it('that can not be renewed any more is one error without the secret', async () => {
    let requests = 0
    const revoked = (base: Collaborators): Collaborators => {
      const [good, bad] = [withOAuth('ref')(base), withOAuth('revoked-token')(base)]
      const crm = {
        ...good.crm,
        create: (...given: Parameters<typeof good.crm.create>) =>
          (++requests <= 3 ? good : bad).crm.create(...given),
      }
      return { ...good, crm }
    }
    const report = await world.run(contactSync(), {}, revoked)
    expect(report).toMatchObject({
      state: 'failed',
      error: { code: 'push.refused', message: expect.stringContaining('OAuth token') },
      outcomes: { delivered: 300, deferred: 700 },
    })
    expect(report.error?.message).not.toContain('revoked-token')
    await expectRightRun()
  })
})

describe('a search index that lags', () => {
  it('doubles nothing, run after run, also where the answers to creates are lost', async () => {
    const synclineKey = {
      name: 'syncline_key',
      label: 'Key',
      type: 'string',
      fieldType: 'text',
    } as const
    world.hubspot.seed({
      properties: { companies: [{ ...synclineKey, groupName: 'g', hasUniqueValue: true }] },
    })
    world.hubspot.configure({ searchLagMs: 3_600_000 })
    const sync = contactSync({
      name: 'companies',
      object: 'companies',
      match: { field: 'domain', column: 'city' },
      fields: [],
    })
    await world.sql(
      'delete from customers where id > 50',
      `update customers set city = 'd' || id || '.com'`,
    )
    world.hubspot.planFault({ kind: 'drop_after', operation: 'batch_create' })
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 50 })
    await world.sql(`insert into customers values (51, 'x', 'x', 'd51.com')`)
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, unchanged: 50 })
    const domains = (world.hubspot.dump().state.records?.['0-2'] ?? []).map(
      (record) => record.properties['domain'],
    )
    expect([domains.length, new Set(domains).size]).toEqual([51, 51])
  })
})
