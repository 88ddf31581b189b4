/** What `verify` calls drift, and what each guard makes of a plan that is too large. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verify } from '../../src/engine/push/verify.ts'
import type { ConflictPolicy, Guards, PushSync } from '../../src/model/sync.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers select i, 'c' || i || '@x.com', 'N' || i, 'Rome' from generate_series(1, 10) as t(i)`,
  )
})

afterEach(() => world.close())

function contact(email: string) {
  const records = world.hubspot.dump().state.records?.['0-1'] ?? []
  return records.find(({ properties }) => properties['email'] === email)
}

const cityOf = (email: string): string | null => contact(email)?.properties['city'] ?? null

function type(email: string, city: string): void {
  const id = contact(email)?.id ?? ''
  world.hubspot.edit({ kind: 'update', object: 'contacts', id, properties: { city } })
}

const look = (sync: PushSync, settle: boolean) =>
  world.push((base, lease) => verify(base, lease, { settle, samples: 10 }), sync)

describe('verify', () => {
  const withPolicy = (conflict: ConflictPolicy): PushSync =>
    contactSync({ fields: [field('firstname', 'first_name'), field('city', 'city', { conflict })] })

  it('settles nothing of a field whose policy is ask, and tells it each time', async () => {
    const sync = withPolicy('ask')
    await world.run(sync)
    type('c1@x.com', 'Typed')
    expect(await look(sync, true)).toMatchObject({ drifted: 1, settled: { ours: 0, theirs: 0 } })
    world.callsSince()
    expect((await world.run(sync)).outcomes.unchanged).toBe(10)
    expect(world.callsSince()).toBe(0)
    expect(cityOf('c1@x.com')).toBe('Typed')
    expect(await look(sync, false)).toMatchObject({ drifted: 1, byField: { city: 1 } })
  })

  it('does not call drift what a condition withheld, nor the record of a row that left', async () => {
    world.hubspot.seed({
      records: { contacts: [{ id: '9001', properties: { email: 'c1@x.com', city: 'Typed' } }] },
    })
    const sync = contactSync({
      removedRows: 'archive',
      fields: [field('city', 'city', { write: 'if_empty' })],
    })
    await world.run(sync)
    await world.sql('delete from customers where id = 10')
    await world.run(sync)
    expect(await look(sync, false)).toMatchObject({ records: 9, drifted: 0 })
  })

  it('finds a field that is free by now, and once settled the next run fills it', async () => {
    world.hubspot.seed({
      records: {
        contacts: [
          { id: '9001', properties: { email: 'c1@x.com', city: 'Typed' } },
          { id: '9002', properties: { email: 'c2@x.com', city: 'Typed' } },
        ],
      },
    })
    await world.sql('update customers set city = null where id = 3')
    const sync = contactSync({ fields: [field('city', 'city', { write: 'if_empty' })] })
    await world.run(sync)
    type('c1@x.com', '')
    expect((await world.run(sync)).outcomes.unchanged).toBe(10)
    const seen = await look(sync, true)
    expect(seen).toMatchObject({ drifted: 1, byField: { city: 1 }, settled: { ours: 1 } })
    expect(seen.samples).toEqual([expect.objectContaining({ key: '1', kind: 'freed' })])
    await world.run(sync)
    expect([cityOf('c1@x.com'), cityOf('c2@x.com')]).toEqual(['Rome', 'Typed'])
    expect(await look(sync, false)).toMatchObject({ drifted: 0 })
  })

  it('finds an edit that was taken back, which a conflict waited for', async () => {
    const sync = contactSync({
      fields: [field('city', 'city', { write: 'if_unchanged', conflict: 'theirs' })],
    })
    await world.run(sync)
    type('c1@x.com', 'Typed')
    await world.sql(`update customers set city = 'Oslo' where id = 1`)
    await world.run(sync)
    expect(await look(sync, false)).toMatchObject({ drifted: 0 })
    type('c1@x.com', 'Rome')
    expect(await look(sync, true)).toMatchObject({ drifted: 1, settled: { ours: 1, theirs: 0 } })
    await world.run(sync)
    expect(cityOf('c1@x.com')).toBe('Oslo')
  })

  it('tells that a record was merged away, and into which', async () => {
    const sync = withPolicy('ours')
    await world.run(sync)
    world.hubspot.seed({
      records: { contacts: [{ id: '9001', properties: { email: 'z@x.com' } }] },
    })
    const other = contact('c1@x.com')?.id ?? ''
    world.hubspot.edit({ kind: 'merge', object: 'contacts', primary: '9001', other })
    const seen = await look(sync, false)
    expect(seen).toMatchObject({ drifted: 1, byField: { '(record)': 1 } })
    expect(seen.samples).toEqual([
      expect.objectContaining({ key: '1', kind: 'merged', found: '9001' }),
    ])
  })
})

describe('a guard', () => {
  const cases: readonly (readonly [keyof Guards, Partial<Guards>, string])[] = [
    [
      'maxChanges',
      { maxChanges: { percent: 20 } },
      `update customers set city = 'Oslo' where id < 4`,
    ],
    ['maxClears', { maxClears: { rows: 2 } }, 'update customers set city = null where id < 4'],
    ['maxDeletes', { maxDeletes: { rows: 2 } }, 'delete from customers where id < 4'],
  ]

  it.each(cases)(
    'stops before the first write, and --force goes on: %s',
    async (_, limit, change) => {
      const base = contactSync({ removedRows: 'delete' })
      const sync = { ...base, guards: { ...base.guards, ...limit } }
      await world.run(sync)
      await world.sql(change)
      const writes = world.hubspot.log().length
      const stopped = await world.run(sync)
      expect(stopped).toMatchObject({ state: 'stopped', error: { code: 'push.guard' } })
      expect(stopped.breaches).toHaveLength(1)
      expect(world.hubspot.log()).toHaveLength(writes)
      expect((await world.run(sync, { force: true })).outcomes.delivered).toBe(3)
    },
  )

  it.each(cases)('lets through what it allows: %s', async (_, limit, change) => {
    const base = contactSync({ removedRows: 'delete' })
    const sync = { ...base, guards: { ...base.guards, ...limit } }
    await world.run(sync)
    await world.sql(change.replace('id < 4', 'id < 3'))
    expect((await world.run(sync)).outcomes.delivered).toBe(2)
  })

  it('counts what is held back for no change', async () => {
    const base = contactSync()
    const sync = { ...base, guards: { ...base.guards, maxChanges: { rows: 2 }, failOnRejected: 9 } }
    await world.sql(`update customers set email = 'no address ' || id where id > 3`)
    const first = await world.run(sync, { force: true })
    expect(first.outcomes).toMatchObject({ delivered: 3, rejected: 7 })
    await world.sql(`update customers set city = 'Oslo' where id in (1, 2)`)
    expect(await world.run(sync)).toMatchObject({
      state: 'succeeded',
      outcomes: { delivered: 2, unchanged: 1, rejected: 7 },
    })
  })
})
