/** An erasure of a pull, killed at every edge: the next one ends it, and nothing of the person is left. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeEvents } from '../../src/connector/pipedrive/events.ts'
import type { Inbox } from '../../src/engine/pull/erase/waiting-events.ts'
import { openJournal } from '../../src/journal/open-journal.ts'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import { createPlainHost } from '../support/plain-host.ts'
import { copyOf, deal, lost, readAndErase, seldom } from '../pull/erased-deals.ts'
import { ids, plantDeals, planted, tablesWith } from '../pull/planted-deals.ts'
import { dealsPull, type PullWorld, pullWorldOn } from '../pull/pull-world.ts'
import { march } from '../pull/scripted-crm.ts'
import { sendWaiting, waitingBodies, waitingPerson } from '../pull/waiting-events.ts'
import { deathsAt } from './edges.ts'

type World = Omit<PullWorld, 'close'>

describe('erase that is killed', () => {
  it('at any edge, is ended by the next one', async () => {
    const host = await createPlainHost()
    const nextWorld = (at: number): World => {
      const name = `p${at}`
      return pullWorldOn(host, dealsPull({ name, schema: name }))
    }
    const [recorded, undisturbed] = [new CrashingProcess(null), nextWorld(0)]
    await plantDeals(undisturbed)
    await undisturbed.erase({ value: planted }, recorded.wrapStores)
    for (const at of deathsAt(recorded.edges)) {
      const world = nextWorld(at)
      const crm = await plantDeals(world)
      const dying = new CrashingProcess(at)
      await expect(world.erase({ value: planted }, dying.wrapStores)).rejects.toThrow(Crash)
      await world.erase({ value: planted })
      expect([at, await tablesWith(world, 'planted')]).toEqual([at, []])
      crm.now = march('05T00:00:00')
      const { objects } = await world.read(crm.reader, { kind: 'reconcile' })
      expect(objects[0]).toMatchObject({ added: 0, erased: 2 })
      expect(await ids(world)).toEqual([['3'], ['4']])
    }
    await host.close()
  })
})

describe('erase from the journal that is killed', () => {
  it('at any edge, is ended by the next one', async () => {
    const host = await createPlainHost()
    const directory = mkdtempSync(join(tmpdir(), 'syncline-waiting-'))
    const journal = await openJournal({ kind: 'sqlite', file: join(directory, 'journal.db') })
    const isOnDisk = (text: string): boolean =>
      readdirSync(directory).some((name) => readFileSync(join(directory, name)).includes(text))
    const nextWorld = async (at: number): Promise<World> => {
      const name = `w${at}`
      await sendWaiting(journal, name, ...waitingBodies)
      return pullWorldOn(host, dealsPull({ name, schema: name, crm: name }))
    }
    const inbox: Inbox = { journal, events: { decode: decodeEvents }, others: [] }
    const dyingInbox = ({ wrapJournal }: CrashingProcess): Inbox => ({
      ...inbox,
      journal: wrapJournal(journal),
    })
    const recorded = new CrashingProcess(null)
    const undisturbed = await nextWorld(0)
    await undisturbed.erase({ value: waitingPerson }, recorded.wrapStores, dyingInbox(recorded))
    expect(recorded.edges).toContain('journal.erase after')
    for (const at of deathsAt(recorded.edges)) {
      const world = await nextWorld(at)
      const dying = new CrashingProcess(at)
      await expect(
        world.erase({ value: waitingPerson }, dying.wrapStores, dyingInbox(dying)),
      ).rejects.toThrow(Crash)
      await world.erase({ value: waitingPerson }, undefined, inbox)
      const line = { object: 'deals', key: 7, op: 'create', event_at: '2026-03-11T00:00:00Z' }
      const { objects } = await world.replay([{ ...line, fields: { value: 1 } }])
      expect([at, isOnDisk(waitingPerson), objects[0]]).toMatchObject([at, false, { erased: 1 }])
    }
    await journal.close()
    rmSync(directory, { recursive: true, force: true })
    await host.close()
  })
})
describe('erase that is killed, of a warehouse that is then restored,', () => {
  it('leaves no erasure that is in the warehouse and not known to be', async () => {
    const host = await createPlainHost()
    const lived = async (at: number) => {
      const name = `e${at}`
      const world = pullWorldOn(host, dealsPull({ ...seldom, name, schema: name }))
      const crm = await readAndErase(world)
      return { world, crm, restore: await copyOf(world) }
    }
    const recorded = new CrashingProcess(null)
    await (await lived(0)).world.erase(deal('2'), recorded.wrapStores)
    const outcomes = new Set<string>()
    for (const at of deathsAt(recorded.edges)) {
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
})
