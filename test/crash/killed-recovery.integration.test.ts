/** A recovery of a pull, killed at every edge: the next one ends it, and tells the same. */
import { describe, expect, it } from 'vitest'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import { createHost, type FileHost } from '../support/host.ts'
import { createPlainHost } from '../support/plain-host.ts'
import {
  copyOf,
  deal,
  ids,
  lost,
  loseWarehouse,
  readAndErase,
  seldom,
} from '../pull/erased-deals.ts'
import { crmWith, moveOn } from '../pull/moving-crm.ts'
import { dealsPull, type PullWorld, pullWorldOn } from '../pull/pull-world.ts'
import { recover } from '../pull/recover-world.ts'
import { deathsAt } from './edges.ts'

type World = Omit<PullWorld, 'close'>

describe('a recovery that is killed', () => {
  it('at any edge, is ended by the next one, which tells the same', async () => {
    const host = await createPlainHost()
    const states: FileHost[] = []
    const lived = async (at: number) => {
      const name = `r${at}`
      const crm = crmWith('1', '2', '3')
      const sync = dealsPull({ ...seldom, name, schema: name })
      await pullWorldOn(host, sync).read(crm.reader)
      const state = await createHost()
      states.push(state)
      return { crm, sync, ledger: state.ledger }
    }
    const recorded = new CrashingProcess(null)
    const undisturbed = await lived(0)
    const told = await recover({ ...host, ...undisturbed }, { wrap: recorded.wrapStores })
    for (const at of deathsAt(recorded.edges)) {
      const { crm, sync, ledger } = await lived(at)
      const { wrapStores } = new CrashingProcess(at)
      await expect(recover({ ...host, ledger, sync }, { wrap: wrapStores })).rejects.toThrow(Crash)
      expect(await recover({ ...host, ledger, sync })).toEqual({ ...told, sync: sync.name })
      moveOn(crm)
      const report = await pullWorldOn({ ledger, warehouse: host.warehouse }, sync).read(crm.reader)
      expect([at, report.objects[0]]).toMatchObject([
        at,
        { since: null, drift: { created: 0, changed: 1, deleted: 1 } },
      ])
    }
    for (const state of states) await state.close()
    await host.close()
  })
})

describe('a recovery of what lacks erasures that is killed', () => {
  const worldOn = (host: Pick<World, 'ledger' | 'warehouse'>, name: string): World =>
    pullWorldOn(host, dealsPull({ ...seldom, name, schema: name }))

  it('has told nothing, and the next one tells it', async () => {
    const host = await createPlainHost()
    const lostOne = async (at: number) => {
      const world = worldOn(host, `r${at}`)
      const crm = await readAndErase(world)
      await loseWarehouse(world)
      return { world, crm }
    }
    const recorded = new CrashingProcess(null)
    const undisturbed = await recover((await lostOne(0)).world, { wrap: recorded.wrapStores })
    expect(undisturbed.lostErasures).not.toBeNull()
    for (const at of deathsAt(recorded.edges)) {
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
      const crm = await readAndErase(world)
      const restore = await copyOf(world)
      await world.erase(deal('2'))
      await restore()
      await world.erase(deal('2'))
      return { world, crm }
    }
    const recorded = new CrashingProcess(null)
    const vouching = { erasedAgain: true }
    await recover((await restored(0)).world, { ...vouching, wrap: recorded.wrapStores })
    for (const at of deathsAt(recorded.edges)) {
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
