/** Records of rows that people merged into each other, and rows that leave the model after. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accountSync, createSalesforceWorld } from '../support/salesforce-world.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers values (1, 'a@x.com', 'Ann', 'Rome'), (2, 'b@x.com', 'Bob', 'Oslo')`,
  )
})

afterEach(() => world.close())

interface Live {
  readonly id: string
  readonly properties: Readonly<Record<string, string | null>>
}

function records(): readonly Live[] {
  const all = world.hubspot.dump().state.records?.['0-1'] ?? []
  return all
    .filter(({ archivedAt }) => (archivedAt ?? null) === null)
    .map(({ id, properties }) => ({ id: id ?? '', properties }))
}

function idOf(email: string): string {
  return records().find(({ properties }) => properties['email'] === email)?.id ?? ''
}

function merge(primary: string, other: string): void {
  world.hubspot.edit({ kind: 'merge', object: 'contacts', primary, other })
}

describe.each(['delete', 'archive', 'clear'] as const)('under removed_rows %s', (removedRows) => {
  it.each([true, false])(
    'a record stays that another row’s was merged into, looking before: %s',
    async (readBefore) => {
      const sync = contactSync({ removedRows, readBefore })
      await world.run(sync)
      const survivor = idOf('b@x.com')
      merge(survivor, idOf('a@x.com'))
      const before = records()
      await world.sql('delete from customers where id = 2')
      const report = await world.run(sync)
      expect(report.reasons).toEqual({ 'skipped record.merged': 1 })
      expect(records()).toEqual(before)
      world.callsSince()
      expect((await world.run(sync)).outcomes).toMatchObject({ unchanged: 1, delivered: 0 })
      expect(world.callsSince()).toBe(0)
      await world.sql(`update customers set city = 'Bern'`)
      for (let run = 1; run <= 2; run++) await world.run(sync)
      expect(records().map(({ id, properties }) => [id, properties['city']])).toEqual([
        [survivor, 'Bern'],
      ])
    },
  )

  it('a record goes that holds nothing of a row of the model', async () => {
    const sync = contactSync({ removedRows })
    await world.sql(`insert into customers values (3, 'c@x.com', 'Cid', 'Rome')`)
    await world.run(sync)
    merge(idOf('b@x.com'), idOf('a@x.com'))
    await world.sql('delete from customers where id = 1')
    await world.run(sync)
    await world.sql('delete from customers where id = 2')
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1 })
    const names = records().map(({ properties }) => properties['firstname'])
    expect(names.filter((name) => (name ?? '') !== '')).toEqual(['Cid'])
  })
})

describe('a record that was merged away', () => {
  it('is followed where nobody looks before', async () => {
    const sync = contactSync({ readBefore: false })
    await world.run(sync)
    world.hubspot.seed({
      records: { contacts: [{ id: '9001', properties: { email: 'z@x.com' } }] },
    })
    merge('9001', idOf('a@x.com'))
    await world.sql(`update customers set city = 'Bern' where id = 1`)
    expect((await world.run(sync)).reasons).toEqual({ 'deferred fate.changed': 1 })
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, deferred: 0 })
    const survivor = records().find(({ id }) => id === '9001')
    expect(survivor?.properties).toMatchObject({ city: 'Bern', email: 'z@x.com' })
    world.callsSince()
    expect((await world.run(sync)).outcomes).toMatchObject({ unchanged: 2 })
    expect(world.callsSince()).toBe(0)
  })

  it.each([true, false])(
    'is not followed to another row’s, looking before: %s',
    async (readBefore) => {
      const sync = contactSync({ readBefore })
      await world.run(sync)
      merge(idOf('b@x.com'), idOf('a@x.com'))
      await world.sql(`update customers set city = 'Bern' where id = 1`)
      expect((await world.run(sync)).reasons).toEqual({ 'rejected record.bound': 1 })
      expect(records().map(({ properties }) => properties['city'])).toEqual(['Oslo'])
      // The row whose record survived goes on, however often the other one wants it.
      for (const city of ['Lima', 'Kiel']) {
        await world.sql(`update customers set city = '${city}'`)
        const report = await world.run(sync)
        expect(report.outcomes).toMatchObject({ delivered: 1, rejected: 1 })
        expect(records().map(({ properties }) => properties['city'])).toEqual([city])
      }
      expect(records()[0]?.properties).toMatchObject({ email: 'b@x.com', firstname: 'Bob' })
    },
  )
})

describe('a person’s value', () => {
  it.each([
    ['theirs', 'skipped field.withheld'],
    ['ask', 'rejected field.conflict'],
  ] as const)('stands through later edits of the model, under %s', async (conflict, told) => {
    const sync = contactSync({ fields: [field('city', 'city', { conflict })] })
    await world.run(sync)
    const properties = { city: 'Person' }
    world.hubspot.edit({ kind: 'update', object: 'contacts', id: idOf('a@x.com'), properties })
    for (const city of ['Model', 'Newer']) {
      await world.sql(`update customers set city = '${city}' where id = 1`)
      expect((await world.run(sync)).reasons).toEqual({ [told]: 1 })
      expect(records().find(({ id }) => id === idOf('a@x.com'))?.properties['city']).toBe('Person')
    }
  })
})

it.each([
  ['double', '1.0', '2.0'],
  ['timestamp', `'2026-01-01 10:00:00'`, `'2026-01-02 10:00:00'`],
  ['timestamptz', `'2026-01-01 10:00:00+00'`, `'2026-01-02 10:00:00+00'`],
  ['date', `'2026-01-01'`, `'2026-01-02'`],
  ['decimal(10, 2)', '1.50', '2.50'],
  ['varchar', `'x'`, `'y'`],
])('rows with keys of type %s are known by them when they come back', async (type, key, other) => {
  const sync = contactSync({
    removedRows: 'delete',
    name: 'typed',
    model: { kind: 'table', schema: null, table: 'typed' },
  })
  await world.sql(
    `create table typed (id ${type}, email varchar, first_name varchar, city varchar)`,
    `insert into typed values (${key}, 'k@x.com', 'Kim', 'Rome'), (${other}, 'l@x.com', 'Lee', 'Rome')`,
  )
  await world.run(sync)
  const id = idOf('k@x.com')
  await world.sql(`delete from typed where email = 'k@x.com'`)
  await world.run(sync)
  world.hubspot.edit({ kind: 'restore', object: 'contacts', id })
  await world.sql(`insert into typed values (${key}, 'k@x.com', 'Kim', 'Bern')`)
  expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, rejected: 0 })
  expect(records().find((one) => one.id === id)?.properties['city']).toBe('Bern')
})

it('a record of Salesforce’s stays that another row’s was merged into', async () => {
  const salesforce = await createSalesforceWorld()
  try {
    await salesforce.sql(
      'create table accounts (id bigint, account_key varchar, name varchar, city varchar, revenue decimal(18, 2), hot boolean)',
      `insert into accounts select i, 'A-' || i, 'Account ' || i, 'City', 1.5, true from range(1, 5) as t(i)`,
    )
    const sync = accountSync({ removedRows: 'delete' })
    await salesforce.run(sync)
    const alive = (): readonly (readonly [string, unknown])[] =>
      (salesforce.salesforce.dump().state.records['Account'] ?? [])
        .filter(({ deletedAt = null }) => deletedAt === null)
        .map(({ id, values }) => [id ?? '', values['Account_Key__c']] as const)
    const ids = new Map(alive().map(([id, key]) => [key, id]))
    // Through two merges: the first went up in one that went up in the third.
    for (const [master, other] of [
      ['A-2', 'A-1'],
      ['A-3', 'A-2'],
    ]) {
      salesforce.salesforce.edit({
        kind: 'merge',
        object: 'Account',
        master: ids.get(master) ?? '',
        other: ids.get(other) ?? '',
      })
    }
    await salesforce.sql('delete from accounts where id in (2, 3)')
    const report = await salesforce.run(sync)
    expect(report.reasons).toEqual({ 'skipped record.merged': 2 })
    expect(alive().map(([id]) => id)).toContain(ids.get('A-3'))
  } finally {
    await salesforce.close()
  }
})
