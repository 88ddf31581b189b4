/** What waits in the journal for an erased record, in each warehouse. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeEvents } from '../../src/connector/pipedrive/events.ts'
import type { Inbox } from '../../src/engine/pull/erase/waiting-events.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { openJournal } from '../../src/journal/open-journal.ts'
import { webhook } from '../server/journal-project.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { dealsPull } from './pull-world.ts'
import { sendWaiting, waitingBodies, waitingPerson } from './waiting-events.ts'

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

describe.each(warehouseNames)('erase from the journal of a pull into %s', (name) => {
  it('takes out of what waits for it what tells of erased records alone', async () => {
    const world = await openPullWorld(name)
    await sendWaiting(journal, 'crm', ...waitingBodies)
    await sendWaiting(journal, 'elsewhere', waitingBodies[0] ?? '')
    const other = { sync: dealsPull({ name: 'other' }), warehouse: world.warehouse }
    const both = inbox({ others: [other] })
    const erased = { objects: [{ object: 'deals', records: 1, keptOut: 1 }] }
    expect(await world.erase({ value: waitingPerson }, undefined, both)).toMatchObject({
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
    const foreign = JSON.parse(webhook('deal', 7, { title: waitingPerson })) as { meta: object }
    const body = { ...foreign, meta: { ...foreign.meta, company_id: 2 } }
    await sendWaiting(journal, 'crm', JSON.stringify(body))
    expect(await world.erase({ value: waitingPerson }, undefined, inbox())).toMatchObject({
      objects: [],
      waiting: { removed: 1, left: 0 },
    })
  })
})
