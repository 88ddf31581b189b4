/** A record that a person deletes and restores, under each policy, with and without a look. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { retry } from '../../src/engine/push/push.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { contactSync, createWorld, type World } from '../support/world.ts'

let world: World

const hour = 3_600_000

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers values (1, 'a@x.com', 'Ann', 'Rome'), (2, 'b@x.com', 'Bob', 'Rome')`,
  )
})

afterEach(() => world.close())

const cases = [
  { ifDeleted: 'skip', readBefore: true },
  { ifDeleted: 'skip', readBefore: false },
  { ifDeleted: 'recreate', readBefore: true },
  { ifDeleted: 'recreate', readBefore: false },
] as const

function contacts() {
  return (world.hubspot.dump().state.records?.['0-1'] ?? []).map((record) => ({
    id: record.id ?? '',
    email: record.properties['email'] ?? null,
    city: record.properties['city'] ?? null,
    live: (record.archivedAt ?? null) === null,
  }))
}

const first = (): string => contacts().find(({ email }) => email === 'a@x.com')?.id ?? ''
const withId = (id: string) => contacts().find((each) => each.id === id)

function edit(kind: 'archive' | 'restore', id: string): void {
  world.hubspot.edit({ kind, object: 'contacts', id })
}

async function boundTo(key: number): Promise<string | null> {
  const [row] = await world.query(
    `select remote_id from syncline.contacts__baseline as b where b.key = ${key}`,
  )
  return row?.[0] ?? null
}

async function nothingLeftToDo(sync: PushSync): Promise<void> {
  world.callsSince()
  expect((await world.run(sync)).outcomes).toMatchObject({ unchanged: 2, delivered: 0 })
  expect(world.callsSince()).toBe(0)
}

describe.each(cases)(
  'under if_deleted: $ifDeleted, read_before: $readBefore, a record',
  (policy) => {
    const sync = contactSync(policy)

    it('that is deleted and restored between two runs is written like any other', async () => {
      await world.run(sync)
      const id = first()
      edit('archive', id)
      edit('restore', id)
      await world.sql(`update customers set city = 'Oslo' where id = 1`)
      expect((await world.run(sync)).planned).toMatchObject({ creates: 0, updates: 1 })
      expect(withId(id)).toMatchObject({ city: 'Oslo', live: true })
      expect(contacts()).toHaveLength(2)
      await nothingLeftToDo(sync)
    })

    it('that is deleted while its row does not change is nobody’s concern', async () => {
      await world.run(sync)
      edit('archive', first())
      await nothingLeftToDo(sync)
      expect(contacts().filter(({ live }) => live)).toHaveLength(1)
    })
  },
)

describe.each([true, false])('under if_deleted: skip, read_before: %s, a record', (readBefore) => {
  const sync = contactSync({ readBefore })

  it('that is restored after it was found gone gets what it missed', async () => {
    await world.run(sync)
    const id = first()
    edit('archive', id)
    await world.sql(`update customers set city = 'Oslo' where id = 1`)
    expect((await world.run(sync)).reasons).toEqual({ 'skipped record.deleted': 1 })
    edit('restore', id)
    world.clock.pass(hour)
    // Who never looks must be told to; a look finds out by itself.
    if (readBefore) await world.run(sync)
    else await world.push(retry, sync, { kind: 'retry' })
    expect(withId(id)).toMatchObject({ city: 'Oslo', live: true })
    expect(await boundTo(1)).toBe(id)
    expect(contacts()).toHaveLength(2)
    await nothingLeftToDo(sync)
  })

  it('that is made again after the policy changed is one record', async () => {
    await world.run(sync)
    const id = first()
    edit('archive', id)
    await world.sql(`update customers set city = 'Oslo' where id = 1`)
    await world.run(sync)
    const recreating = contactSync({ readBefore, ifDeleted: 'recreate' })
    world.clock.pass(hour)
    await world.push(retry, recreating, { kind: 'retry' })
    await world.run(recreating)
    const alive = contacts().filter((each) => each.live && each.email === 'a@x.com')
    expect(alive).toEqual([expect.objectContaining({ city: 'Oslo' })])
    expect(await boundTo(1)).toBe(alive[0]?.id)
    await nothingLeftToDo(recreating)
  })
})

describe.each([true, false])(
  'under if_deleted: recreate, read_before: %s, a record',
  (readBefore) => {
    const sync = contactSync({ readBefore, ifDeleted: 'recreate' })

    it('that is restored after it was made again stays a stranger', async () => {
      await world.run(sync)
      const old = first()
      edit('archive', old)
      await world.sql(`update customers set city = 'Oslo' where id = 1`)
      await world.run(sync)
      await world.run(sync)
      const made = await boundTo(1)
      expect(made).not.toBe(old)
      edit('restore', old)
      await nothingLeftToDo(sync)
      await world.sql(`update customers set city = 'Bern' where id = 1`)
      expect((await world.run(sync)).planned).toMatchObject({ creates: 0, updates: 1 })
      expect(withId(old)?.city).toBe('Rome')
      expect(withId(made ?? '')?.city).toBe('Bern')
      expect(await boundTo(1)).toBe(made)
    })

    it('that is restored before it is made again is written, and there is no second one', async () => {
      await world.run(sync)
      const id = first()
      edit('archive', id)
      await world.sql(`update customers set city = 'Oslo' where id = 1`)
      await world.plan(sync)
      edit('restore', id)
      await world.run(sync)
      await world.run(sync)
      expect(contacts()).toHaveLength(2)
      expect(withId(id)).toMatchObject({ city: 'Oslo', live: true })
      expect(await boundTo(1)).toBe(id)
      await nothingLeftToDo(sync)
    })
  },
)
