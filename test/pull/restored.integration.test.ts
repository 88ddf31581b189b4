import { describe, expect, it } from 'vitest'
import { loadObject } from '../../src/engine/pull/history/load-object.ts'
import { copyTables } from '../support/copy-tables.ts'
import { type WarehouseName, warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { dealsPull, type PullWorld } from './pull-world.ts'
import {
  crmOfFourDeals,
  deals,
  heard,
  integer,
  march,
  type ScriptedCrm,
  text,
} from './scripted-crm.ts'

let world: PullWorld

async function open(name: WarehouseName): Promise<ScriptedCrm> {
  world = await openPullWorld(name, dealsPull({ wholeReadEveryMs: Number.POSITIVE_INFINITY }))
  const crm = crmOfFourDeals()
  await world.read(crm.reader)
  return crm
}

/** Everything in the warehouse; gives how to restore it. */
function copyWarehouse(): Promise<() => Promise<void>> {
  return copyTables(world, ['crm', 'syncline'])
}

function hear(crm: ScriptedCrm, op: 'update' | 'delete', key: string): Promise<unknown> {
  const change = heard(key, march('02T10:00:00'), new Map())
  return world.loading((context) => loadObject(context, deals, crm.fields, [{ ...change, op }]))
}

describe.each(warehouseNames)('an older copy of the warehouse, in %s,', (name) => {
  it('is noticed by the next run, which reads everything and says why', async () => {
    const crm = await open(name)
    const restore = await copyWarehouse()
    crm.records.delete('4')
    await hear(crm, 'delete', '4')
    crm.now = march('04T00:00:00')
    await restore()
    expect(await world.query("select count(*) || '' from crm.deals")).toEqual([['4']])
    expect(await world.read(crm.reader)).toMatchObject({
      objects: [{ since: null, wholeFor: 'restored warehouse', drift: { deleted: 1 } }],
    })
    expect(await world.query("select count(*) || '' from crm.deals")).toEqual([['3']])
    expect(await world.read(crm.reader)).toMatchObject({ objects: [{ wholeFor: null }] })
  })

  it('may be from before a column was there, which is filled again', async () => {
    const crm = await open(name)
    const restore = await copyWarehouse()
    crm.fields = [...crm.fields, { name: 'stage', label: 'Stage', kind: 'text' }]
    crm.put('1', march('03T10:00:00'), {
      title: text('deal 1'),
      value: integer(1),
      stage: text('won'),
    })
    await world.read(crm.reader)
    crm.now = march('04T00:00:00')
    await restore()
    const stages = "select coalesce(stage, 'none') from crm.deals where id = 1"
    expect(await world.query(stages)).toEqual([['none']])
    expect(await world.read(crm.reader)).toMatchObject({
      objects: [{ wholeFor: 'restored warehouse' }],
    })
    expect(await world.query(stages)).toEqual([['won']])
  })

  it('is not forgotten when webhooks are loaded before that run', async () => {
    const crm = await open(name)
    const restore = await copyWarehouse()
    await hear(crm, 'update', '3')
    await restore()
    await hear(crm, 'update', '2')
    crm.beforePage = () => {
      throw new Error('cut off')
    }
    expect(String((await world.read(crm.reader)).error)).toContain('cut off')
    crm.beforePage = () => undefined
    expect(await world.read(crm.reader)).toMatchObject({
      objects: [{ since: null, wholeFor: 'restored warehouse' }],
    })
  })
})

it('no run that died between the state and the warehouse is taken for a copy', async () => {
  const crm = await open('DuckDB')
  await expect(
    world.read(crm.reader, {}, (collaborators) => ({
      ...collaborators,
      ledger: {
        ...collaborators.ledger,
        announceOpening: async (lease, found) => {
          await collaborators.ledger.announceOpening(lease, found)
          throw new Error('died')
        },
      },
    })),
  ).rejects.toThrow('died')
  expect(await world.read(crm.reader)).toMatchObject({ objects: [{ wholeFor: null }] })
})
