/** When a null clears a field, and what a field leaves behind that is mapped to another name. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyPlan } from '../../src/engine/push/apply.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
  )
})

afterEach(() => world.close())

type Properties = Readonly<Record<string, string | null>>

function contact(email: string): { readonly id: string; readonly properties: Properties } {
  const records = world.hubspot.dump().state.records?.['0-1'] ?? []
  const found = records.find(({ properties }) => properties['email'] === email)
  return { id: found?.id ?? '', properties: found?.properties ?? {} }
}

const cityOf = (email: string): string | null => contact(email).properties['city'] ?? null

function type(email: string, properties: Readonly<Record<string, string>>): void {
  world.hubspot.edit({ kind: 'update', object: 'contacts', id: contact(email).id, properties })
}

describe('a null', () => {
  const sync = (nulls: 'always' | 'transition'): PushSync =>
    contactSync({ fields: [field('firstname', 'first_name'), field('city', 'city', { nulls })] })

  beforeEach(async () => {
    await world.sql(
      `insert into customers values (1, 'a@x.com', 'Ann', null), (2, 'b@x.com', 'Bob', null)`,
    )
    world.hubspot.seed({
      records: {
        contacts: [
          { id: '9001', properties: { email: 'a@x.com', firstname: 'Ann', city: 'Typed' } },
          { id: '9002', properties: { email: 'b@x.com', firstname: 'Bob' } },
        ],
      },
    })
  })

  it('clears what a person typed under nulls: always, once, and costs no call afterwards', async () => {
    const report = await world.run(sync('always'))
    expect(report).toMatchObject({
      planned: { updates: 1, clears: 1, unchanged: 1 },
      outcomes: { delivered: 1, unchanged: 1 },
    })
    expect(cityOf('a@x.com')).toBeNull()
    world.callsSince()
    expect((await world.run(sync('always'))).outcomes.unchanged).toBe(2)
    expect(world.callsSince()).toBe(0)
  })

  it('clears nothing that a person typed under nulls: transition', async () => {
    const report = await world.run(sync('transition'))
    expect(report).toMatchObject({ planned: { updates: 0, clears: 0 }, outcomes: { delivered: 0 } })
    expect(cityOf('a@x.com')).toBe('Typed')
  })

  it('that a mapping says always of is due for every row, and clears what was withheld before', async () => {
    await world.run(sync('transition'))
    type('b@x.com', { city: 'Later' })
    const report = await world.run(sync('always'))
    expect(report.planned).toMatchObject({ updates: 2, clears: 2 })
    expect([cityOf('a@x.com'), cityOf('b@x.com')]).toEqual([null, null])
  })

  it('counts as a clear for the guards, whatever the field held', async () => {
    const base = sync('always')
    const guarded = { ...base, guards: { ...base.guards, maxClears: { rows: 0 } } }
    await world.run(sync('transition'))
    const report = await world.run(guarded)
    expect(report).toMatchObject({ state: 'stopped', error: { code: 'push.guard' } })
    expect(cityOf('a@x.com')).toBe('Typed')
  })
})

describe('a column that is mapped to another field', () => {
  const before = contactSync()
  const after = contactSync({ fields: [field('firstname', 'first_name'), field('state', 'city')] })

  beforeEach(async () => {
    await world.sql(
      `insert into customers select i, 'c' || i || '@x.com', 'N' || i, 'Rome' from generate_series(1, 20) as t(i)`,
    )
    await world.run(before)
  })

  it('is written to the new one for all rows, and the old one keeps what it has', async () => {
    type('c7@x.com', { city: 'Typed' })
    const logged = world.hubspot.log().length
    const report = await world.run(after)
    expect(report).toMatchObject({
      planned: { updates: 20, clears: 0, creates: 0 },
      outcomes: { delivered: 20 },
    })
    const written = world.hubspot.log().slice(logged)
    expect(new Set(written.flatMap(({ changes }) => Object.keys(changes)))).toEqual(
      new Set(['state']),
    )
    expect(contact('c1@x.com').properties).toMatchObject({ city: 'Rome', state: 'Rome' })
    expect(cityOf('c7@x.com')).toBe('Typed')
    world.callsSince()
    expect((await world.run(after)).outcomes.unchanged).toBe(20)
    expect(world.callsSince()).toBe(0)
  })

  it('empties the old one where the sync maps it to null', async () => {
    const cleared = contactSync({
      fields: [...after.fields, field('city', '', { source: { from: 'constant', value: null } })],
    })
    const report = await world.run(cleared)
    expect(report.planned).toMatchObject({ updates: 20, clears: 20 })
    expect(contact('c1@x.com').properties['state']).toBe('Rome')
    expect(cityOf('c1@x.com')).toBeNull()
  })

  it('empties nothing of the old one that this sync did not write', async () => {
    await world.run(after)
    await world.sql(`insert into customers values (21, 'c21@x.com', 'N21', 'Oslo')`)
    await world.run(after)
    type('c21@x.com', { city: 'Typed' })
    const cleared = contactSync({
      fields: [...after.fields, field('city', '', { source: { from: 'constant', value: null } })],
    })
    expect((await world.run(cleared)).planned.clears).toBe(20)
    expect(cityOf('c21@x.com')).toBe('Typed')
  })
})

/** Nothing is pushed. */
const tries: readonly (readonly [string, (sync: PushSync) => Promise<unknown>])[] = [
  ['only planned', (sync) => world.plan(sync)],
  [
    'stopped by a guard',
    (sync) => {
      const maxChanges = { rows: 0 }
      return world.run({ ...sync, guards: { ...sync.guards, maxChanges } }).catch(() => null)
    },
  ],
]

describe('a column that has another type for a while', () => {
  const sync = contactSync({ fields: [field('firstname', 'first_name'), field('city', 'city')] })

  beforeEach(async () => {
    await world.sql(
      `insert into customers values (1, 'a@x.com', 'Ann', 'Rome'), (2, 'b@x.com', 'Bob', 'Bonn')`,
    )
    await world.run(sync)
    type('b@x.com', { city: 'Typed' })
    await world.sql(
      'alter table customers rename to before',
      'create table customers as select id, email, first_name, 5 as city from before',
    )
  })

  it.each(tries)('is due for no row where that was %s', async (_what, tried) => {
    for (let time = 1; time <= 2; time++) await tried(sync)
    await world.sql('drop table customers', 'alter table before rename to customers')
    world.callsSince()
    expect((await world.run(sync)).outcomes).toMatchObject({ unchanged: 2 })
    expect(world.callsSince()).toBe(0)
    expect(cityOf('b@x.com')).toBe('Typed')
  })

  it('is pushed as it is', async () => {
    await world.plan(sync)
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 2 })
    expect(['a@x.com', 'b@x.com'].map(cityOf)).toEqual(['5', '5'])
    world.callsSince()
    expect((await world.run(sync)).outcomes).toMatchObject({ unchanged: 2 })
    expect(world.callsSince()).toBe(0)
  })
})

describe('a field that is left out of the mapping, and mapped again', () => {
  const both = contactSync({ fields: [field('firstname', 'first_name'), field('city', 'city')] })
  const without = contactSync({ fields: [field('firstname', 'first_name')] })

  it.each([
    ['whose row was pushed meanwhile', `update customers set first_name = 'Eve'`],
    ['whose row was not', 'select 1'],
  ])('keeps what a person typed meanwhile, where the model has a null: %s', async (_what, sql) => {
    await world.sql(`insert into customers values (1, 'a@x.com', 'Ann', 'Rome')`)
    await world.run(both)
    await world.sql(sql)
    await world.run(without)
    type('a@x.com', { city: 'Typed' })
    await world.sql('update customers set city = null')
    await world.run(both)
    expect(cityOf('a@x.com')).toBe('Typed')
    await world.sql(`update customers set city = 'Oslo'`)
    await world.run(both)
    expect(cityOf('a@x.com')).toBe('Oslo')
    await world.sql('update customers set city = null')
    await world.run(both)
    expect(cityOf('a@x.com')).toBeNull()
  })

  it.each(tries)('is due for no row where the mapping without it was %s', async (_what, tried) => {
    await world.sql(
      `insert into customers values (1, 'a@x.com', 'Ann', 'Rome'), (2, 'b@x.com', 'Bob', 'Bonn')`,
    )
    await world.run(both)
    await world.sql(`update customers set first_name = 'Eve' where id = 1`)
    await tried(without)
    type('b@x.com', { city: 'Typed' })
    expect(await world.run(both)).toMatchObject({
      remapped: { rows: 0 },
      outcomes: { delivered: 1, unchanged: 1 },
    })
    expect(cityOf('b@x.com')).toBe('Typed')
  })

  it('is not applied by a plan that was made without it', async () => {
    await world.sql(`insert into customers values (1, 'a@x.com', 'Ann', 'Rome')`)
    await world.run(both)
    await world.sql(`update customers set first_name = 'Eve', city = 'Oslo'`)
    const { runId } = await world.plan(without)
    const renamed = contactSync({ fields: [field('lastname', 'first_name')] })
    for (const sync of [both, renamed]) {
      await expect(world.push(applyPlan, sync, { runId, kind: 'apply' })).rejects.toMatchObject({
        code: 'push.world_moved',
        message: expect.stringContaining('the mapping changed'),
      })
    }
    const { outcomes } = await world.push(applyPlan, without, { runId, kind: 'apply' })
    expect(outcomes.delivered).toBe(1)
    expect(contact('a@x.com').properties).toMatchObject({ firstname: 'Eve', city: 'Rome' })
  })

  it.each([true, false])(
    'is not emptied with a row that leaves, where a person filled it first: looks first: %s',
    async (readBefore) => {
      const guards = { ...both.guards, maxClears: { rows: 10 } }
      const clearing = { readBefore, removedRows: 'clear', guards } as const
      await world.sql(
        `insert into customers values (1, 'a@x.com', 'Ann', 'Rome'), (2, 'b@x.com', 'Bob', 'Bonn')`,
      )
      await world.run({ ...without, ...clearing })
      type('a@x.com', { city: 'Typed' })
      await world.sql('delete from customers where id = 1')
      await world.run({ ...both, ...clearing })
      expect(contact('a@x.com').properties).toMatchObject({ city: 'Typed' })
      expect(contact('a@x.com').properties['firstname'] ?? null).toBeNull()
    },
  )
})

it('a mapping that the CRM refused makes no row due once it is corrected', async () => {
  await world.sql(
    `insert into customers values (1, 'a@x.com', 'Ann', 'Rome'), (2, 'b@x.com', 'Bob', 'Bonn')`,
  )
  const sync = contactSync({ fields: [field('firstname', 'first_name')] })
  await world.run(sync)
  await world.sql(`update customers set first_name = 'Eve' where id = 1`)
  const misspelt = contactSync({ fields: [field('fristname', 'first_name')] })
  await expect(world.run(misspelt)).rejects.toMatchObject({ code: 'push.unknown_field' })
  const report = await world.run(sync)
  expect(report).toMatchObject({ remapped: { rows: 0 }, outcomes: { delivered: 1, unchanged: 1 } })
})
