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
