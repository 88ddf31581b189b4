import { describe, expect, it } from 'vitest'
import type { ObjectReport, PullOptions, Selection } from '../../src/engine/pull/pull.ts'
import { type WarehouseName, warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { dealsPull, type PullWorld } from './pull-world.ts'
import { integer, march, type ScriptedCrm, scriptedCrm, text } from './scripted-crm.ts'

interface Opened {
  readonly world: PullWorld
  readonly crm: ScriptedCrm
}

async function open(name: WarehouseName): Promise<Opened> {
  const world = await openPullWorld(name, dealsPull({ maxDeletes: { percent: 25 } }))
  const crm = scriptedCrm()
  for (const key of ['1', '2', '3', '4']) {
    crm.put(key, march(`0${key}T10:00:00`), { title: text(`deal ${key}`), value: integer(1) })
  }
  crm.now = march('05T00:00:00')
  await world.read(crm.reader)
  crm.now = march('06T00:00:00')
  // Something that bumped no time.
  for (const key of ['1', '2', '3', '4']) {
    crm.put(key, march(`0${key}T10:00:00`), { title: text(`deal ${key}`), value: integer(2) })
  }
  return { world, crm }
}

const again = async (
  { world, crm }: Opened,
  selection: Selection | null,
  more: Partial<PullOptions> = {},
): Promise<ObjectReport | undefined> =>
  (await world.read(crm.reader, { kind: 'backfill', selection, ...more })).objects[0]

const positionOf = ({ world }: Opened): Promise<unknown> =>
  world.query('select since, whole_at from syncline.pulled_objects')
const valuesIn = async ({ world }: Opened): Promise<readonly unknown[]> =>
  (await world.query('select cast("value" as text) from crm.deals order by id')).flat()

describe.each(warehouseNames)('records read again, into %s,', (name) => {
  it('are those that changed in a time, and say nothing of the rest', async () => {
    const opened = await open(name)
    const before = await positionOf(opened)
    const selection = { by: 'time', from: march('02T10:00:00'), to: march('04T10:00:00') } as const
    expect(await again(opened, selection)).toMatchObject({
      read: 2,
      added: 2,
      drift: { changed: 2, deleted: 0, withheld: 0 },
    })
    expect(await valuesIn(opened)).toEqual(['1', '2', '2', '1'])
    // What does not differ makes no version.
    expect(await again(opened, selection)).toMatchObject({ read: 2, added: 0 })
    expect(await positionOf(opened)).toEqual(before)
    opened.crm.records.delete('4')
    expect(await again(opened, { by: 'time', from: null, to: march('02T00:00:00') })).toMatchObject(
      {
        read: 1,
        drift: { changed: 1, deleted: 0 },
      },
    )
  })

  it('are those with certain ids, and one that is gone is deleted', async () => {
    const opened = await open(name)
    opened.crm.records.delete('2')
    const before = await positionOf(opened)
    expect(await again(opened, { by: 'ids', ids: ['1', '2', '1', '77'] })).toMatchObject({
      read: 3,
      added: 2,
      drift: { created: 0, changed: 1, deleted: 1, withheld: 0 },
    })
    expect(await valuesIn(opened)).toEqual(['2', '1', '1'])
    expect(await positionOf(opened)).toEqual(before)
    const changes = await opened.world.query(
      `select distinct _origin from crm.deals_changes order by 1`,
    )
    expect(changes).toEqual([['backfill'], ['read']])
  })

  it('are not deleted where more are gone than the sync allows, unless a person says so', async () => {
    const opened = await open(name)
    for (const key of ['1', '2', '3']) opened.crm.records.delete(key)
    const selection = { by: 'ids', ids: ['1', '2', '3', '4'] } as const
    const { error, objects } = await opened.world.read(opened.crm.reader, {
      kind: 'backfill',
      selection,
    })
    expect(error).toMatchObject({ code: 'pull.guard' })
    expect(objects[0]?.drift).toMatchObject({ changed: 1, deleted: 0, withheld: 3 })
    expect(objects[0]?.withheldKeys).toEqual(['1', '2', '3'])
    expect(await again(opened, selection, { force: true })).toMatchObject({
      drift: { deleted: 3, withheld: 0 },
    })
  })

  it('are only looked at by a dry run, also before there is anything to compare with', async () => {
    const opened = await open(name)
    const selection = { by: 'ids', ids: ['1'] } as const
    expect(await again(opened, selection, { dryRun: true })).toMatchObject({
      read: 1,
      added: 0,
      drift: { changed: 1 },
    })
    expect(await valuesIn(opened)).toEqual(['1', '1', '1', '1'])
    const empty = await openPullWorld(name)
    expect(
      await again({ world: empty, crm: opened.crm }, selection, { dryRun: true }),
    ).toMatchObject({ read: 1, drift: { created: 1 } })
  })

  it('are all records where nothing says which', async () => {
    const opened = await open(name)
    opened.crm.records.delete('2')
    expect(await again(opened, null)).toMatchObject({
      read: 3,
      since: null,
      drift: { changed: 3, deleted: 1 },
    })
    expect(await positionOf(opened)).toEqual([[march('06T00:00:00'), march('06T00:00:00')]])
  })

  it('leave the rest to be read yet for a column that is new', async () => {
    const opened = await open(name)
    opened.crm.fields = [...opened.crm.fields, { name: 'stage', label: 'Stage', kind: 'text' }]
    await again(opened, { by: 'ids', ids: ['1'] })
    expect(await opened.world.read(opened.crm.reader)).toMatchObject({
      objects: [{ since: null, read: 4 }],
    })
  })
})
