/** A match field that is written under a condition: how records are found stays as it was. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PushSync, WriteCondition } from '../../src/model/sync.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers values (1, 'a@x.com', 'Ann', 'Rome')`,
  )
})

afterEach(() => world.close())

function guarded(write: WriteCondition, changes: Partial<PushSync> = {}): PushSync {
  return contactSync({
    fields: [field('email', 'email', { write }), field('city', 'city')],
    ...changes,
  })
}

function contacts() {
  return (world.hubspot.dump().state.records?.['0-1'] ?? [])
    .filter(({ archivedAt }) => (archivedAt ?? null) === null)
    .map(({ id, properties }) => ({
      id: id ?? '',
      email: properties['email'] ?? null,
      city: properties['city'] ?? null,
    }))
}

function type(properties: Readonly<Record<string, string>>): void {
  const [record] = contacts()
  world.hubspot.edit({ kind: 'update', object: 'contacts', id: record?.id ?? '', properties })
}

async function nothingLeftToDo(sync: PushSync, outcomes: object): Promise<void> {
  world.callsSince()
  expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 0, ...outcomes })
  expect(world.callsSince()).toBe(0)
}

describe('a match field written if_empty', () => {
  it('is part of a create, and of no later update', async () => {
    await world.run(guarded('if_empty'))
    await world.sql(`update customers set email = 'new@x.com', city = 'Oslo'`)
    const report = await world.run(guarded('if_empty'))
    expect(report.planned).toMatchObject({ creates: 0, updates: 1 })
    expect(contacts()).toMatchObject([{ email: 'a@x.com', city: 'Oslo' }])
    await nothingLeftToDo(guarded('if_empty'), { unchanged: 1 })
  })

  it('that alone changed skips the row once, and its record is still the row’s', async () => {
    await world.run(guarded('if_empty'))
    await world.sql(`update customers set email = 'new@x.com'`)
    const report = await world.run(guarded('if_empty'))
    expect(report.reasons).toEqual({ 'skipped field.withheld': 1 })
    await nothingLeftToDo(guarded('if_empty'), { unchanged: 1 })
    await world.sql(`update customers set city = 'Oslo'`)
    expect((await world.run(guarded('if_empty'))).planned).toMatchObject({ creates: 0, updates: 1 })
    expect(contacts()).toMatchObject([{ email: 'a@x.com', city: 'Oslo' }])
  })

  it('is written where a person emptied it', async () => {
    await world.run(guarded('if_empty'))
    type({ email: '' })
    await world.sql(`update customers set email = 'new@x.com'`)
    await world.run(guarded('if_empty'))
    expect(contacts()).toMatchObject([{ email: 'new@x.com' }])
  })
})

describe('a match field written if_unchanged', () => {
  const sync = guarded('if_unchanged')

  it('follows the row while nobody else edits it', async () => {
    await world.run(sync)
    await world.sql(`update customers set email = 'new@x.com'`)
    expect((await world.run(sync)).planned).toMatchObject({ creates: 0, updates: 1 })
    expect(contacts()).toMatchObject([{ email: 'new@x.com' }])
    await nothingLeftToDo(sync, { unchanged: 1 })
  })

  it('keeps what a person made of it, and the record is still the row’s', async () => {
    await world.run(sync)
    type({ email: 'mine@x.com' })
    await world.sql(`update customers set email = 'new@x.com', city = 'Oslo'`)
    expect((await world.run(sync)).outcomes.delivered).toBe(1)
    expect(contacts()).toMatchObject([{ email: 'mine@x.com', city: 'Oslo' }])
    await nothingLeftToDo(sync, { unchanged: 1 })
  })

  it('in conflict leaves its record to nobody who asks for the address that it has', async () => {
    await world.run(sync)
    type({ email: 'mine@x.com' })
    await world.sql(`update customers set email = 'new@x.com'`)
    expect((await world.run(sync)).reasons).toEqual({ 'rejected field.conflict': 1 })
    await world.sql(`insert into customers values (2, 'mine@x.com', 'Bob', 'Bern')`)
    const report = await world.run(sync)
    expect(report.reasons).toEqual({ 'rejected record.bound': 1 })
    expect(contacts()).toMatchObject([{ email: 'mine@x.com', city: 'Rome' }])
  })

  it('is swapped between two records, and both conditions hold', async () => {
    await world.sql(`insert into customers values (2, 'b@x.com', 'Bob', 'Bern')`)
    await world.run(sync)
    await world.sql(`update customers set email = case id when 1 then 'b@x.com' else 'a@x.com' end`)
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 2, rejected: 0 })
    const found = contacts().toSorted((a, b) => (a.email ?? '').localeCompare(b.email ?? ''))
    expect(found).toMatchObject([
      { email: 'a@x.com', city: 'Bern' },
      { email: 'b@x.com', city: 'Rome' },
    ])
    await nothingLeftToDo(sync, { unchanged: 2 })
  })
})
