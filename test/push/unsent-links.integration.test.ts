import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type AssociationKind,
  type AssociationPair,
  type Associations,
  type FailureKind,
  RequestFailure,
} from '../../src/connector/connector.ts'
import { companiesOf, createDealWorld, dealSync } from '../support/deals.ts'
import type { World, Wrap } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createDealWorld()
})

afterEach(() => world.close())

interface Refusing {
  /** Requests about associations that were refused. */
  calls: number
  readonly wrap: Wrap
}

/** A CRM whose associations are changed in part. */
function changed(change: (associations: Associations) => Partial<Associations>): Wrap {
  return (base) => {
    const { associations } = base.crm
    if (associations === null) throw new Error('HubSpot has associations')
    const crm = { ...base.crm, associations: { ...associations, ...change(associations) } }
    return { ...base, crm, concurrency: 1 }
  }
}

/** A CRM that takes no request with such a pair, and says so; of all pairs unless said. */
function refusing(
  kind: FailureKind,
  what: 'add' | 'remove' = 'add',
  isWrong: (pair: AssociationPair) => boolean = () => true,
): Refusing {
  const refused: Refusing = {
    calls: 0,
    wrap: changed(({ add, remove }) => {
      const guarded =
        <T>(send: (pairs: readonly AssociationPair[], kind: AssociationKind) => Promise<T>) =>
        (pairs: readonly AssociationPair[], of: AssociationKind): Promise<T> => {
          if (!pairs.some(isWrong)) return send(pairs, of)
          refused.calls += 1
          return Promise.reject(new RequestFailure({ kind, reason: 'TEST', message: 'no more' }))
        }
      return what === 'add' ? { add: guarded(add) } : { remove: guarded(remove) }
    }),
  }
  return refused
}

/** What the baseline holds in doubt. */
async function doubts(): Promise<readonly string[]> {
  const rows = await world.query('select crm_values from syncline.deals__baseline')
  const values = rows.flatMap(([text]) => Object.entries(JSON.parse(text ?? '{}')))
  return values.flatMap(([name, ids]) => (name.endsWith('(in doubt)') ? [String(ids)] : []))
}

describe('a CRM that takes no associations any more', () => {
  beforeEach(() =>
    world.sql(
      `insert into opportunities select 'n' || i, 'N', 'closedwon', 'acme' from generate_series(1, 248) as t(i)`,
    ),
  )

  it.each([
    { kind: 'throttled', state: 'failed' },
    { kind: 'exhausted', state: 'succeeded' },
    { kind: 'unavailable', state: 'failed' },
    { kind: 'auth', state: 'failed' },
  ] as const)('ends the run as one that takes no records: $kind', async ({ kind, state }) => {
    const refused = refusing(kind)
    const began = world.clock.now()
    const report = await world.run(dealSync(), {}, refused.wrap)
    expect(world.clock.now() - began).toBeLessThan(400_000)
    expect(report).toMatchObject({ state, outcomes: { delivered: 0, deferred: 250 } })
    expect(report.reasons).toEqual({
      'deferred association.TEST': 100,
      'deferred run.ended_early': 150,
    })
    expect(world.hubspot.dump().state.records?.['0-3']).toHaveLength(100)
    expect(await doubts()).toEqual([])
    expect((await world.run(dealSync())).outcomes).toMatchObject({ delivered: 250 })
    expect(Object.keys(companiesOf(world))).toHaveLength(250)
    world.callsSince()
    await world.run(dealSync())
    expect(world.callsSince()).toBe(0)
  })

  it('is asked once where a record is to have several', async () => {
    const [plain] = dealSync().associations
    if (plain === undefined) throw new Error('deals have companies')
    const refused = refusing('exhausted')
    const sync = dealSync({ associations: [plain, { ...plain, label: 'primary' }] })
    const { outcomes } = await world.run(sync, {}, refused.wrap)
    expect(refused.calls).toBe(1)
    expect(outcomes).toMatchObject({ delivered: 0, deferred: 250 })
    expect(await doubts()).toEqual([])
    expect((await world.run(sync)).outcomes.delivered).toBe(250)
  })
})

describe('a link that was not sent', () => {
  const cases = (['add', 'remove'] as const).flatMap((what) =>
    [true, false].map((readBefore) => ({ what, readBefore })),
  )

  it.each(cases)('is not in doubt, and due again: %j', async ({ what, readBefore }) => {
    const sync = dealSync({ readBefore })
    await world.run(sync)
    await world.sql(`update opportunities set account = 'bolt' where id = 'd1'`)
    const { reasons } = await world.run(sync, {}, refusing('exhausted', what).wrap)
    expect(reasons).toEqual({ 'deferred association.TEST': 1 })
    const left = what === 'add' ? {} : { d1: ['501'] }
    expect(companiesOf(world)).toEqual({ ...left, d2: ['502'] })
    expect(await doubts()).toEqual([])
    await world.run(sync)
    expect(companiesOf(world)).toEqual({ d1: ['502'], d2: ['502'] })
    world.callsSince()
    await world.run(sync)
    expect(world.callsSince()).toBe(0)
  })

  it('stays in doubt where it may have been written by a request before', async () => {
    const sync = dealSync({ readBefore: false })
    await world.run(sync)
    await world.sql(`update opportunities set account = 'bolt' where id = 'd1'`)
    await world.run(sync, {}, refusing('unknown').wrap)
    await world.run(sync, {}, refusing('exhausted').wrap)
    expect(await doubts()).toEqual(['502'])
    await world.sql(`update opportunities set account = null where id = 'd1'`)
    await world.run(sync)
    expect(companiesOf(world)).toEqual({ d2: ['502'] })
  })

  it('is no obstacle to those that only had to lose theirs', async () => {
    const sync = dealSync()
    await world.run(sync)
    await world.sql(
      `update opportunities set account = case id when 'd1' then null else 'acme' end`,
    )
    const { outcomes } = await world.run(sync, {}, refusing('exhausted').wrap)
    expect(outcomes).toMatchObject({ delivered: 1, deferred: 1 })
  })

  it('is not one whose record was refused another', async () => {
    const [plain] = dealSync().associations
    if (plain === undefined) throw new Error('deals have companies')
    const sync = dealSync({ associations: [plain, { ...plain, label: 'primary' }] })
    const refused = { status: 'rejected', reason: 'TEST', message: 'no' } as const
    const unlabelled = changed(({ add }) => ({
      add: async (pairs, kind) =>
        kind.label === null ? add(pairs, kind) : pairs.map(() => refused),
    }))
    const { reasons } = await world.run(sync, {}, unlabelled)
    expect(reasons).toEqual({ 'deferred TEST': 2 })
    expect(companiesOf(world)).toEqual({ d1: ['501'], d2: ['502'] })
  })
})

describe('one pair for which the CRM refuses the whole request', () => {
  const isOf = (key: string) => (pair: AssociationPair) =>
    pair.fromId ===
    (world.hubspot.dump().state.records?.['0-3'] ?? []).find(
      ({ properties }) => properties['deal_key'] === key,
    )?.id

  beforeEach(() =>
    world.sql(
      `insert into opportunities select 'n' || i, 'N', 'closedwon', 'acme' from generate_series(1, 11) as t(i)`,
    ),
  )

  it('is found, and is due again; every other is added', async () => {
    const sync = dealSync()
    const refused = refusing('poisoned', 'add', isOf('n5'))
    const { outcomes, reasons } = await world.run(sync, {}, refused.wrap)
    expect(outcomes).toMatchObject({ delivered: 12, deferred: 1 })
    expect(reasons).toEqual({ 'deferred association.TEST': 1 })
    expect(refused.calls).toBeLessThanOrEqual(5)
    expect(Object.keys(companiesOf(world))).toHaveLength(12)
    expect(companiesOf(world)).not.toHaveProperty('n5')
    expect(await doubts()).toEqual([])
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, unchanged: 12 })
    expect(companiesOf(world)).toMatchObject({ n5: ['501'] })
  })

  it('keeps the company that it can not lose; every other goes over to the next', async () => {
    const sync = dealSync()
    await world.run(sync)
    await world.sql(`update opportunities set account = 'bolt'`)
    const { outcomes } = await world.run(sync, {}, refusing('poisoned', 'remove', isOf('n5')).wrap)
    expect(outcomes).toMatchObject({ delivered: 11, deferred: 1, unchanged: 1 })
    const { n5, ...others } = companiesOf(world)
    expect(n5).toEqual(['501'])
    expect(new Set(Object.values(others).flat())).toEqual(new Set(['502']))
    await world.run(sync)
    expect(companiesOf(world)).toMatchObject({ n5: ['502'] })
  })

  it('is in doubt, like the others, where a request before may have been applied', async () => {
    const sync = dealSync({ readBefore: false })
    await world.run(sync)
    await world.sql(`update opportunities set account = 'bolt' where id <> 'd2'`)
    let isFirst = true
    const lostFirst = changed(({ add }) => ({
      add: async (pairs, of) => {
        const kind = isFirst ? 'unknown' : 'poisoned'
        isFirst = false
        if (!pairs.some(isOf('n5'))) return add(pairs, of)
        throw new RequestFailure({ kind, reason: 'TEST', message: 'no' })
      },
    }))
    expect((await world.run(sync, {}, lostFirst)).outcomes).toMatchObject({ delivered: 11 })
    expect(await doubts()).toEqual(['502'])
  })

  it('is nothing that the CRM is asked of further, once it takes no more', async () => {
    const sync = dealSync()
    let calls = 0
    const exhausted = changed(() => ({
      add: () => {
        calls += 1
        const kind = calls === 1 ? 'poisoned' : 'exhausted'
        return Promise.reject(new RequestFailure({ kind, reason: 'TEST', message: 'no' }))
      },
    }))
    const { outcomes } = await world.run(sync, {}, exhausted)
    expect(calls).toBe(2)
    expect(outcomes).toMatchObject({ delivered: 0, deferred: 13 })
    expect(await doubts()).toEqual([])
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 13 })
  })
})
