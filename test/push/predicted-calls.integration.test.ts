import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RequestFailure } from '../../src/connector/connector.ts'
import { sharedTables } from '../../src/core/sql/names.ts'
import { applyPlan } from '../../src/engine/push/apply.ts'
import { type Collaborators, callsOf } from '../../src/engine/context.ts'
import type { CallPrediction } from '../../src/engine/push/plan/predict-calls.ts'
import { callsOfDay } from '../../src/engine/push/deliver/calls.ts'
import { planOnly } from '../../src/engine/push/push.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let world: World

const unique = { type: 'string', fieldType: 'text', groupName: 'g', hasUniqueValue: true } as const

beforeEach(async () => {
  world = await createWorld({
    state: {
      properties: {
        contacts: [{ ...unique, name: 'customer_key', label: 'Customer key' }],
        companies: [{ ...unique, name: 'account_key', label: 'Account key' }],
      },
      records: {
        companies: [
          { id: '501', properties: { account_key: 'acme' } },
          { id: '502', properties: { account_key: 'bolt' } },
        ],
      },
    },
  })
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar, account varchar)',
    `insert into customers select i, 'c' || i || '@x.com', 'N', 'Rome', 'acme' from generate_series(1, 2345) as t(i)`,
  )
})

afterEach(() => world.close())

const linked = contactSync({
  associations: [
    {
      to: 'companies',
      match: { field: 'account_key', column: 'account' },
      label: null,
      ifMissing: 'defer',
    },
  ],
})

interface Seen {
  readonly predicted: CallPrediction | null
  /** Calls after the prediction. */
  readonly made: number
}

async function seen(sync: PushSync): Promise<Seen> {
  let atPrediction = 0
  let crm: Collaborators['crm'] | null = null
  const { predicted } = await world.run(sync, {}, (base) => {
    crm = base.crm
    return {
      ...base,
      progress: ({ at }) => {
        if (at === 'predicted') atPrediction = callsOf(base.crm)
      },
    }
  })
  return { predicted, made: crm === null ? 0 : callsOf(crm) - atPrediction }
}

describe('the predicted calls', () => {
  it('are those that a first run, changes, moved links and deletes then make', async () => {
    const first = await seen(linked)
    // 2,345 creates in 20 + 4 batches: none spans two pages of the plan.
    expect(first.predicted).toMatchObject({ byKind: { create: 24, associations: 24 }, total: 48 })
    expect(first.made).toBe(48)

    await world.sql(
      `update customers set city = 'Oslo' where id <= 150`,
      `update customers set account = 'bolt' where id > 100 and id <= 220`,
      `update customers set account = null where id = 2000`,
    )
    const moved = await seen(linked)
    expect(moved.predicted).toMatchObject({ byKind: { update: 2, associations: 6 }, total: 8 })
    expect(moved.made).toBe(8)

    await world.sql(
      'delete from customers where id <= 30',
      `insert into customers values (3001, 'new@x.com', 'N', 'Rome', null)`,
    )
    const removed = await seen({ ...linked, removedRows: 'delete' })
    expect(removed.predicted).toMatchObject({ byKind: { create: 1, delete: 1, confirm: 31 } })
    expect(removed.made).toBe(removed.predicted?.total)
  })

  it('are those of upserts where nobody looks, and of values that swap', async () => {
    const unread = contactSync({ readBefore: false })
    const first = await seen(unread)
    expect(first.predicted).toMatchObject({ byKind: { upsert: 24 }, total: 24 })
    expect(first.made).toBe(24)
    await world.sql(`update customers set email = 'c' || (3 - id) || '@x.com' where id <= 2`)
    const swapped = await seen(contactSync())
    // One address is cleared first, and the two follow in phases of their own.
    expect(swapped.predicted).toMatchObject({ byKind: { update: 3 }, total: 3 })
    expect(swapped.made).toBe(3)
  })

  it('count reads before conditional writes apart: a fresh look is not repeated', async () => {
    const conditional = contactSync({
      fields: [field('firstname', 'first_name'), field('city', 'city', { write: 'if_unchanged' })],
    })
    await world.run(conditional)
    await world.sql(`update customers set city = 'Oslo' where id <= 250`)
    const { predicted, made } = await seen(conditional)
    expect(predicted).toMatchObject({ total: 3, rechecks: 3 })
    expect(made).toBe(3)
  })

  it('are none where there is nothing to deliver', async () => {
    await world.run(contactSync())
    expect((await world.run(contactSync())).predicted).toBeNull()
  })

  it('are told again by the run that applies the plan', async () => {
    const plan = await world.plan(contactSync())
    const applied = await world.push(applyPlan, contactSync(), { runId: plan.runId, kind: 'apply' })
    expect(applied.predicted).toEqual(plan.predicted)
    expect(plan.predicted?.total).toBe(24)
  })
})

async function spentBy(
  { ledger, warehouse, workingSchema }: World,
  syncs: readonly string[],
  now: number,
  except: string,
): Promise<number> {
  const told = { ledger, warehouse, shared: sharedTables(workingSchema) }
  let calls = 0
  for (const sync of syncs) calls += await callsOfDay(told, sync, now, except)
  return calls
}

describe('calls that a day leaves', () => {
  it('are compared with the plan: what does not fit is what the run then defers', async () => {
    const looks = await world.plan(contactSync({ name: 'measured' }))
    const planning = world.callsSince()
    expect(looks.predicted?.left.cap).toBeNull()
    // One worker at a time: batches that are in flight when the cap is reached still end.
    const capped = contactSync({ maxCallsPerDay: planning + 9 })
    const report = await world.run(capped, {}, (base) => ({ ...base, concurrency: 1 }))
    const left = report.predicted?.left.cap ?? 0
    expect(report.predicted?.beyond).toBe(2345 - left * 100)
    expect(report.outcomes.deferred).toBe(report.predicted?.beyond)
  })

  it('to all syncs of the connection are compared with it, too', async () => {
    await world.run(contactSync({ name: 'other', shared: true }), {
      selection: { onlyKey: null, limit: 100 },
    })
    const spent = world.callsSince()
    await world.plan(contactSync({ name: 'measured' }))
    const planning = world.callsSince()
    const names = ['other', 'measured', 'contacts']
    const capped =
      (max: number) =>
      (base: Collaborators): Collaborators => ({
        ...base,
        concurrency: 1,
        connectionCap: { max, spent: (now, except) => spentBy(world, names, now, except) },
      })
    const max = spent + planning * 2 + 9
    const report = await world.run(contactSync(), {}, capped(max))
    // Of the plan that was only made, one call was for what the CRM says is left.
    const left = report.predicted?.left.connectionCap ?? 0
    expect([left, report.predicted?.left.cap]).toEqual([10, null])
    expect(report.predicted?.beyond).toBe(report.rows - report.outcomes.unchanged - left * 100)
    expect(report.outcomes.deferred).toBe(report.predicted?.beyond)
    const refused = world.run(contactSync({ name: 'third' }), {}, capped(max))
    await expect(refused).rejects.toMatchObject({
      code: 'push.call_cap',
      message: expect.stringContaining('max_calls_per_day of connection hubspot is'),
    })
    world.clock.pass(24 * 3_600_000)
    const next = await world.run(contactSync(), {}, capped(100))
    expect(next.outcomes).toMatchObject({ delivered: report.outcomes.deferred, deferred: 0 })
  })

  it('to all syncs of the connection shrink while others use them', async () => {
    let others = 0
    const shared = (base: Collaborators): Collaborators => ({
      ...base,
      concurrency: 1,
      connectionCap: { max: 1_000, spent: () => Promise.resolve(others) },
      crm: {
        ...base.crm,
        create: (inputs, options) => {
          others = 1_000
          return base.crm.create(inputs, options)
        },
      },
    })
    const report = await world.run(contactSync(), {}, shared)
    expect(report.outcomes.delivered).toBeGreaterThan(0)
    expect(report.outcomes.deferred).toBeGreaterThan(0)
  })

  it('are asked of the CRM by a plan, and never by a run', async () => {
    const plan = await world.plan(contactSync())
    const { left } = plan.predicted ?? {}
    const usage = (await world.newCrm().usage?.()) ?? []
    expect(left?.vendor).toMatchObject({ name: 'daily', max: usage[0]?.max })
    const run = await world.run(contactSync())
    expect(run.predicted?.left.vendor).toBeNull()
  })

  it('stop no plan where the CRM does not tell them', async () => {
    const dumb = (base: Collaborators): Collaborators => ({
      ...base,
      crm: {
        ...base.crm,
        usage: () => Promise.reject(new RequestFailure({ kind: 'auth', message: 'no' })),
      },
    })
    const plan = await world.push(planOnly, contactSync(), { kind: 'plan' }, dumb)
    expect(plan).toMatchObject({ state: 'planned', predicted: { left: { vendor: null } } })
  })
})

describe('an edited mapping', () => {
  it('is told as the reason why rows are due, by field', async () => {
    await world.run(contactSync())
    await world.sql(`update customers set first_name = 'M' where id <= 10`)
    const edited = contactSync({
      fields: [
        field('firstname', 'first_name'),
        field('city', 'city', { nulls: 'always' }),
        field('jobtitle', 'account'),
      ],
    })
    const { remapped, planned } = await world.plan(edited)
    expect(remapped).toEqual({ rows: 2345, fields: { city: 2345, jobtitle: 2345 } })
    expect(planned).toMatchObject({ updates: 2345 })
  })

  it('is not told of rows that the model made due', async () => {
    await world.run(contactSync())
    await world.sql(
      `update customers set first_name = 'M' where id <= 10`,
      `insert into customers values (9001, 'z@x.com', 'Z', 'Rome', null)`,
    )
    expect((await world.plan(contactSync())).remapped).toEqual({ rows: 0, fields: {} })
  })
})
