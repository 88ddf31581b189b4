/** A warehouse that lacks what was erased, as it is lost or from an older copy: nothing is loaded until it is erased again. */
import { describe, expect, it } from 'vitest'
import { type WarehouseName, warehouseNames } from '../support/empty-warehouse.ts'
import { copyOf, deal, ids, lost, loseWarehouse, readAndErase, seldom } from './erased-deals.ts'
import { openPullWorld } from './open-pull-world.ts'
import { dealsPull, type PullWorld } from './pull-world.ts'
import { recover } from './recover-world.ts'
import { crmOfFourDeals, type ScriptedCrm } from './scripted-crm.ts'

async function open(
  name: WarehouseName,
): Promise<{ readonly world: PullWorld; readonly crm: ScriptedCrm }> {
  const world = await openPullWorld(name, dealsPull(seldom))
  return { world, crm: await readAndErase(world) }
}

describe.each(warehouseNames)('a pull that erased records, and whose %s', (name) => {
  it('is from a copy made before one of them, loads nothing until that is erased again', async () => {
    const { world, crm } = await open(name)
    const restore = await copyOf(world)
    await world.erase(deal('2'))
    await restore()
    await expect(world.read(crm.reader)).rejects.toMatchObject({
      ...lost,
      message: expect.stringMatching(
        /^Sync crm: people were erased, last at 20\S+Z, and the working schema syncline tells only of those until 20\S+Z\.$/,
      ),
    })
    await expect(world.loading(() => Promise.resolve())).rejects.toMatchObject(lost)
    expect(await recover(world)).toMatchObject({ lostErasures: expect.any(Number) as number })
    await expect(world.read(crm.reader)).rejects.toMatchObject(lost)
    expect(await world.erase(deal('2'))).toMatchObject({ objects: [{ records: 1 }] })
    // Nobody knows whether it was the last one.
    await expect(world.read(crm.reader)).rejects.toMatchObject(lost)
    expect(await recover(world, { erasedAgain: true })).toMatchObject({ lostErasures: null })
    expect(await world.read(crm.reader)).toMatchObject({
      objects: [{ wholeFor: 'restored warehouse', erased: 2 }],
    })
    expect(await ids(world)).toEqual([['1'], ['3']])
  })

  it('is from that copy once more, after it was erased again, is stopped once more', async () => {
    const { world, crm } = await open(name)
    const restore = await copyOf(world)
    await world.erase(deal('2'))
    await restore()
    await world.erase(deal('2'))
    await recover(world, { erasedAgain: true })
    await restore()
    await expect(world.read(crm.reader)).rejects.toMatchObject(lost)
  })

  it('is from a copy made after them, goes on', async () => {
    const { world, crm } = await open(name)
    const restore = await copyOf(world)
    await world.read(crm.reader)
    await restore()
    expect(await world.read(crm.reader)).toMatchObject({
      objects: [{ wholeFor: 'restored warehouse', erased: 1 }],
    })
  })

  it('is lost, loads nothing until somebody says that they are erased again', async () => {
    const { world, crm } = await open(name)
    expect(await recover(world)).toMatchObject({ lostErasures: null })
    await loseWarehouse(world)
    await expect(world.read(crm.reader)).rejects.toMatchObject({
      ...lost,
      message: expect.stringMatching(/ tells of none\.$/),
    })
    await world.erase(deal('4'))
    expect(await recover(world)).toMatchObject({ lostErasures: expect.any(Number) as number })
    await expect(world.read(crm.reader)).rejects.toMatchObject(lost)
    await recover(world, { erasedAgain: true })
    await world.read(crm.reader)
    expect(await ids(world)).toEqual([['1'], ['2'], ['3']])
  })

  it('is from a copy made before it was lost, and before somebody was erased of whom nothing was left, lacks that', async () => {
    const world = await openPullWorld(name, dealsPull(seldom))
    const crm = crmOfFourDeals()
    await world.read(crm.reader)
    const restore = await copyOf(world)
    await loseWarehouse(world)
    expect(await world.erase({ value: 'deal 4' })).toMatchObject({ objects: [] })
    await world.execute('drop schema syncline cascade')
    await restore()
    await expect(world.read(crm.reader)).rejects.toMatchObject(lost)
  })

  it('is from a copy with unread webhooks of somebody, lacks that these were erased', async () => {
    const world = await openPullWorld(name, dealsPull(seldom))
    const crm = crmOfFourDeals()
    await world.read(crm.reader)
    await world.execute(
      `insert into syncline.unread_events (sync, connection, position, encoding, body) values ('crm', 'crm', 1, 'utf-8', '{"name":"Ann Planted"')`,
    )
    const restore = await copyOf(world)
    expect(await world.erase({ value: 'Ann Planted' })).toMatchObject({ unread: 1, objects: [] })
    await restore()
    await expect(world.read(crm.reader)).rejects.toMatchObject(lost)
  })

  it('was made by a version that marked no erasures, tells them by its tombstones', async () => {
    const { world, crm } = await open(name)
    await world.execute('alter table syncline.syncs drop column erased_at')
    await world.read(crm.reader)
    const told = 'select distinct erased_at from syncline.syncs'
    expect(await world.query(told)).toEqual([[expect.stringMatching(/^20\S+Z$/)]])
  })
})
