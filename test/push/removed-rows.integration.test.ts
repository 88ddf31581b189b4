/** Rows that left the model: all of them at once, beyond a limit, and those that come back. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PushSync, RemovedRowsPolicy } from '../../src/model/sync.ts'
import { contactSync, createWorld, type World } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers select i, 'c' || i || '@x.com', 'N' || i, 'Rome' from generate_series(1, 6) as t(i)`,
  )
})

afterEach(() => world.close())

const policies = ['ignore', 'clear', 'archive', 'delete'] as const
const limited = (limit: number) => ({ selection: { onlyKey: null, limit } })

function removing(removedRows: RemovedRowsPolicy, changes: Partial<PushSync> = {}): PushSync {
  const base = contactSync()
  const guards = { ...base.guards, allowEmptyModel: true, maxClears: { rows: 100 } }
  return { ...base, removedRows, guards, ...changes }
}

/** Live contacts by email: `id city`. */
function contacts(): Readonly<Record<string, { id: string; city: string | null }>> {
  const records = world.hubspot.dump().state.records?.['0-1'] ?? []
  const live = records.filter(({ archivedAt }) => (archivedAt ?? null) === null)
  return Object.fromEntries(
    live.map(({ id, properties }) => [
      properties['email'] ?? '',
      { id: id ?? '', city: properties['city'] ?? null },
    ]),
  )
}

const idOf = (email: string): string => contacts()[email]?.id ?? ''

async function bindings(): Promise<readonly (readonly (string | null)[])[]> {
  return world.query(
    'select key::varchar, remote_id, presence from syncline.contacts__baseline as b order by b.key',
  )
}

async function nothingLeftToDo(sync: PushSync, rows: number): Promise<void> {
  world.callsSince()
  expect((await world.run(sync)).outcomes).toMatchObject({ unchanged: rows, delivered: 0 })
  expect(world.callsSince()).toBe(0)
}

describe('an empty model that is allowed', () => {
  it.each(policies)('removes every record as far as removed_rows says: %s', async (policy) => {
    const sync = removing(policy)
    await world.run(sync)
    await world.sql('delete from customers')
    const report = await world.run(sync)
    const touched = policy === 'ignore' ? 0 : 6
    const deletes = policy === 'archive' || policy === 'delete' ? 6 : 0
    expect(report).toMatchObject({
      state: 'succeeded',
      planned: { creates: 0, updates: touched - deletes, deletes },
      outcomes: { delivered: touched, rejected: 0, deferred: 0 },
    })
    const left = Object.values(contacts())
    expect(left).toHaveLength(6 - deletes)
    expect(left.filter(({ city }) => city === 'Rome')).toHaveLength(policy === 'ignore' ? 6 : 0)
    await nothingLeftToDo(sync, 0)
  })

  it.each(policies)('is undone when the rows come back: %s', async (policy) => {
    const sync = removing(policy)
    await world.run(sync)
    await world.sql('create table kept as select * from customers', 'delete from customers')
    await world.run(sync)
    await world.sql('insert into customers select * from kept')
    await world.run(sync)
    const back = contacts()
    expect(Object.keys(back)).toHaveLength(6)
    expect(Object.values(back).every(({ city }) => city === 'Rome')).toBe(true)
    await nothingLeftToDo(sync, 6)
  })

  it('is still held to the guards', async () => {
    const base = removing('delete')
    await world.run(base)
    await world.sql('delete from customers')
    const guarded = { ...base, guards: { ...base.guards, maxDeletes: { percent: 50 } } }
    const report = await world.run(guarded)
    expect(report).toMatchObject({ state: 'stopped', error: { code: 'push.guard' } })
    expect(Object.keys(contacts())).toHaveLength(6)
  })
})

describe('a run with a limit', () => {
  it.each(['clear', 'archive', 'delete'] as const)(
    'removes no record whose row lies beyond it: %s',
    async (policy) => {
      const sync = removing(policy)
      await world.run(sync)
      await world.sql(`update customers set city = 'Oslo'`)
      const report = await world.run(sync, limited(2))
      expect(report).toMatchObject({
        planned: { updates: 2, deletes: 0, clears: 0 },
        reasons: { 'deferred run.limit': 4 },
      })
      const cities = Object.values(contacts()).map(({ city }) => city ?? '')
      expect(cities.toSorted()).toEqual(['Oslo', 'Oslo', 'Rome', 'Rome', 'Rome', 'Rome'])
    },
  )

  it('counts removed rows like any others, and leaves the rest to the next run', async () => {
    const sync = removing('delete')
    await world.run(sync)
    await world.sql(
      'delete from customers where id in (2, 4, 6)',
      `update customers set city = 'Oslo'`,
    )
    const first = await world.run(sync, limited(2))
    expect(first).toMatchObject({
      planned: { updates: 1, deletes: 1 },
      outcomes: { delivered: 2, deferred: 4 },
    })
    expect(Object.keys(contacts())).toHaveLength(5)
    const second = await world.run(sync)
    expect(second.planned).toMatchObject({ updates: 2, deletes: 2 })
    expect(Object.keys(contacts()).toSorted()).toEqual(['c1@x.com', 'c3@x.com', 'c5@x.com'])
    await nothingLeftToDo(sync, 3)
  })
})

describe('a match value that a row takes over from one that left the model', () => {
  it.each([true, false])(
    'does not keep that one from being cleared, where the CRM is looked at first: %s',
    async (readBefore) => {
      const sync = removing('clear', { readBefore, ifDeleted: 'skip' })
      await world.run(sync)
      const id = idOf('c2@x.com')
      await world.sql(
        'delete from customers where id = 2',
        `update customers set email = 'c2@x.com' where id = 3`,
      )
      const report = await world.run(sync)
      expect(report).toMatchObject({
        planned: { updates: 1, clears: 2 },
        outcomes: { delivered: 1 },
      })
      expect(report.reasons).toMatchObject({ 'rejected match.collision': 1 })
      expect(contacts()['c2@x.com']).toEqual({ id, city: null })
      // The value is still the cleared record's, in the CRM.
      expect((await world.run(sync)).outcomes).toMatchObject({ rejected: 1, delivered: 0 })
      expect(contacts()['c3@x.com']).toMatchObject({ city: 'Rome' })
    },
  )

  it('goes to it as soon as the record of the other one is found to be gone', async () => {
    const sync = removing('clear', { readBefore: false, ifDeleted: 'skip' })
    await world.run(sync)
    world.hubspot.edit({ kind: 'archive', object: 'contacts', id: idOf('c2@x.com') })
    const mine = idOf('c3@x.com')
    await world.sql(
      'delete from customers where id = 2',
      `update customers set email = 'c2@x.com' where id = 3`,
    )
    expect((await world.run(sync)).reasons).toMatchObject({ 'rejected match.collision': 1 })
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, rejected: 0 })
    expect(contacts()['c2@x.com']).toMatchObject({ id: mine })
    await nothingLeftToDo(sync, 5)
  })
})

describe('a key whose record this sync archived', () => {
  const sync = removing('archive')

  beforeEach(async () => {
    await world.sql('delete from customers where id > 2')
    await world.run(sync)
  })

  it('gets its own record back that a person restored meanwhile', async () => {
    const id = idOf('c2@x.com')
    await world.sql('delete from customers where id = 2')
    await world.run(sync)
    world.hubspot.edit({ kind: 'restore', object: 'contacts', id })
    await nothingLeftToDo(sync, 1)
    await world.sql(`insert into customers values (2, 'c2@x.com', 'N2', 'Oslo')`)
    expect((await world.run(sync)).planned).toMatchObject({ creates: 0, updates: 1 })
    expect(contacts()['c2@x.com']).toEqual({ id, city: 'Oslo' })
    expect(await bindings()).toEqual([
      ['1', idOf('c1@x.com'), 'present'],
      ['2', id, 'present'],
    ])
  })

  it('is not given a record that another key took meanwhile', async () => {
    await world.sql('delete from customers where id = 2')
    await world.run(sync)
    await world.sql(`insert into customers values (3, 'c2@x.com', 'N3', 'Bern')`)
    await world.run(sync)
    const taken = idOf('c2@x.com')
    await world.sql(`insert into customers values (2, 'c2@x.com', 'N2', 'Oslo')`)
    expect((await world.run(sync)).reasons).toMatchObject({ 'rejected match.collision': 1 })
    expect(contacts()['c2@x.com']).toEqual({ id: taken, city: 'Bern' })
    const ids = (await bindings()).filter(([, , presence]) => presence === 'present')
    expect(ids).toEqual([
      ['1', idOf('c1@x.com'), 'present'],
      ['3', taken, 'present'],
    ])
  })

  it('gets a record of its own when it returns with another address', async () => {
    await world.sql('delete from customers where id = 2')
    await world.run(sync)
    await world.sql(
      `insert into customers values (2, 'new@x.com', 'N2', 'Oslo'), (3, 'c2@x.com', 'N3', 'Bern')`,
    )
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 2, unchanged: 1 })
    const ids = (await bindings()).map(([, id]) => id)
    expect(new Set(ids).size).toBe(3)
    expect(ids).toEqual([idOf('c1@x.com'), idOf('new@x.com'), idOf('c2@x.com')])
    await nothingLeftToDo(sync, 3)
  })

  it('leaves its restored record to the key that finds it by its address, and never binds it twice', async () => {
    const restored = idOf('c2@x.com')
    await world.sql('delete from customers where id = 2')
    await world.run(sync)
    world.hubspot.edit({ kind: 'restore', object: 'contacts', id: restored })
    await world.sql(`insert into customers values (3, 'c2@x.com', 'N3', 'Bern')`)
    const report = await world.run(sync)
    expect(report.outcomes).toMatchObject({ delivered: 1, unchanged: 1, rejected: 0 })
    expect(contacts()['c2@x.com']).toEqual({ id: restored, city: 'Bern' })
    await world.sql(`insert into customers values (2, 'new@x.com', 'N2', 'Oslo')`)
    await world.run(sync)
    const present = (await bindings()).filter(([, , presence]) => presence === 'present')
    expect(present.map(([key]) => key)).toEqual(['1', '2', '3'])
    expect(new Set(present.map(([, id]) => id)).size).toBe(3)
    await nothingLeftToDo(sync, 3)
  })
})
