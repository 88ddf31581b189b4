/** What happens in the CRM between plan and apply to rows that the plan ends without a request. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyPlan } from '../../src/engine/push/apply.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
  world.hubspot.seed({
    records: {
      contacts: [
        { id: '101', properties: { email: 'a@x.com', firstname: 'Ann', city: 'Rome' } },
        { id: '102', properties: { email: 'b@x.com', firstname: 'Bob', city: 'Typed' } },
      ],
    },
  })
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers values (1, 'a@x.com', 'Ann', 'Rome'), (2, 'b@x.com', 'Bob', 'Oslo')`,
  )
})

afterEach(() => world.close())

const ifEmpty = contactSync({
  fields: [field('firstname', 'first_name'), field('city', 'city', { write: 'if_empty' })],
})

async function baseline(): Promise<readonly unknown[]> {
  return world.query(
    `select b.key::varchar, remote_id, presence from ${world.workingSchema}.contacts__baseline as b order by 1`,
  )
}

/** The plan binds 101 as unchanged and 102 with a withheld field; then `edit` happens. */
async function applyAfter(edit: () => void, sync: PushSync = ifEmpty) {
  const { runId, outcomes } = await world.plan(sync)
  expect(outcomes).toMatchObject({ unchanged: 1, skipped: 1 })
  edit()
  return world.push(applyPlan, sync, { runId, kind: 'apply' })
}

const update = (id: string, properties: Record<string, string>) => () =>
  world.hubspot.edit({ kind: 'update', object: 'contacts', id, properties })

const moves: readonly [string, () => void][] = [
  ['deleted', () => world.hubspot.edit({ kind: 'archive', object: 'contacts', id: '101' })],
  ['edited', update('101', { city: 'Turin' })],
  ['given to another by its match value', update('101', { email: 'z@x.com' })],
  [
    'merged into another',
    () => world.hubspot.edit({ kind: 'merge', object: 'contacts', primary: '102', other: '101' }),
  ],
  ['emptied where a value withheld ours', update('102', { city: '' })],
]

describe('a record of a row without a request', () => {
  it.each(moves)('that was %s since stops the plan', async (_, edit) => {
    await expect(applyAfter(() => edit())).rejects.toMatchObject({ code: 'push.world_moved' })
    expect(await baseline()).toEqual([])
    expect(world.hubspot.log().filter(({ source }) => source !== 'person')).toEqual([])
  })

  it('that was found gone and is back since stops the plan', async () => {
    await world.run(ifEmpty)
    world.hubspot.edit({ kind: 'archive', object: 'contacts', id: '101' })
    await world.sql(`update customers set first_name = 'Anna' where id = 1`)
    const { runId, reasons } = await world.plan(ifEmpty)
    expect(reasons).toEqual({ 'skipped record.deleted': 1 })
    world.hubspot.edit({ kind: 'restore', object: 'contacts', id: '101' })
    const applied = world.push(applyPlan, ifEmpty, { runId, kind: 'apply' })
    await expect(applied).rejects.toMatchObject({ code: 'push.world_moved' })
  })

  it('that stayed as it was is bound, whatever became of fields that are not ours', async () => {
    const report = await applyAfter(update('101', { phone: '1' }))
    expect(report.outcomes).toMatchObject({ unchanged: 1, skipped: 1 })
    expect(await baseline()).toEqual([
      ['1', '101', 'present'],
      ['2', '102', 'present'],
    ])
  })
})

describe('a record that was looked for although nobody looks before', () => {
  const key = { name: 'syncline_key', label: 'Key', type: 'string', fieldType: 'text' } as const
  const companies = contactSync({
    name: 'companies',
    object: 'companies',
    model: { kind: 'table', schema: null, table: 'accounts' },
    match: { field: 'domain', column: 'domain' },
    fields: [field('name', 'name')],
    readBefore: false,
  })

  const company = (id: string, domain: string, name: string) => ({
    id,
    properties: { domain, name },
  })

  function seed(...found: readonly ReturnType<typeof company>[]): void {
    world.hubspot.seed({ records: { companies: found } })
    world.clock.pass(60_000)
  }

  beforeEach(async () => {
    world.hubspot.seed({
      properties: { companies: [{ ...key, groupName: 'g', hasUniqueValue: true }] },
    })
    seed(company('502', 'two.com', 'Two'), company('503', 'three.com', 'Old'))
    await world.sql(
      'create table accounts (id bigint, domain varchar, name varchar)',
      `insert into accounts values (1, 'one.com', 'One'), (2, 'two.com', 'Two'), (3, 'three.com', 'Three')`,
    )
  })

  const since: readonly [string, () => void][] = [
    ['appeared', () => seed(company('501', 'one.com', 'Theirs'))],
    ['went', () => world.hubspot.edit({ kind: 'archive', object: 'companies', id: '502' })],
    [
      'was edited',
      () => {
        const properties = { name: 'Person' }
        world.hubspot.edit({ kind: 'update', object: 'companies', id: '503', properties })
      },
    ],
  ]

  it.each(since)('and %s since stops the plan', async (_what, edit) => {
    const { runId, planned } = await world.plan(companies)
    expect(planned).toMatchObject({ creates: 1, updates: 1, unchanged: 1 })
    edit()
    const before = world.hubspot.dump().state.records?.['0-2']
    const applied = world.push(applyPlan, companies, { runId, kind: 'apply' })
    await expect(applied).rejects.toMatchObject({ code: 'push.world_moved' })
    expect(world.hubspot.dump().state.records?.['0-2']).toEqual(before)
  })

  it('is as it was, and the plan is applied', async () => {
    const { runId } = await world.plan(companies)
    const report = await world.push(applyPlan, companies, { runId, kind: 'apply' })
    expect(report.outcomes).toMatchObject({ delivered: 2, unchanged: 1 })
  })

  it('is not asked for where the row is bound: the write tells of it', async () => {
    await world.run(companies)
    await world.sql(`update accounts set name = 'Drei' where id = 3`)
    const { runId } = await world.plan(companies)
    const properties = { name: 'Person' }
    world.hubspot.edit({ kind: 'update', object: 'companies', id: '503', properties })
    const report = await world.push(applyPlan, companies, { runId, kind: 'apply' })
    expect(report.outcomes.delivered).toBe(1)
  })
})
