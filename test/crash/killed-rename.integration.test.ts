/** A renaming of a pull, killed at every edge: the next one ends it. */
import { describe, expect, it } from 'vitest'
import type { PullSync } from '../../src/model/sync.ts'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import { createPlainHost } from '../support/plain-host.ts'
import { dealsPull, type PullWorld, pullWorldOn } from '../pull/pull-world.ts'
import { live, lived, rename, tablesNaming, versions } from '../pull/renamed-world.ts'
import type { ScriptedCrm } from '../pull/scripted-crm.ts'
import { deathsAt } from './edges.ts'

type World = Omit<PullWorld, 'close'>

describe('a rename that is killed', () => {
  it('at any edge, is ended by the next one', async () => {
    const host = await createPlainHost()
    const placed = (at: number): PullSync => {
      const [former, name] = [`was${at}`, `is${at}`]
      return dealsPull({ name, schema: name, renamedFrom: former })
    }
    const begun = async (
      at: number,
    ): Promise<{ readonly crm: ScriptedCrm; readonly world: World }> => {
      const sync = placed(at)
      const crm = await live(pullWorldOn(host, { ...sync, name: sync.renamedFrom ?? '' }))
      return { crm, world: pullWorldOn(host, sync) }
    }
    const recorded = new CrashingProcess(null)
    await rename((await begun(0)).world, recorded.wrapStores)
    const deaths = deathsAt(recorded.edges)
    expect(deaths.length).toBeGreaterThan(5)
    for (const at of deaths) {
      const { crm, world } = await begun(at)
      const former = world.sync.renamedFrom ?? ''
      const dying = new CrashingProcess(at)
      // Who dies as it lets a lease go is the only one to know.
      const end = await rename(world, dying.wrapStores).catch((error: unknown) => error)
      expect([dying.dead, end ?? new Crash('')]).toEqual([true, expect.any(Crash)])
      // Who has the former name in its files comes in between, every other time.
      if (at % 2 === 0) {
        const late = pullWorldOn(host, { ...world.sync, name: former, renamedFrom: null })
        await late.read(crm.reader)
      }
      await rename(world)
      const { error, objects } = await world.read(crm.reader)
      expect([at, error, objects[0]?.added]).toEqual([at, null, 0])
      expect([at, await versions(world)]).toEqual([at, lived])
      expect([at, (await tablesNaming(world, former))['pulled_objects']]).toEqual([at, '0'])
      expect((await host.ledger.syncs()).map(({ sync }) => sync)).not.toContain(former)
    }
    await host.close()
  })
})
