import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyPlan } from '../../src/engine/push/apply.ts'
import type { Collaborators } from '../../src/engine/context.ts'
import { Crash } from '../support/crashing.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers select i, 'c' || i || '@x.com', 'N', 'Rome' from generate_series(1, 1000) as t(i)`,
  )
})

afterEach(() => world.close())

describe('a cap of API calls per day', () => {
  it('defers what does not fit, and the next day delivers it', async () => {
    // Ten pages of a thousand rows are looked at; the cap leaves room for some of their creates.
    const sync = contactSync({ maxCallsPerDay: 16 })
    const first = await world.run(sync)
    expect(first.outcomes.delivered).toBeGreaterThan(0)
    expect(first.outcomes.deferred).toBeGreaterThan(0)
    expect(first.outcomes.delivered + first.outcomes.deferred).toBe(1000)
    expect(first.reasons).toHaveProperty('deferred run.ended_early')
    await expect(world.run(sync)).rejects.toMatchObject({ code: 'push.call_cap' })
    world.clock.pass(24 * 3_600_000)
    const next = await world.run(contactSync({ maxCallsPerDay: 100 }))
    expect(next.outcomes).toMatchObject({ delivered: first.outcomes.deferred, deferred: 0 })
  })
})

describe('a cap of API calls per day counts the calls of a run', () => {
  const dies = (at: RegExp, times: number) => {
    let seen = 0
    return (base: Collaborators): Collaborators => ({
      ...base,
      crm: new Proxy(base.crm, {
        get: (crm, name) => {
          const value: unknown = Reflect.get(crm, name)
          if (!at.test(String(name)) || typeof value !== 'function') return value
          return async (...given: unknown[]): Promise<unknown> => {
            seen += 1
            if (seen > times) throw new Crash(String(name))
            return Reflect.apply(value, crm, given)
          }
        },
      }),
    })
  }

  it('that was killed while it delivered', async () => {
    const first = world.run(contactSync(), {}, dies(/^create$/, 4))
    await expect(first).rejects.toThrow('died')
    const made = world.callsSince()
    expect(made).toBeGreaterThan(10)
    const capped = contactSync({ maxCallsPerDay: made })
    await expect(world.run(capped)).rejects.toMatchObject({ code: 'push.call_cap' })
  })

  it('that failed while it planned', async () => {
    const failing = contactSync({ fields: [field('no_such_field', 'city')] })
    await expect(world.run(failing)).rejects.toMatchObject({ code: 'push.unknown_field' })
    const made = world.callsSince()
    expect(made).toBeGreaterThan(0)
    const capped = contactSync({ maxCallsPerDay: made })
    await expect(world.run(capped)).rejects.toMatchObject({ code: 'push.call_cap' })
  })

  it('that only planned, and of the one that applied it', async () => {
    const plan = await world.plan(contactSync())
    await world.push(applyPlan, contactSync(), { runId: plan.runId, kind: 'apply' })
    const made = world.callsSince()
    const told = await world.query('select calls::varchar from syncline.runs')
    expect(told).toEqual([[String(made)]])
  })

  it('whose planning used it up, and ends that run with everything deferred', async () => {
    const planning = contactSync({ name: 'measured' })
    await world.plan(planning)
    // Without the call by which a plan asks for what is left of the CRM's day.
    const capped = contactSync({ maxCallsPerDay: world.callsSince() - 1 })
    const report = await world.run(capped)
    expect(report).toMatchObject({ state: 'succeeded', outcomes: { deferred: 1000 } })
  })
})

describe('the history', () => {
  it('loses its values after the retention, and keeps its counts', async () => {
    await world.run(contactSync())
    const values = `select count(*)::varchar from syncline.operations where changes <> '{}'`
    expect(await world.query(values)).toEqual([['1000']])
    world.clock.pass(31 * 24 * 3_600_000)
    await world.run(contactSync())
    expect(await world.query(values)).toEqual([['0']])
    const kept = `select count(*)::varchar from syncline.operations where status = 'delivered'`
    expect(await world.query(kept)).toEqual([['1000']])
  })

  it('lists rows that no key names, although nothing else is due', async () => {
    await world.run(contactSync())
    await world.sql(
      `insert into customers values (null, 'x@x.com', 'X', 'Rome'), (7, 'y@x.com', 'Y', 'Rome')`,
    )
    world.callsSince()
    const report = await world.run(contactSync())
    expect(report).toMatchObject({ rows: 1002, outcomes: { unchanged: 999, rejected: 3 } })
    expect(world.callsSince()).toBe(0)
    const told = await world.query(
      'select reason, key, message from syncline.failures order by reason',
    )
    expect(told).toEqual([
      ['key.duplicate', '7', '2 rows have this key'],
      ['key.null', '', '1 row has no key'],
    ])
  })
})
