/** A warehouse that lacks what was erased, as it is lost or from an older copy: nothing is loaded until it is erased again. */
import { describe, expect, it } from 'vitest'
import { deathsAt } from '../crash/edges.ts'
import { copyTables } from '../support/copy-tables.ts'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import { type WarehouseName, warehouseNames } from '../support/empty-warehouse.ts'
import { createPlainHost } from '../support/plain-host.ts'
import { openPullWorld } from './open-pull-world.ts'
import { dealsPull, type PullWorld, pullWorldOn } from './pull-world.ts'
import { recover } from './recover-world.ts'
import { crmOfFourDeals, type ScriptedCrm } from './scripted-crm.ts'

type World = Omit<PullWorld, 'close'>

const seldom = { wholeReadEveryMs: null }
const deal = (id: string) => ({ object: 'deals', id })
const lost = { code: 'state.lost_erasures' }

/** Four deals were read, and 4 is erased. */
async function live(world: World): Promise<ScriptedCrm> {
  const crm = crmOfFourDeals()
  await world.read(crm.reader)
  await world.erase(deal('4'))
  return crm
}

async function open(
  name: WarehouseName,
): Promise<{ readonly world: World; readonly crm: ScriptedCrm }> {
  const world = await openPullWorld(name, dealsPull(seldom))
  return { world, crm: await live(world) }
}

const copyOf = (world: World) => copyTables(world, [world.sync.schema, 'syncline'])

const loseWarehouse = (world: World) =>
  world.execute('drop schema syncline cascade', `drop schema ${world.sync.schema} cascade`)

const ids = ({ query, sync }: World): Promise<unknown> =>
  query(`select cast(id as varchar) from ${sync.schema}.deals order by id`)

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

describe('what is killed', () => {
  const worldOn = (host: Pick<World, 'ledger' | 'warehouse'>, name: string): World =>
    pullWorldOn(host, dealsPull({ ...seldom, name, schema: name }))

  it('while it erases, leaves no erasure that is in the warehouse and not known to be', async () => {
    const host = await createPlainHost()
    const lived = async (at: number) => {
      const world = worldOn(host, `e${at}`)
      const crm = await live(world)
      return { world, crm, restore: await copyTables(world, [world.sync.schema, 'syncline']) }
    }
    const recorded = new CrashingProcess(null)
    await (await lived(0)).world.erase(deal('2'), recorded.wrapStores)
    const outcomes = new Set<string>()
    for (const at of deathsAt(recorded.edges, false)) {
      const { world, crm, restore } = await lived(at)
      const { wrapStores } = new CrashingProcess(at)
      await expect(world.erase(deal('2'), wrapStores)).rejects.toThrow(Crash)
      // Whoever comes next is not stopped, and sees what the dead one did.
      await world.read(crm.reader)
      const isErased =
        (await world.query(`select digest from syncline.erased where sync = '${world.sync.name}'`))
          .length === 2
      await restore()
      const next = world.read(crm.reader).then(
        () => 'goes on',
        (error: unknown) => error,
      )
      expect([at, await next]).toMatchObject([at, isErased ? lost : 'goes on'])
      outcomes.add(`${isErased}`)
    }
    expect(outcomes).toEqual(new Set(['true', 'false']))
    await host.close()
  })

  it('while it recovers, has told nothing, and the next one tells it', async () => {
    const host = await createPlainHost()
    const lostOne = async (at: number) => {
      const world = worldOn(host, `r${at}`)
      const crm = await live(world)
      await loseWarehouse(world)
      return { world, crm }
    }
    const recorded = new CrashingProcess(null)
    const undisturbed = await recover((await lostOne(0)).world, { wrap: recorded.wrapStores })
    expect(undisturbed.lostErasures).not.toBeNull()
    for (const at of deathsAt(recorded.edges, false)) {
      const { world, crm } = await lostOne(at)
      const { wrapStores } = new CrashingProcess(at)
      await expect(recover(world, { wrap: wrapStores })).rejects.toThrow(Crash)
      await expect(world.read(crm.reader)).rejects.toMatchObject(lost)
      expect((await recover(world)).lostErasures).not.toBeNull()
    }
    await host.close()
  })

  it('while it is told that everybody is erased again, is ended by telling it once more', async () => {
    const host = await createPlainHost()
    const restored = async (at: number) => {
      const world = worldOn(host, `v${at}`)
      const crm = await live(world)
      const restore = await copyOf(world)
      await world.erase(deal('2'))
      await restore()
      await world.erase(deal('2'))
      return { world, crm }
    }
    const recorded = new CrashingProcess(null)
    const vouching = { erasedAgain: true }
    await recover((await restored(0)).world, { ...vouching, wrap: recorded.wrapStores })
    for (const at of deathsAt(recorded.edges, false)) {
      const { world, crm } = await restored(at)
      const { wrapStores } = new CrashingProcess(at)
      await expect(recover(world, { ...vouching, wrap: wrapStores })).rejects.toThrow(Crash)
      expect((await recover(world, vouching)).lostErasures).toBeNull()
      await world.read(crm.reader)
      expect([at, await ids(world)]).toEqual([at, [['1'], ['3']]])
    }
    await host.close()
  })
})
