/** A first read of everything while a server receives: what webhooks told before it, and tell while it goes on, is held against it rightly. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { EventLoader } from '../../src/app/pull/event-loader.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { openJournal } from '../../src/journal/open-journal.ts'
import { createPullWorld, dealsPull, type PullWorld } from '../pull/pull-world.ts'
import { integer, type ScriptedCrm, scriptedCrm, text } from '../pull/scripted-crm.ts'
import { pipedriveLoader } from '../support/pipedrive-loader.ts'

/** One of the five that are heard of, and two of the twelve that there are. */
const sync = dealsPull({ maxDeletes: { percent: 20 } })

let world: PullWorld
let crm: ScriptedCrm
let journal: Journal
let loader: EventLoader
let directory: string
let second: number

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'syncline-first-read-'))
  journal = await openJournal({ kind: 'sqlite', file: join(directory, 'journal.db') })
  world = await createPullWorld('DuckDB', sync)
  crm = scriptedCrm()
  crm.account = '1'
  second = 0
  loader = pipedriveLoader({ ...world, journal, reader: crm.reader })
})
afterEach(async () => {
  await journal.close()
  await world.close()
  rmSync(directory, { recursive: true, force: true })
})

/** Somebody does so in the CRM, which sends a webhook of it. */
async function edit(key: number, action: 'create' | 'change' | 'delete'): Promise<void> {
  second += 1
  // The CRM's clock goes on with each page, too.
  const at = crm.now.replace(/\.\d+Z$/, 'Z')
  const title = `${action} ${second}`
  if (action === 'delete') crm.records.delete(`${key}`)
  else crm.put(`${key}`, crm.now, { title: text(title), value: integer(second) })
  const record = { id: key, title, value: second, update_time: at }
  const id = `event ${second}`
  const meta = { version: '2.0', action, entity: 'deal', company_id: 1, timestamp: at, id }
  const [data, previous] = action === 'delete' ? [null, record] : [record, {}]
  const body = { meta: { ...meta, entity_id: `${key}` }, data, previous }
  await journal.append({
    connection: 'crm',
    receivedAt: Date.parse(at),
    headers: {},
    source: null,
    body: Buffer.from(JSON.stringify(body)),
  })
}

/** A read, while people do that before that page is shown. It holds the sync, so that the webhooks wait. */
async function readWhile(
  page: number,
  edits: readonly (readonly [number, 'create' | 'change' | 'delete'])[],
): ReturnType<PullWorld['read']> {
  crm.beforePage = async (next) => {
    if (next !== page) return
    for (const [key, action] of edits) await edit(key, action)
  }
  return world.read(crm.reader)
}

const known = async (): Promise<readonly unknown[]> =>
  (await world.query('select cast(id as varchar), title from crm.deals order by id')).map(
    ([key, title]) => [key, title],
  )
const there = (): readonly unknown[] =>
  [...crm.records.values()]
    .map(({ key, fields }) => [key, fields.get('title')?.text])
    .toSorted(([a], [b]) => Number(a) - Number(b))

/** Webhooks of the first of twelve deals are loaded before anything is read. */
async function heardOf(...keys: readonly number[]): Promise<void> {
  for (let key = 1; key <= 12; key += 1)
    crm.put(`${key}`, crm.now, { title: text(`deal ${key}`), value: null })
  crm.now = '2026-03-02T01:00:00.000000Z'
  for (const key of keys) await edit(key, 'change')
  await loader.loadWaiting()
  crm.now = '2026-03-02T02:00:00.000000Z'
}

it('passes the guard while people work, and ends with what is there', async () => {
  await heardOf(1, 2, 10, 11, 12)
  const { error, objects } = await readWhile(2, [
    [11, 'delete'],
    [12, 'delete'],
    [13, 'create'],
    [2, 'change'],
  ])
  expect([error, objects[0]?.drift]).toMatchObject([null, { deleted: 2, withheld: 0 }])
  await loader.loadWaiting()
  expect(await known()).toEqual(there())
})

it('passes the guard with a deletion whose webhook came in vain', async () => {
  await heardOf(1, 2, 10, 11, 12)
  crm.records.delete('10')
  const { error, objects } = await readWhile(1, [])
  expect([error, objects[0]?.drift]).toMatchObject([null, { deleted: 1, withheld: 0 }])
  expect(await known()).toEqual(there())
})

it('is stopped by more deletions than the guard allows only until their webhooks are loaded', async () => {
  await heardOf(1, 2, 10, 11, 12)
  const { error, objects } = await readWhile(2, [
    [10, 'delete'],
    [11, 'delete'],
    [12, 'delete'],
  ])
  expect(error).toMatchObject({ code: 'pull.guard' })
  expect(objects[0]?.drift).toMatchObject({ deleted: 0, withheld: 3 })
  await loader.loadWaiting()
  expect(await known()).toEqual(there())
  crm.beforePage = () => undefined
  const again = await world.read(crm.reader)
  expect(again).toMatchObject({ error: null, objects: [{ since: null, drift: { withheld: 0 } }] })
})
