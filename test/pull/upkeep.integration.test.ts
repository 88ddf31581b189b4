/** What runs do to keep the working schema up: where it is as it is to be, they only look. */
import { describe, expect, it } from 'vitest'
import { type WarehouseName, warehouseNames } from '../support/empty-warehouse.ts'
import { noted } from '../support/noted-statements.ts'
import { contactSync, createWorld } from '../support/world.ts'
import { openPullWorld } from './open-pull-world.ts'
import type { PullWorld } from './pull-world.ts'
import { crmOfFourDeals, type ScriptedCrm } from './scripted-crm.ts'

/** Statements that make or change something that stays in the working schema. */
function upkeep(seen: readonly string[]): readonly string[] {
  return seen.filter(
    (statement) =>
      /^(create|alter|drop|insert|update)\b/.test(statement) &&
      /"(format|syncs|mappings|operations|runs|failures|pulled_\w+|reads|unread_events|erased)"/.test(
        statement,
      ) &&
      // What a run has to tell of itself.
      !/^(update "syncline\w*"\."(syncs|operations|pulled_objects)" set|insert into "syncline\w*"\."(runs|reads)")/.test(
        statement,
      ),
  )
}

async function pulled(
  name: WarehouseName,
): Promise<{ readonly world: PullWorld; readonly crm: ScriptedCrm }> {
  const world = await openPullWorld(name)
  const crm = crmOfFourDeals()
  await world.read(crm.reader)
  return { world, crm }
}

async function readNoting(world: PullWorld, crm: ScriptedCrm): Promise<readonly string[]> {
  const seen: string[] = []
  const report = await world.read(crm.reader, {}, (collaborators) => ({
    ...collaborators,
    warehouse: noted(collaborators.warehouse, seen),
  }))
  expect(report).toMatchObject({ state: 'succeeded' })
  return seen
}

describe.each(warehouseNames)('a pull, in %s,', (name) => {
  it('makes nothing in a working schema that has everything', async () => {
    const { world, crm } = await pulled(name)
    expect(upkeep(await readNoting(world, crm))).toEqual([])
  })

  it('makes what is missing again, whatever the format says', async () => {
    const { world, crm } = await pulled(name)
    await world.execute(
      'drop view syncline.failures',
      'drop table syncline.reads',
      'drop table syncline.erased',
      'alter table syncline.syncs drop column key_column',
    )
    const made = upkeep(await readNoting(world, crm))
    const tables = made.map((statement) => /"\."(\w+)"/.exec(statement)?.[1] ?? '')
    expect(new Set(tables)).toEqual(new Set(['erased', 'failures', 'reads', 'syncs']))
    expect(upkeep(await readNoting(world, crm))).toEqual([])
  })
})

it('a push makes nothing in a working schema that has everything', async () => {
  const world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers values (1, 'c1@x.com', 'Name', 'Rome')`,
  )
  await world.run(contactSync())
  const seen: string[] = []
  await world.run(contactSync(), {}, (collaborators) => ({
    ...collaborators,
    warehouse: noted(collaborators.warehouse, seen),
  }))
  await world.close()
  expect(upkeep(seen)).toEqual([])
})
