/** The named cases of a push, one behaviour each, through the whole engine. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PushSync } from '../../src/model/sync.ts'
import { createPostgresHost } from '../support/postgres-host.ts'
import { createHost, type Host } from '../support/host.ts'
import { contactSync as anyContactSync, createWorld, field, type World } from '../support/world.ts'

let world: World

describe.each([
  { on: 'DuckDB and SQLite', host: createHost },
  { on: 'PostgreSQL for both', host: createPostgresHost },
])('a push on $on', ({ host: createHostOf }) => {
  let host: Host
  let tests = 0
  /** The tests share a ledger, so each has a sync of its own. */
  const contactSync = (changes: Partial<PushSync> = {}): PushSync =>
    anyContactSync({ name: `contacts_${tests}`, ...changes })

  beforeAll(async () => {
    host = await createHostOf()
  })

  afterAll(() => host.close())

  beforeEach(async () => {
    tests += 1
    world = await createWorld({ on: { host, name: `t${tests}` } })
    await world.sql(
      'drop table if exists customers',
      'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    )
  })

  afterEach(() => world.close())

  async function customers(
    ...rows: readonly (readonly [number | null, string | null, string | null, string | null])[]
  ): Promise<void> {
    const literal = (value: string | number | null): string =>
      value === null
        ? 'null'
        : typeof value === 'number'
          ? String(value)
          : `'${value.replaceAll("'", "''")}'`
    await world.sql(
      `insert into customers values ${rows.map((row) => `(${row.map(literal).join(', ')})`).join(', ')}`,
    )
  }

  /** Live contacts of the CRM by email. */
  function contacts(): Map<string, Readonly<Record<string, string | null>>> {
    const records = world.hubspot.dump().state.records?.['0-1'] ?? []
    return new Map(
      records
        .filter((record) => (record.archivedAt ?? null) === null)
        .map((record) => [record.properties['email'] ?? '', record.properties]),
    )
  }

  describe('keys and match values', () => {
    it('rejects every row of a duplicate key and delivers the others', async () => {
      await customers([1, 'a@x.com', 'A', 'P'], [1, 'b@x.com', 'B', 'P'], [2, 'c@x.com', 'C', 'P'])
      const report = await world.run(contactSync())
      expect(report).toMatchObject({
        rows: 3,
        outcomes: { delivered: 1, rejected: 2 },
        reasons: { 'rejected key.duplicate': 2 },
      })
      expect([...contacts().keys()]).toEqual(['c@x.com'])
    })

    it('rejects a null key, and removes nothing in such a run', async () => {
      const sync = contactSync({ removedRows: 'archive' })
      await customers([1, 'a@x.com', 'A', 'P'], [2, 'b@x.com', 'B', 'P'])
      await world.run(sync)
      await world.sql('update customers set id = null where id = 2')
      const report = await world.run(sync)
      expect(report.reasons).toMatchObject({
        'rejected key.null': 1,
        'skipped removed.uncertain': 1,
      })
      expect(contacts().size).toBe(2)
    })

    it('deletes nothing for a key that became a duplicate', async () => {
      const sync = contactSync({ removedRows: 'delete' })
      await customers([1, 'a@x.com', 'A', 'P'], [2, 'b@x.com', 'B', 'P'])
      await world.run(sync)
      await customers([2, 'c@x.com', 'C', 'P'])
      const report = await world.run(sync)
      expect(report.outcomes).toMatchObject({ rejected: 2, unchanged: 1, delivered: 0 })
      expect([...contacts().keys()].toSorted()).toEqual(['a@x.com', 'b@x.com'])
    })

    it('rejects all rows whose match values collide after normalisation, by name', async () => {
      await customers(
        [1, 'A@x.com', 'A', 'P'],
        [2, ' a@X.com ', 'B', 'P'],
        [3, 'c@x.com', 'C', 'P'],
      )
      const report = await world.run(contactSync())
      expect(report.reasons).toMatchObject({ 'rejected match.collision': 2 })
      expect([...contacts().keys()]).toEqual(['c@x.com'])
      const held = await world.query(
        `select key, message from ${world.workingSchema}.failures where reason = 'match.collision' order by key`,
      )
      expect(held).toEqual([
        ['1', 'another row has the same match value: a@x.com'],
        ['2', 'another row has the same match value: a@x.com'],
      ])
    })

    it('rejects rows of one match value however many are planned between them', async () => {
      await world.sql(
        `insert into customers select i, 'c' || (i % 2001) || '@x.com', 'A', 'P' from generate_series(1, 2002) as t(i)`,
      )
      const report = await world.run(contactSync())
      expect(report).toMatchObject({ outcomes: { delivered: 2000, rejected: 2 } })
      expect(report.reasons).toEqual({ 'rejected match.collision': 2 })
      expect(contacts().has('c1@x.com')).toBe(false)
    })

    it('sends no row the match value of one that stays as it is', async () => {
      await customers([1, 'a@x.com', 'A', 'P'], [2, 'b@x.com', 'B', 'P'])
      const sync = contactSync({ readBefore: false })
      await world.run(sync)
      await world.sql(`update customers set email = 'a@x.com' where id = 2`)
      expect((await world.run(sync)).reasons).toEqual({ 'rejected match.collision': 1 })
      expect([...contacts().keys()].toSorted()).toEqual(['a@x.com', 'b@x.com'])
    })

    it('rejects a null match value', async () => {
      await customers([1, null, 'A', 'P'])
      const report = await world.run(contactSync())
      expect(report.reasons).toEqual({ 'rejected match.null': 1 })
    })

    it('makes no second call for an address that the CRM normalises', async () => {
      await customers([1, ' Foo@X.COM ', 'A', 'P'])
      await world.run(contactSync())
      expect([...contacts().keys()]).toEqual(['foo@x.com'])
      world.callsSince()
      const report = await world.run(contactSync())
      expect(report.outcomes.unchanged).toBe(1)
      expect(world.callsSince()).toBe(0)
    })

    it('updates the same record when the match field is edited', async () => {
      await customers([1, 'old@x.com', 'A', 'P'])
      await world.run(contactSync())
      await world.sql(`update customers set email = 'new@x.com'`)
      const report = await world.run(contactSync())
      expect(report.planned).toMatchObject({ creates: 0, updates: 1 })
      expect([...contacts().keys()]).toEqual(['new@x.com'])
    })

    it('swaps the match values of two records', async () => {
      await customers([1, 'a@x.com', 'A', 'P'], [2, 'b@x.com', 'B', 'P'])
      await world.run(contactSync())
      await world.sql(
        `update customers set email = case id when 1 then 'b@x.com' else 'a@x.com' end`,
      )
      const report = await world.run(contactSync())
      expect(report.outcomes).toMatchObject({ delivered: 2, rejected: 0, deferred: 0 })
      expect(contacts().get('a@x.com')?.['firstname']).toBe('B')
      expect(contacts().get('b@x.com')?.['firstname']).toBe('A')
    })

    it('lets a row under a new key keep its record', async () => {
      const sync = contactSync({ removedRows: 'ignore' })
      await customers([1, 'a@x.com', 'A', 'P'], [2, 'b@x.com', 'B', 'P'])
      await world.run(sync)
      await world.sql('update customers set id = 10 where id = 1')
      const report = await world.run(sync)
      expect(report).toMatchObject({
        planned: { creates: 0, updates: 0 },
        outcomes: { unchanged: 2, rejected: 0 },
      })
      await world.sql(`update customers set city = 'Q' where id = 10`)
      expect((await world.run(sync)).planned).toMatchObject({ creates: 0, updates: 1 })
      const bound = await world.query(
        `select key::varchar from ${world.workingSchema}.${sync.name}__baseline as b order by b.key`,
      )
      expect(bound).toEqual([['2'], ['10']])
      world.callsSince()
      expect((await world.run(sync)).outcomes.unchanged).toBe(2)
      expect(world.callsSince()).toBe(0)
    })

    it('leaves the record with a key that may only seem to have left', async () => {
      const sync = contactSync({ removedRows: 'ignore' })
      await customers([1, 'a@x.com', 'A', 'P'], [2, 'b@x.com', 'B', 'P'])
      await world.run(sync)
      await world.sql(
        'update customers set id = null where id = 1',
        `insert into customers values (10, 'a@x.com', 'A', 'Q')`,
      )
      expect((await world.run(sync)).reasons).toEqual({
        'rejected key.null': 1,
        'rejected match.collision': 1,
      })
    })

    it('lets a new row take the address that another gives up in the same run', async () => {
      await customers([1, 'a@x.com', 'A', 'P'])
      await world.run(contactSync())
      await world.sql(`update customers set email = 'z@x.com'`)
      await customers([2, 'a@x.com', 'B', 'P'])
      const report = await world.run(contactSync())
      expect(report.outcomes).toMatchObject({ delivered: 2 })
      expect(contacts().get('a@x.com')?.['firstname']).toBe('B')
    })

    it('knows a key again whose type changed from number to text', async () => {
      await customers([1, 'a@x.com', 'A', 'P'], [2, 'b@x.com', 'B', 'P'])
      await world.run(contactSync())
      world.callsSince()
      await world.sql(
        'create table retyped as select id::varchar as id, email, first_name, city from customers',
        'drop table customers',
        'alter table retyped rename to customers',
      )
      const report = await world.run(contactSync())
      expect(report.outcomes).toMatchObject({ unchanged: 2, delivered: 0 })
      expect(world.callsSince()).toBe(0)
    })
  })

  describe('nulls', () => {
    it('sends a null only after a value that this sync confirmed', async () => {
      await customers([1, 'a@x.com', 'A', null], [2, 'b@x.com', 'B', 'Paris'])
      world.hubspot.seed({
        records: { contacts: [{ id: '9001', properties: { email: 'a@x.com', city: 'Typed' } }] },
      })
      await world.run(contactSync())
      expect(contacts().get('a@x.com')?.['city']).toBe('Typed')
      await world.sql(`update customers set city = null where id = 2`)
      const report = await world.run(contactSync())
      expect(report.planned.clears).toBe(1)
      expect(contacts().get('b@x.com')?.['city'] ?? null).toBeNull()
      expect(contacts().get('a@x.com')?.['city']).toBe('Typed')
    })

    it('clears nothing through a new field that is null for most rows', async () => {
      await world.sql(
        `insert into customers select i, 'c' || i || '@x.com', 'N' || i, case when i % 10 = 0 then 'Rome' end from generate_series(1, 100) as t(i)`,
      )
      await world.run(contactSync({ fields: [field('firstname', 'first_name')] }))
      for (const record of world.hubspot.dump().state.records?.['0-1'] ?? []) {
        world.hubspot.edit({
          kind: 'update',
          object: 'contacts',
          id: record.id ?? '',
          properties: { city: 'Typed' },
        })
      }
      const report = await world.run(contactSync())
      expect(report.planned).toMatchObject({ clears: 0, updates: 10 })
      const cities = [...contacts().values()].map((each) => each['city'])
      expect(cities.filter((city) => city === 'Typed')).toHaveLength(90)
    })
  })

  describe('the first plan against a CRM that already holds half of the rows', () => {
    it('tells exact creates, updates and unchanged', async () => {
      await world.sql(
        `insert into customers select i, 'c' || i || '@x.com', 'N' || i, 'Rome' from generate_series(1, 100) as t(i)`,
      )
      world.hubspot.seed({
        records: {
          contacts: Array.from({ length: 50 }, (_, index) => ({
            id: String(9001 + index),
            properties: {
              email: `c${index + 1}@x.com`,
              firstname: `N${index + 1}`,
              city: index < 20 ? 'Rome' : 'Oslo',
            },
          })),
        },
      })
      const report = await world.plan(contactSync())
      expect(report.planned).toMatchObject({ creates: 50, updates: 30, unchanged: 20 })
      expect(world.hubspot.log().filter((write) => write.source === 'api')).toEqual([])
    })
  })

  describe('write conditions', () => {
    it('withholds 1,000 rows by if_empty and makes no call in the next run', async () => {
      await world.sql(
        `insert into customers select i, 'c' || i || '@x.com', 'N' || i, 'Rome' from generate_series(1, 1000) as t(i)`,
      )
      world.hubspot.seed({
        records: {
          contacts: Array.from({ length: 1000 }, (_, index) => ({
            id: String(9001 + index),
            properties: { email: `c${index + 1}@x.com`, city: 'Typed' },
          })),
        },
      })
      const sync = contactSync({ fields: [field('city', 'city', { write: 'if_empty' })] })
      const first = await world.run(sync)
      expect(first.outcomes.delivered).toBe(0)
      expect(contacts().get('c7@x.com')?.['city']).toBe('Typed')
      world.callsSince()
      const second = await world.run(sync)
      expect(second.outcomes.unchanged).toBe(1000)
      expect(world.callsSince()).toBe(0)
    })

    it('leaves a field alone that a person changed under if_unchanged, and sends the others', async () => {
      const sync = contactSync({
        fields: [
          field('firstname', 'first_name'),
          field('city', 'city', { write: 'if_unchanged' }),
        ],
      })
      await customers([1, 'a@x.com', 'A', 'Rome'])
      await world.run(sync)
      const [record] = world.hubspot.dump().state.records?.['0-1'] ?? []
      world.hubspot.edit({
        kind: 'update',
        object: 'contacts',
        id: record?.id ?? '',
        properties: { city: 'Mine' },
      })
      await world.sql(`update customers set city = 'Oslo', first_name = 'B'`)
      const report = await world.run(sync)
      expect(report.outcomes.delivered).toBe(1)
      expect(contacts().get('a@x.com')).toMatchObject({ city: 'Mine', firstname: 'B' })
      world.callsSince()
      expect((await world.run(sync)).outcomes.unchanged).toBe(1)
      expect(world.callsSince()).toBe(0)
    })
  })

  describe('modes', () => {
    it('update changes what exists and skips the rest', async () => {
      await customers([1, 'a@x.com', 'A', 'Rome'], [2, 'b@x.com', 'B', 'Rome'])
      world.hubspot.seed({
        records: { contacts: [{ id: '9001', properties: { email: 'a@x.com' } }] },
      })
      const report = await world.run(contactSync({ mode: 'update' }))
      expect(report.outcomes).toMatchObject({ delivered: 1, skipped: 1 })
      expect([...contacts().keys()]).toEqual(['a@x.com'])
    })

    it('insert creates what is missing and leaves the rest alone', async () => {
      await customers([1, 'a@x.com', 'A', 'Rome'], [2, 'b@x.com', 'B', 'Rome'])
      world.hubspot.seed({
        records: { contacts: [{ id: '9001', properties: { email: 'a@x.com' } }] },
      })
      const report = await world.run(contactSync({ mode: 'insert' }))
      expect(report.outcomes).toMatchObject({ delivered: 1, skipped: 1 })
      expect(contacts().get('a@x.com')?.['firstname'] ?? null).toBeNull()
    })
  })

  describe('removed rows', () => {
    const three = async (): Promise<void> => {
      await customers([1, 'a@x.com', 'A', 'P'], [2, 'b@x.com', 'B', 'P'], [3, 'c@x.com', 'C', 'P'])
    }

    it('archives records that this sync created, and creates them anew when the row returns', async () => {
      const sync = contactSync({ removedRows: 'archive' })
      await three()
      await world.run(sync)
      await world.sql('delete from customers where id = 2')
      expect((await world.run(sync)).planned.deletes).toBe(1)
      expect([...contacts().keys()].toSorted()).toEqual(['a@x.com', 'c@x.com'])
      expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 0, unchanged: 2 })
      await customers([2, 'b@x.com', 'B', 'P'])
      expect((await world.run(sync)).planned.creates).toBe(1)
      expect(contacts().size).toBe(3)
    })

    it('leaves adopted records alone unless told otherwise', async () => {
      await three()
      world.hubspot.seed({
        records: { contacts: [{ id: '9001', properties: { email: 'a@x.com' } }] },
      })
      const sync = contactSync({ removedRows: 'delete' })
      await world.run(sync)
      await world.sql('delete from customers where id = 1')
      const report = await world.run(sync)
      expect(report.reasons).toMatchObject({ 'skipped removed.adopted': 1 })
      expect(contacts().size).toBe(3)
      world.callsSince()
      expect((await world.run(sync)).reasons).toMatchObject({ 'skipped removed.adopted': 1 })
      expect(world.callsSince()).toBe(0)
      await world.run(contactSync({ removedRows: 'delete', deleteAdopted: true }))
      expect(contacts().size).toBe(2)
    })

    it('takes an adopted record up again when its row returns', async () => {
      await three()
      world.hubspot.seed({
        records: { contacts: [{ id: '9001', properties: { email: 'a@x.com' } }] },
      })
      const sync = contactSync({
        removedRows: 'delete',
        fields: [field('firstname', 'first_name'), field('city', 'city')],
      })
      await world.run(sync)
      await world.sql('delete from customers where id = 1')
      await world.run(sync)
      await customers([1, 'a@x.com', 'Ada', 'Bonn'])
      expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, skipped: 0 })
      expect(contacts().get('a@x.com')).toMatchObject({ firstname: 'Ada', city: 'Bonn' })
      world.callsSince()
      expect((await world.run(sync)).outcomes).toMatchObject({ unchanged: 3, skipped: 0 })
      expect(world.callsSince()).toBe(0)
    })

    it('clears the mapped fields and nothing else', async () => {
      const sync = contactSync({ removedRows: 'clear' })
      await three()
      await world.run(sync)
      await world.sql('delete from customers where id = 2')
      const report = await world.run(sync)
      expect(report.planned).toMatchObject({ updates: 1, clears: 2 })
      expect(contacts().get('b@x.com')?.['city'] ?? null).toBeNull()
      world.callsSince()
      await world.run(sync)
      expect(world.callsSince()).toBe(0)
      await customers([2, 'b@x.com', 'B', 'P'])
      await world.run(sync)
      expect(contacts().get('b@x.com')).toMatchObject({ firstname: 'B', city: 'P' })
    })
  })

  describe('guards', () => {
    it('stop an empty model', async () => {
      await customers([1, 'a@x.com', 'A', 'P'])
      const sync = contactSync({ removedRows: 'delete' })
      await world.run(sync)
      await world.sql('delete from customers')
      await expect(world.run(sync)).rejects.toMatchObject({ code: 'push.empty_model' })
      expect(contacts().size).toBe(1)
    })

    it('stop a first run without --first', async () => {
      await customers([1, 'a@x.com', 'A', 'P'])
      const report = await world.run(contactSync(), { first: false })
      expect(report).toMatchObject({ state: 'stopped', error: { code: 'push.first_run' } })
      expect(contacts().size).toBe(0)
    })

    describe('on a first run with empty texts', () => {
      const guarded = () => {
        const sync = contactSync()
        return { ...sync, guards: { ...sync.guards, maxClears: { percent: 10 } } }
      }
      const empties = () =>
        world.sql(
          `insert into customers select i, 'c' || i || '@x.com', 'N', '' from generate_series(1, 10) as t(i)`,
        )

      it('stop what empties fields of records that it finds, before its first write', async () => {
        const typed = [1, 2].map((id) => ({
          id: String(9000 + id),
          properties: { email: `c${id}@x.com`, city: 'typed' },
        }))
        world.hubspot.seed({ records: { contacts: typed } })
        await empties()
        const sync = guarded()
        const report = await world.run(sync)
        expect(report).toMatchObject({ state: 'stopped', error: { code: 'push.guard' } })
        expect(report.error?.message).toContain('max_clears: 2 planned, 1 allowed')
        expect(contacts().get('c1@x.com')).toMatchObject({ city: 'typed' })
        expect(contacts().size).toBe(2)
        expect((await world.run(sync, { force: true })).outcomes.delivered).toBe(10)
      })

      it('let it create records, where there is nothing to empty', async () => {
        await empties()
        expect((await world.run(guarded())).outcomes).toMatchObject({ delivered: 10 })
      })
    })

    it('stop a plan that deletes more than allowed, before its first write', async () => {
      await world.sql(
        `insert into customers select i, 'c' || i || '@x.com', 'N', 'P' from generate_series(1, 100) as t(i)`,
      )
      const base = contactSync({ removedRows: 'delete' })
      const sync = { ...base, guards: { ...base.guards, maxDeletes: { percent: 1 } } }
      await world.run(sync)
      await world.sql('delete from customers where id <= 2')
      const report = await world.run(sync)
      expect(report).toMatchObject({ state: 'stopped', error: { code: 'push.guard' } })
      expect(contacts().size).toBe(100)
      expect((await world.run(sync, { force: true })).outcomes.delivered).toBe(2)
    })
  })

  describe('records that change in the CRM', () => {
    it('skips a deleted record, and recreates it where the sync says so', async () => {
      await customers([1, 'a@x.com', 'A', 'P'])
      await world.run(contactSync())
      const [record] = world.hubspot.dump().state.records?.['0-1'] ?? []
      world.hubspot.edit({ kind: 'archive', object: 'contacts', id: record?.id ?? '' })
      await world.sql(`update customers set city = 'Q'`)
      expect((await world.run(contactSync())).reasons).toEqual({ 'skipped record.deleted': 1 })
      world.callsSince()
      await world.run(contactSync())
      expect(world.callsSince()).toBe(0)
      await world.sql(`update customers set city = 'R'`)
      const report = await world.run(contactSync({ ifDeleted: 'recreate' }))
      expect(report.planned.creates).toBe(1)
      expect(contacts().get('a@x.com')?.['city']).toBe('R')
    })

    it('follows a merge to the survivor', async () => {
      await customers([1, 'a@x.com', 'A', 'P'])
      await world.run(contactSync())
      const [loser] = world.hubspot.dump().state.records?.['0-1'] ?? []
      world.hubspot.seed({
        records: { contacts: [{ id: '9001', properties: { email: 'z@x.com' } }] },
      })
      world.hubspot.edit({
        kind: 'merge',
        object: 'contacts',
        primary: '9001',
        other: loser?.id ?? '',
      })
      await world.sql(`update customers set city = 'Q'`)
      const report = await world.run(contactSync())
      expect(report.outcomes.delivered).toBe(1)
      const alive = [...contacts().values()]
      expect(alive).toHaveLength(1)
      expect(alive[0]?.['city']).toBe('Q')
    })

    it('adopts a record that is found by a secondary address', async () => {
      await customers([1, 'second@x.com', 'A', 'P'])
      world.hubspot.seed({
        records: {
          contacts: [
            {
              id: '9001',
              properties: { email: 'first@x.com', hs_additional_emails: 'second@x.com' },
            },
          ],
        },
      })
      const report = await world.run(contactSync())
      expect(report.outcomes).toMatchObject({ delivered: 1, rejected: 0 })
      expect(contacts().size).toBe(1)
    })
  })

  describe('the mapping', () => {
    it('makes exactly the touched field due when a field is added', async () => {
      await customers([1, 'a@x.com', 'A', 'P'], [2, 'b@x.com', 'B', 'P'])
      await world.run(contactSync({ fields: [field('firstname', 'first_name')] }))
      const before = world.hubspot.log().length
      const report = await world.run(contactSync())
      expect(report.outcomes.delivered).toBe(2)
      const fields = world.hubspot
        .log()
        .slice(before)
        .map((write) => Object.keys(write.changes))
      expect(fields).toEqual([['city'], ['city']])
      world.callsSince()
      expect((await world.run(contactSync())).outcomes.unchanged).toBe(2)
      expect(world.callsSince()).toBe(0)
    })

    it('makes nothing due when a field is removed', async () => {
      await customers([1, 'a@x.com', 'A', 'P'])
      await world.run(contactSync())
      world.callsSince()
      const report = await world.run(contactSync({ fields: [field('firstname', 'first_name')] }))
      expect(report.outcomes.unchanged).toBe(1)
      expect(world.callsSince()).toBe(0)
    })

    it('stops at an unknown field, a read-only one and an unknown column, by name', async () => {
      await customers([1, 'a@x.com', 'A', 'P'])
      const wrong = (name: string, column: string) =>
        world.run(contactSync({ fields: [field(name, column)] }))
      await expect(wrong('citty', 'city')).rejects.toMatchObject({
        code: 'push.unknown_field',
        message: expect.stringContaining('did you mean city?'),
      })
      await expect(wrong('createdate', 'city')).rejects.toMatchObject({ code: 'push.read_only' })
      await expect(wrong('city', 'town')).rejects.toMatchObject({ code: 'push.unknown_column' })
    })

    it('stops when a column vanished from the model, and changes nothing', async () => {
      await customers([1, 'a@x.com', 'A', 'P'])
      await world.run(contactSync())
      await world.sql('alter table customers drop column city')
      await expect(world.run(contactSync())).rejects.toMatchObject({ code: 'push.unknown_column' })
      expect(contacts().get('a@x.com')?.['city']).toBe('P')
    })
  })

  describe('rejected rows', () => {
    it('are held until their values change, without a call', async () => {
      await customers([1, 'not an address', 'A', 'P'], [2, 'b@x.com', 'B', 'P'])
      const first = await world.run(contactSync())
      expect(first.outcomes).toMatchObject({ delivered: 1, rejected: 1 })
      world.callsSince()
      const second = await world.run(contactSync())
      expect(second.outcomes).toMatchObject({ unchanged: 1, rejected: 1 })
      expect(second.heldRejected).toBe(1)
      expect(world.callsSince()).toBe(0)
      await world.sql(`update customers set email = 'good@x.com' where id = 1`)
      expect((await world.run(contactSync())).outcomes).toMatchObject({
        delivered: 1,
        unchanged: 1,
      })
    })
  })

  describe('the account', () => {
    it('stops when another portal answers behind the same connection', async () => {
      await customers([1, 'a@x.com', 'A', 'P'])
      await world.run(contactSync())
      const other = await createWorld({ portalId: 777 })
      await world.sql(`update customers set city = 'Q'`)
      await expect(
        world.run(contactSync(), {}, (base) => ({ ...base, crm: other.newCrm() })),
      ).rejects.toMatchObject({ code: 'push.other_account' })
      await other.close()
    })
  })
})
