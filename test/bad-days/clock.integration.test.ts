/** A wall clock that jumps in the middle of a run, forwards or back. Only the monotonic one can be trusted. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { holdLease, leaseTtlMs } from '../../src/app/run/lease-keeper.ts'
import { hubspot as connector } from '../../src/connector/hubspot/connector.ts'
import type { Collaborators } from '../../src/engine/context.ts'
import type { Clock } from '../../src/model/clock.ts'
import { createHost, type Host } from '../support/host.ts'
import { contactSync, createWorld, type World } from '../support/world.ts'

const hourMs = 3_600_000
let host: Host

beforeAll(async () => {
  host = await createHost()
})
afterAll(() => host.close())

/** A clock whose two hands are moved by the test. */
function twoHands(): Clock & { wall: number; steady: number } {
  return {
    wall: Date.UTC(2026, 10, 21, 9),
    steady: 0,
    now() {
      return this.wall
    },
    monotonic() {
      return this.steady
    },
    sleep: () => Promise.reject(new Error('nobody sleeps here')),
  }
}

describe('a lease', () => {
  it('that nobody renewed is over in time although the wall clock was set back', async () => {
    const clock = twoHands()
    const lease = await holdLease(host.ledger, clock, 'set-back', 'me')
    expect(lease.outlasts(leaseTtlMs - 1)).toBe(true)
    clock.wall -= 2 * hourMs
    clock.steady += leaseTtlMs
    expect(lease.outlasts(0)).toBe(false)
    // Renewed under the new time, for others to read.
    const renewed = await lease.ensure(1_000)
    expect(renewed.expiresAt).toBe(clock.wall + leaseTtlMs)
    expect(lease.outlasts(1_000)).toBe(true)
    await lease.release()
  })

  it('is renewed before use when the wall clock jumped forwards, since others see it expired', async () => {
    const clock = twoHands()
    const lease = await holdLease(host.ledger, clock, 'jumped', 'me')
    clock.wall += 2 * hourMs
    expect(lease.outlasts(0)).toBe(false)
    expect((await lease.ensure(1_000)).expiresAt).toBe(clock.wall + leaseTtlMs)
    await lease.release()
  })

  it('that another took after a jump stops its first holder by name', async () => {
    const clock = twoHands()
    const first = await holdLease(host.ledger, clock, 'taken', 'first')
    clock.wall += 2 * hourMs
    const second = await holdLease(host.ledger, clock, 'taken', 'second')
    await expect(first.ensure(1_000)).rejects.toMatchObject({
      code: 'ledger.lease_lost',
      kind: 'busy',
      message: expect.stringContaining('first no longer holds the sync taken'),
    })
    await second.release()
  })

  it('of a dead worker whose clock was ahead is told with its end', async () => {
    const clock = twoHands()
    await holdLease(host.ledger, clock, 'ahead', 'dead')
    clock.wall -= 2 * hourMs
    await expect(holdLease(host.ledger, clock, 'ahead', 'me')).rejects.toMatchObject({
      code: 'ledger.busy',
      message: expect.stringContaining('held by dead until 2026-11-21T09:01:00.000Z'),
      remedy: expect.stringContaining('until its lease expires'),
    })
  })
})

describe('a run', () => {
  let world: World
  let worlds = 0
  let jumpMs = 0

  beforeEach(async () => {
    worlds += 1
    jumpMs = 0
    world = await createWorld({ on: { host, name: `jump${worlds}` } })
    await world.sql(
      `create table people${worlds} (id bigint, email varchar, first_name varchar, city varchar)`,
      `insert into people${worlds} select i, 'c' || i || '@x.com', 'Name', 'City' from range(1, 501) as t(i)`,
    )
  })
  afterEach(() => world.close())

  const people = () =>
    contactSync({
      name: `people${worlds}`,
      model: { kind: 'table', schema: null, table: `people${worlds}` },
    })

  /** The engine's wall clock is off by `jumpMs`, which changes after the second create. */
  const jumping =
    (by: number, at = 2) =>
    (base: Collaborators): Collaborators => {
      let creates = 0
      const create: typeof base.crm.create = async (...given) => {
        const results = await base.crm.create(...given)
        creates += 1
        if (creates === at) jumpMs = by
        return results
      }
      const clock: Clock = { ...base.clock, now: () => world.clock.now() + jumpMs }
      return { ...base, clock, crm: { ...base.crm, create } }
    }

  it.each([
    ['forwards', 26 * hourMs],
    ['back', -26 * hourMs],
  ])('goes on when the clock jumps %s, and the next one has nothing to do', async (_, by) => {
    const report = await world.run(people(), {}, jumping(by))
    expect(report).toMatchObject({ state: 'succeeded', error: null, outcomes: { delivered: 500 } })
    const next = await world.run(people(), {}, (base) => ({
      ...base,
      clock: { ...base.clock, now: () => world.clock.now() + jumpMs },
    }))
    expect(next.outcomes).toMatchObject({ unchanged: 500 })
    expect(world.hubspot.dump().state.records?.['0-1']).toHaveLength(500)
  })

  const dying = (base: Collaborators): Collaborators => ({
    ...base,
    crm: {
      ...base.crm,
      create: async (...given) => {
        await base.crm.create(...given)
        throw new Error('the process died')
      },
    },
  })

  it('leaves a last request time to settle, which may have begun long after its batch was noted', async () => {
    await expect(world.run(people(), {}, dying)).rejects.toThrow('the process died')
    world.clock.pass(hourMs)
    const waits: number[] = []
    await world.run(people(), {}, (base) => ({
      ...base,
      clock: {
        ...base.clock,
        sleep: (ms, signal) => {
          waits.push(ms)
          return base.clock.sleep(ms, signal)
        },
      },
    }))
    expect(waits[0]).toBe(connector.timing.settlingMs)
  })

  it('whose answers are lost is resolved after the usual wait when the clock was set back since', async () => {
    await expect(world.run(people(), {}, dying)).rejects.toThrow('the process died')
    world.clock.pass(120_000)
    jumpMs = -26 * hourMs
    const before = world.clock.monotonic()
    const next = await world.run(people(), {}, (base) => ({
      ...base,
      clock: { ...base.clock, now: () => world.clock.now() + jumpMs },
    }))
    expect(next).toMatchObject({ state: 'succeeded', error: null })
    expect(world.clock.monotonic() - before).toBeLessThan(hourMs)
    expect(world.hubspot.dump().state.records?.['0-1']).toHaveLength(500)
  })
})
