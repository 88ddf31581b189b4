/** Rows that pass match values on to each other, in runs that are cut short. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RequestFailure } from '../../src/connector/connector.ts'
import type { Collaborators } from '../../src/engine/context.ts'
import { verify } from '../../src/engine/push/verify.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { Crash } from '../support/crashing.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

const dayMs = 86_400_000
let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers values (1, 'a@x.com', 'Ann', 'Rome'), (2, 'b@x.com', 'Bob', 'Rome')`,
  )
})

afterEach(() => world.close())

/** First names by email, of all records. */
function names(): Readonly<Record<string, string | null>> {
  const records = world.hubspot.dump().state.records?.['0-1'] ?? []
  return Object.fromEntries<string | null>(
    records
      .filter((record) => (record.archivedAt ?? null) === null)
      .map(({ properties }) => [properties['email'] ?? '', properties['firstname'] ?? null]),
  )
}

/** Dies at the update after the one that clears a match value. */
const diesAfterRelease = (base: Collaborators): Collaborators => {
  let updates = 0
  return {
    ...base,
    crm: {
      ...base.crm,
      update: (inputs, options) => {
        updates += 1
        if (updates > 1) throw new Crash('crm.update before')
        return base.crm.update(inputs, options)
      },
    },
  }
}

/** The two rows swap addresses, and the run dies when one record has given its own up. */
async function cutShort(sync: PushSync): Promise<string> {
  await world.run(sync)
  await world.sql(`update customers set email = case id when 1 then 'b@x.com' else 'a@x.com' end`)
  await expect(world.run(sync, {}, diesAfterRelease)).rejects.toThrow('died')
  expect(Object.keys(names())).toContain('')
  return names()[''] === 'Ann' ? '1' : '2'
}

describe('a swap of addresses that was cut short', () => {
  it('is completed by the next run', async () => {
    await cutShort(contactSync())
    expect((await world.run(contactSync())).state).toBe('succeeded')
    expect(names()).toEqual({ 'b@x.com': 'Ann', 'a@x.com': 'Bob' })
  })

  it.each([
    ['ignore', {}, 1],
    // A run that empties the record leaves its address to the next one.
    ['clear', { removedRows: 'clear' }, 2],
    ['archive of records that it created, and these are adopted', { removedRows: 'archive' }, 1],
    ['ignore, without a look', { readBefore: false }, 1],
    ['clear, without a look', { removedRows: 'clear', readBefore: false }, 2],
  ] as const)(
    'is completed although the row left the model, under removed_rows %s',
    async (what, changes, runs) => {
      if (what.startsWith('archive')) {
        world.hubspot.seed({
          records: {
            contacts: [
              { id: '9001', properties: { email: 'a@x.com' } },
              { id: '9002', properties: { email: 'b@x.com' } },
            ],
          },
        })
      }
      const sync = contactSync(changes)
      const emptied = await cutShort(sync)
      await world.sql(`delete from customers where id = ${emptied}`)
      for (let run = 1; run <= runs; run++) await world.run(sync)
      const [own, other] = emptied === '1' ? ['b@x.com', 'a@x.com'] : ['a@x.com', 'b@x.com']
      const [left, stayed] = emptied === '1' ? ['Ann', 'Bob'] : ['Bob', 'Ann']
      expect(names()).toEqual({ [own]: runs === 2 ? null : left, [other]: stayed })
      const last = await world.run(sync)
      expect(last).toMatchObject({ state: 'succeeded', outcomes: { delivered: 0 } })
    },
  )

  it.each([{}, { conflict: 'theirs' }, { conflict: 'ask' }, { write: 'if_unchanged' }] as const)(
    'is undone where the rows take their addresses back, under %j',
    async (rule) => {
      const sync = contactSync({
        fields: [field('firstname', 'first_name'), field('email', 'email', rule)],
      })
      await cutShort(sync)
      await world.sql(
        `update customers set email = case id when 1 then 'a@x.com' else 'b@x.com' end`,
      )
      expect((await world.run(sync)).state).toBe('succeeded')
      expect(names()).toEqual({ 'a@x.com': 'Ann', 'b@x.com': 'Bob' })
      expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 0, unchanged: 2 })
    },
  )

  it('yields to a row of the model that wants the address, and says so', async () => {
    const emptied = await cutShort(contactSync())
    const owed = emptied === '1' ? 'b@x.com' : 'a@x.com'
    await world.sql(
      `delete from customers where id = ${emptied}`,
      `insert into customers values (3, '${owed}', 'Cy', 'Bern')`,
    )
    const report = await world.run(contactSync())
    expect(report.outcomes).toMatchObject({ delivered: 2, rejected: 0 })
    expect(report.reasons).toEqual({ 'skipped removed.released': 1 })
    expect(names()).toHaveProperty([owed], 'Cy')
    world.callsSince()
    for (let run = 2; run <= 3; run++) {
      const later = await world.run(contactSync())
      expect(later.reasons).toEqual({ 'skipped removed.released': 1 })
      expect(world.callsSince()).toBe(0)
    }
    await world.sql(`update customers set email = 'c@x.com' where id = 3`)
    world.clock.pass(dayMs)
    expect((await world.run(contactSync())).outcomes).toMatchObject({ delivered: 2, skipped: 0 })
    expect(names()).toMatchObject({ 'c@x.com': 'Cy', [owed]: emptied === '1' ? 'Ann' : 'Bob' })
  })

  it.each(['ignore', 'clear'] as const)(
    'yields to the row that keeps the address after all, under removed_rows %s',
    async (removedRows) => {
      const sync = contactSync({ removedRows })
      const emptied = await cutShort(sync)
      const kept = emptied === '1' ? 'b@x.com' : 'a@x.com'
      await world.sql(
        `delete from customers where id = ${emptied}`,
        `update customers set email = '${kept}'`,
      )
      // Where the record is emptied, that comes first.
      if (removedRows === 'clear') await world.run(sync)
      const report = await world.run(sync)
      expect(report.outcomes).toMatchObject({ rejected: 0, deferred: 0 })
      expect(report.reasons).toEqual({ 'skipped removed.released': 1 })
      expect(names()['']).toBe(removedRows === 'clear' ? null : emptied === '1' ? 'Ann' : 'Bob')
    },
  )

  it('fills the record of a row that comes back before it got the address', async () => {
    const sync = contactSync({ removedRows: 'clear' })
    const emptied = await cutShort(sync)
    await world.sql('create table kept as select * from customers')
    await world.sql(`delete from customers where id = ${emptied}`)
    await world.run(sync)
    await world.sql('delete from customers', 'insert into customers from kept')
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, rejected: 0 })
    expect(names()).toEqual({ 'b@x.com': 'Ann', 'a@x.com': 'Bob' })
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 0, unchanged: 2 })
  })

  it('leaves the record owed its address where emptying it met an accident', async () => {
    await world.close()
    const unique = {
      type: 'string',
      fieldType: 'text',
      groupName: 'g',
      hasUniqueValue: true,
    } as const
    world = await createWorld({
      state: {
        properties: { companies: [{ ...unique, name: 'account_key', label: 'Account key' }] },
        records: { companies: [{ id: '501', properties: { account_key: 'acme' } }] },
      },
    })
    await world.sql(
      'create table customers (id bigint, email varchar, first_name varchar, city varchar, account varchar)',
      `insert into customers values (1, 'a@x.com', 'Ann', 'Rome', 'acme'), (2, 'b@x.com', 'Bob', 'Rome', 'acme')`,
    )
    const match = { field: 'account_key', column: 'account' }
    const associations = [{ to: 'companies', match, label: null, ifMissing: 'defer' }] as const
    const sync = contactSync({ removedRows: 'clear', associations })
    const emptied = await cutShort(sync)
    await world.sql(`delete from customers where id = ${emptied}`)
    const failing = await world.run(sync, { force: true }, (base) => {
      const { associations: own } = base.crm
      if (own === null) return base
      const remove = (): Promise<void> =>
        Promise.reject(new RequestFailure({ kind: 'unavailable', message: 'down' }))
      return { ...base, crm: { ...base.crm, associations: { ...own, remove } } }
    })
    expect(failing.outcomes).toMatchObject({ deferred: 1 })
    await world.clock.sleep(3_600_000)
    for (let run = 1; run <= 3; run++) await world.run(sync, { force: true })
    expect(Object.keys(names()).toSorted()).toEqual(['a@x.com', 'b@x.com'])
  })

  it('empties the record of a row that left the model, although somebody has its address', async () => {
    const sync = contactSync({ removedRows: 'clear' })
    const emptied = await cutShort(sync)
    const owed = emptied === '1' ? 'b@x.com' : 'a@x.com'
    const holder = (world.hubspot.dump().state.records?.['0-1'] ?? []).find(
      ({ properties }) => properties['email'] === owed,
    )
    const properties = { email: 'elsewhere@x.com' }
    world.hubspot.edit({ kind: 'update', object: 'contacts', id: holder?.id ?? '', properties })
    const person = { id: '900', properties: { email: owed, firstname: 'Pia' } }
    world.hubspot.seed({ records: { contacts: [person] } })
    await world.sql(`delete from customers where id = ${emptied}`)
    expect((await world.run(sync)).outcomes).toMatchObject({ rejected: 0 })
    expect(names()).toMatchObject({ '': null, [owed]: 'Pia' })
    expect((await world.run(sync)).reasons).toEqual({ 'rejected match.taken': 1 })
  })
})

describe('a record whose address is empty in the CRM, as a person decided', () => {
  it('gets the one that another gives up in the same run', async () => {
    const theirs = field('email', 'email', { conflict: 'theirs' })
    const sync = contactSync({ fields: [theirs, field('firstname', 'first_name')] })
    await world.run(sync)
    const records = world.hubspot.dump().state.records?.['0-1'] ?? []
    const ann = records.find(({ properties }) => properties['firstname'] === 'Ann')
    const properties = { email: '' }
    world.hubspot.edit({ kind: 'update', object: 'contacts', id: ann?.id ?? '', properties })
    await world.push((base, lease) => verify(base, lease, { settle: true, samples: 1 }), sync)
    await world.sql(`update customers set email = case id when 1 then 'b@x.com' else 'c@x.com' end`)
    const report = await world.run(sync)
    expect(report.outcomes).toMatchObject({ delivered: 2, rejected: 0, deferred: 0 })
    expect(names()).toEqual({ 'b@x.com': 'Ann', 'c@x.com': 'Bob' })
  })
})

describe('a create that counts on a match value of a row which is rejected itself', () => {
  it('does not write over that row’s record, and is rejected, too', async () => {
    const sync = contactSync({ readBefore: false })
    await world.run(sync)
    // Row 1 gives `a` up for what row 3 wants as well, so neither gets it; row 4 counts on `a`.
    await world.sql(
      `update customers set email = 'c@x.com' where id = 1`,
      `insert into customers values (3, 'c@x.com', 'Cid', 'Oslo'), (4, 'a@x.com', 'Dan', 'Oslo')`,
    )
    const { outcomes, reasons } = await world.run(sync)
    expect(outcomes).toMatchObject({ delivered: 0, rejected: 3 })
    expect(reasons).toMatchObject({ 'rejected match.collision': 2, 'rejected record.bound': 1 })
    expect(names()).toEqual({ 'a@x.com': 'Ann', 'b@x.com': 'Bob' })
  })

  it('is made where the CRM says that nobody has the value any longer', async () => {
    const sync = contactSync({ readBefore: false })
    await world.run(sync)
    const [record] = world.hubspot.dump().state.records?.['0-1'] ?? []
    world.hubspot.edit({ kind: 'archive', object: 'contacts', id: record?.id ?? '' })
    await world.sql(
      `update customers set email = 'c@x.com' where id = 1`,
      `insert into customers values (3, 'c@x.com', 'Cid', 'Oslo'), (4, 'a@x.com', 'Dan', 'Oslo')`,
    )
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, rejected: 2 })
    expect(names()).toEqual({ 'a@x.com': 'Dan', 'b@x.com': 'Bob' })
  })
})
