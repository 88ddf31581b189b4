/** `read_before: false`: what a sync does that looks at no record before it writes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PushSync, RemovedRowsPolicy } from '../../src/model/sync.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers select i, 'c' || i || '@x.com', 'N' || i, 'Rome' from generate_series(1, 3) as t(i)`,
  )
})

afterEach(() => world.close())

function unread(changes: Partial<PushSync> = {}): PushSync {
  return contactSync({ readBefore: false, ...changes })
}

/** All records that ever were, by id. */
function contacts() {
  return (world.hubspot.dump().state.records?.['0-1'] ?? []).map((record) => ({
    id: record.id ?? '',
    email: record.properties['email'] ?? null,
    city: record.properties['city'] ?? null,
    firstname: record.properties['firstname'] ?? null,
    live: (record.archivedAt ?? null) === null,
  }))
}

const live = (email: string) => contacts().find((each) => each.live && each.email === email)
const idOf = (email: string): string => contacts().find((each) => each.email === email)?.id ?? ''

function edit(kind: 'archive' | 'restore', email: string): void {
  world.hubspot.edit({ kind, object: 'contacts', id: idOf(email) })
}

/** Operations that HubSpot answered for contacts since `before`. */
function asked(before: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const now = Object.entries(world.hubspot.calls())
  return Object.fromEntries(
    now.flatMap(([name, calls]) => {
      const since = calls - (before[name] ?? 0)
      return since > 0 && name.startsWith('batch_') ? [[name, since]] : []
    }),
  )
}

async function nothingLeftToDo(sync: PushSync, rows: number): Promise<void> {
  world.callsSince()
  expect((await world.run(sync)).outcomes).toMatchObject({ unchanged: rows, delivered: 0 })
  expect(world.callsSince()).toBe(0)
}

describe('a changed row', () => {
  it('is sent without a look, and only its changed fields', async () => {
    await world.run(unread())
    await world.sql(`update customers set city = 'Oslo' where id = 1`)
    const [before, logged] = [world.hubspot.calls(), world.hubspot.log().length]
    expect((await world.run(unread())).outcomes).toMatchObject({ delivered: 1, unchanged: 2 })
    expect(asked(before)).toEqual({ 'batch_update 0-1': 1 })
    const written = world.hubspot.log().slice(logged)
    expect(written.map(({ changes }) => Object.keys(changes))).toEqual([['city']])
    await nothingLeftToDo(unread(), 3)
  })

  it('overwrites what a person typed into a changed field, and no other', async () => {
    await world.run(unread())
    const properties = { city: 'Typed', firstname: 'Typed' }
    world.hubspot.edit({ kind: 'update', object: 'contacts', id: idOf('c1@x.com'), properties })
    await world.sql(`update customers set city = 'Oslo' where id = 1`)
    await world.run(unread())
    expect(live('c1@x.com')).toMatchObject({ city: 'Oslo', firstname: 'Typed' })
  })

  it('clears a field by a null only after a value that was sent', async () => {
    await world.sql('update customers set city = null where id = 2')
    await world.run(unread())
    const properties = { city: 'Typed' }
    world.hubspot.edit({ kind: 'update', object: 'contacts', id: idOf('c2@x.com'), properties })
    await world.sql(`update customers set city = null, first_name = 'New'`)
    expect((await world.run(unread())).planned).toMatchObject({ updates: 3, clears: 2 })
    expect(live('c1@x.com')).toMatchObject({ city: null, firstname: 'New' })
    expect(live('c2@x.com')).toMatchObject({ city: 'Typed', firstname: 'New' })
  })
})

describe('a removed row', () => {
  const removing = (removedRows: RemovedRowsPolicy, changes: Partial<PushSync> = {}): PushSync =>
    unread({ removedRows, ...changes })
  const operation = {
    clear: 'batch_update 0-1',
    archive: 'batch_archive 0-1',
    delete: 'batch_archive 0-1',
  }
  const gone = [undefined, undefined, undefined]
  const remains = { clear: [true, null, null], archive: gone, delete: gone }

  it.each(['clear', 'archive', 'delete'] as const)(
    'is followed by one write: %s',
    async (policy) => {
      const sync = removing(policy)
      await world.run(sync)
      await world.sql('delete from customers where id = 2')
      const before = world.hubspot.calls()
      expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, unchanged: 2 })
      expect(asked(before)).toMatchObject({ [operation[policy]]: 1 })
      const left = live('c2@x.com')
      expect([left?.live, left?.city, left?.firstname]).toEqual(remains[policy])
      expect(live('c1@x.com')).toMatchObject({ city: 'Rome' })
      await nothingLeftToDo(sync, 2)
    },
  )

  it.each(['clear', 'archive', 'delete'] as const)(
    'whose row comes back has one record again: %s',
    async (policy) => {
      const sync = removing(policy)
      await world.run(sync)
      await world.sql('delete from customers where id = 2')
      await world.run(sync)
      await world.sql(`insert into customers values (2, 'c2@x.com', 'N2', 'Oslo')`)
      expect((await world.run(sync)).outcomes.delivered).toBe(1)
      expect(contacts().filter((each) => each.live)).toHaveLength(3)
      expect(live('c2@x.com')).toMatchObject({ city: 'Oslo', firstname: 'N2' })
      await nothingLeftToDo(sync, 3)
    },
  )

  it.each(['skip', 'recreate'] as const)(
    'whose record a person deleted is done with, whatever if_deleted says: clear, %s',
    async (ifDeleted) => {
      const sync = removing('clear', { ifDeleted })
      await world.run(sync)
      edit('archive', 'c2@x.com')
      await world.sql('delete from customers where id = 2')
      expect((await world.run(sync)).reasons).toEqual({ 'skipped record.deleted': 1 })
      expect(contacts()).toHaveLength(3)
      await nothingLeftToDo(sync, 2)
    },
  )

  it('whose record a person deleted is done with: delete', async () => {
    const sync = removing('delete')
    await world.run(sync)
    edit('archive', 'c2@x.com')
    await world.sql('delete from customers where id = 2')
    expect((await world.run(sync)).outcomes).toMatchObject({ rejected: 0, deferred: 0 })
    await nothingLeftToDo(sync, 2)
  })
})

describe('a row whose record a person deleted', () => {
  it('is found out by the write, skipped, and not asked again until it changes', async () => {
    await world.run(unread())
    edit('archive', 'c1@x.com')
    await world.sql(`update customers set city = 'Oslo' where id in (1, 2)`)
    const report = await world.run(unread())
    expect(report).toMatchObject({
      outcomes: { delivered: 1, skipped: 1 },
      reasons: { 'skipped record.deleted': 1 },
    })
    expect(live('c2@x.com')?.city).toBe('Oslo')
    await world.run(unread())
    world.callsSince()
    expect((await world.run(unread())).reasons).toEqual({ 'skipped record.deleted': 1 })
    expect(world.callsSince()).toBe(0)
    expect(contacts()).toHaveLength(3)
  })

  it('is made again by the next run where the sync says so, once', async () => {
    const sync = unread({ ifDeleted: 'recreate' })
    await world.run(sync)
    edit('archive', 'c1@x.com')
    await world.sql(`update customers set city = 'Oslo' where id = 1`)
    expect((await world.run(sync)).reasons).toEqual({ 'deferred record.deleted': 1 })
    expect((await world.run(sync)).planned).toMatchObject({ creates: 1 })
    expect(contacts()).toHaveLength(4)
    expect(live('c1@x.com')).toMatchObject({ city: 'Oslo', firstname: 'N1' })
    await nothingLeftToDo(sync, 3)
  })
})

describe('a new row whose record only a look can find', () => {
  const company = (name: string, domain: string) => ({ properties: { name, domain } })

  function companySync(mode: PushSync['mode']): PushSync {
    return unread({
      name: 'companies',
      mode,
      object: 'companies',
      model: { kind: 'table', schema: null, table: 'accounts' },
      match: { field: 'domain', column: 'domain' },
      fields: [field('name', 'name'), field('city', 'city')],
    })
  }

  beforeEach(async () => {
    const ownKey = {
      name: 'syncline_key',
      label: 'Key',
      type: 'string',
      fieldType: 'text',
    } as const
    world.hubspot.seed({
      properties: { companies: [{ ...ownKey, groupName: 'g', hasUniqueValue: true }] },
      records: { companies: [company('Acme', 'acme.example'), company('Bolt', 'bolt.example')] },
    })
    world.clock.pass(60_000)
    await world.sql(
      'create table accounts (id bigint, name varchar, domain varchar, city varchar)',
      `insert into accounts values (1, 'Acme', 'acme.example', 'Rome'), (2, 'Bolt', 'bolt.example', 'Oslo'), (3, 'Core', 'core.example', 'Bonn')`,
    )
  })

  const companies = (): readonly string[] =>
    (world.hubspot.dump().state.records?.['0-2'] ?? [])
      .map(({ properties }) => `${properties['domain']} ${properties['city'] ?? '-'}`)
      .toSorted()

  it.each([
    ['upsert', ['acme.example Rome', 'bolt.example Oslo', 'core.example Bonn'], 3],
    ['insert', ['acme.example -', 'bolt.example -', 'core.example Bonn'], 1],
    ['update', ['acme.example Rome', 'bolt.example Oslo'], 2],
  ] as const)('is not doubled, and found: %s', async (mode, found, delivered) => {
    const sync = companySync(mode)
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered, skipped: 3 - delivered })
    expect(companies()).toEqual(found)
  })

  it.each(['upsert', 'update'] as const)('is not looked for again: %s', async (mode) => {
    const sync = companySync(mode)
    await world.run(sync)
    await world.sql('delete from accounts where id = 3', `update accounts set city = 'Bern'`)
    const before = world.hubspot.calls()
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 2 })
    expect(asked(before)).toEqual({ 'batch_update 0-2': 1 })
  })
})
