import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FailureKind, RequestFailure } from '../../src/connector/connector.ts'
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

/** A CRM that takes none of these requests, and says so. */
function refusing(kind: FailureKind, what: 'add' | 'remove' = 'add'): Refusing {
  const refuse = (): Promise<never> => {
    refused.calls += 1
    return Promise.reject(new RequestFailure({ kind, reason: 'TEST', message: 'no more' }))
  }
  const refused: Refusing = {
    calls: 0,
    wrap: (base) => {
      const { associations } = base.crm
      if (associations === null) throw new Error('HubSpot has associations')
      return {
        ...base,
        crm: { ...base.crm, associations: { ...associations, [what]: refuse } },
        concurrency: 1,
      }
    },
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
    const { reasons } = await world.run(sync, {}, (base) => {
      const { associations } = base.crm
      if (associations === null) throw new Error('HubSpot has associations')
      const add: typeof associations.add = async (pairs, kind) =>
        kind.label === null ? associations.add(pairs, kind) : pairs.map(() => refused)
      return { ...base, crm: { ...base.crm, associations: { ...associations, add } } }
    })
    expect(reasons).toEqual({ 'deferred TEST': 2 })
    expect(companiesOf(world)).toEqual({ d1: ['501'], d2: ['502'] })
  })
})
