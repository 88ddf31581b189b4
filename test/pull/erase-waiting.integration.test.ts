/** What waits in the journal for an erased record, in each warehouse, and whenever the erasure is killed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeEvents } from '../../src/connector/pipedrive/events.ts'
import type { Inbox } from '../../src/engine/pull/erase/waiting-events.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { openJournal } from '../../src/journal/open-journal.ts'
import { deathsAt } from '../crash/edges.ts'
import { webhook } from '../server/journal-project.ts'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import { createPlainHost } from '../support/plain-host.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { dealsPull, type PullWorld, pullWorldOn } from './pull-world.ts'

const planted = 'planted.person@example.com'

let directory: string
let journal: Journal

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'syncline-waiting-'))
  journal = await openJournal({ kind: 'sqlite', file: join(directory, 'journal.db') })
})
afterEach(async () => {
  await journal.close()
  rmSync(directory, { recursive: true, force: true })
})

const inbox = (given: Partial<Inbox> = {}): Inbox => ({
  journal,
  events: { decode: decodeEvents },
  others: [],
  ...given,
})

async function send(connection: string, ...bodies: readonly string[]): Promise<void> {
  for (const body of bodies) {
    const entry = {
      connection,
      receivedAt: Date.parse('2027-01-01T00:00:00Z'),
      headers: {},
      source: 'webhook',
    }
    await journal.append({ ...entry, body: Buffer.from(body) })
  }
}

const isOnDisk = (text: string): boolean =>
  readdirSync(directory).some((name) => readFileSync(join(directory, name)).includes(text))

const bodies = [
  webhook('deal', 7, { title: planted }),
  webhook('deal', 7, { title: 'renamed' }, { title: planted }),
  webhook('deal', 8, { title: 'another' }),
  `not readable ${planted}`,
]

describe.each(warehouseNames)('erase from the journal of a pull into %s', (name) => {
  it('takes out of what waits for it what tells of erased records alone', async () => {
    const world = await openPullWorld(name)
    await send('crm', ...bodies)
    await send('elsewhere', bodies[0] ?? '')
    const other = { sync: dealsPull({ name: 'other' }), warehouse: world.warehouse }
    const both = inbox({ others: [other] })
    const erased = { objects: [{ object: 'deals', records: 1, keptOut: 1 }] }
    expect(await world.erase({ value: planted }, undefined, both)).toMatchObject({
      ...erased,
      waiting: { removed: 1, left: 2 },
    })
    // What cannot be told from others by its id is sought in vain.
    expect(await world.erase({ object: 'deals', id: '70' }, undefined, inbox())).toMatchObject({
      waiting: { removed: 2, left: 0 },
    })
    const left = await journal.read(0, { entries: 10, bytes: 1e6 })
    expect(left.map(({ connection }) => connection)).toEqual(['', '', 'crm', '', 'elsewhere'])
  })

  it('takes a record of another account for none of its own', async () => {
    const world = await openPullWorld(name)
    await world.loading(async ({ ledger, lease }) => ledger.bindAccount(lease.current(), '1'))
    const foreign = JSON.parse(webhook('deal', 7, { title: planted })) as { meta: object }
    const body = { ...foreign, meta: { ...foreign.meta, company_id: 2 } }
    await send('crm', JSON.stringify(body))
    expect(await world.erase({ value: planted }, undefined, inbox())).toMatchObject({
      objects: [],
      waiting: { removed: 1, left: 0 },
    })
  })
})

describe('erase from the journal that is killed', () => {
  it('at any edge, is ended by the next one', async () => {
    const host = await createPlainHost()
    const nextWorld = async (at: number): Promise<Omit<PullWorld, 'close'>> => {
      const name = `w${at}`
      await send(name, ...bodies)
      return pullWorldOn(host, dealsPull({ name, schema: name, crm: name }))
    }
    const dyingInbox = ({ wrapJournal }: CrashingProcess): Inbox =>
      inbox({ journal: wrapJournal(journal) })
    const recorded = new CrashingProcess(null)
    const undisturbed = await nextWorld(0)
    await undisturbed.erase({ value: planted }, recorded.wrapStores, dyingInbox(recorded))
    expect(recorded.edges).toContain('journal.erase after')
    for (const at of deathsAt(recorded.edges, false)) {
      const world = await nextWorld(at)
      const dying = new CrashingProcess(at)
      await expect(
        world.erase({ value: planted }, dying.wrapStores, dyingInbox(dying)),
      ).rejects.toThrow(Crash)
      await world.erase({ value: planted }, undefined, inbox())
      const line = { object: 'deals', key: 7, op: 'create', event_at: '2026-03-11T00:00:00Z' }
      const { objects } = await world.replay([{ ...line, fields: { value: 1 } }])
      expect([at, isOnDisk(planted), objects[0]]).toMatchObject([at, false, { erased: 1 }])
    }
    await host.close()
  })
})
