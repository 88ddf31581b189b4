/** Threads outlive their stores, and nothing of a store stays with its thread. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ledgerPurpose } from '../../ledger/ledger-purpose.ts'
import { openSqliteStore } from './open-sqlite-store.ts'
import { leaveThread, takeThread } from './threads.ts'
import { WorkerStore } from './worker-store.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'syncline-threads-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (name: string) => openSqliteStore(join(folder, name), ledgerPurpose)
const select = (text: string) => [{ text, parameters: [] }]

/** The one that the next store will have. */
function nextThread(): number {
  const thread = takeThread()
  leaveThread(thread)
  return thread.threadId
}

test('the thread of a closed store serves the next one', async () => {
  const first = await open('first.db')
  await first.close()
  const thread = nextThread()
  const second = await open('second.db')
  expect(nextThread()).not.toBe(thread)
  await second.close()
  expect(nextThread()).toBe(thread)
})

test('a store finds nothing of the one that its thread had open before', async () => {
  const first = await open('first.db')
  await first.execute(select('create table mine (id integer) strict'))
  await first.close()
  const second = await open('second.db')
  const tables = await second.execute(select("select name from sqlite_schema where name = 'mine'"))
  expect(tables[0]?.rows).toEqual([])
  await expect(first.execute(select('select 1'))).rejects.toThrow('is closed')
  await second.close()
})

test('a store that is closed once more leaves its thread to the next one', async () => {
  const openAlone = (name: string) =>
    WorkerStore.open(
      {
        file: join(folder, name),
        formatTable: ledgerPurpose.formatTable,
        busyTimeoutMs: 10_000,
        maxPages: null,
      },
      ledgerPurpose,
    )
  const first = await openAlone('first.db')
  await first.close()
  const second = await openAlone('second.db')
  await expect(first.close()).rejects.toThrow('is closed')
  expect((await second.execute(select('select 1 as one')))[0]?.rows).toHaveLength(1)
  await second.close()
})

test('a thread that could not open its file ends, and lets go of it', async () => {
  writeFileSync(
    join(folder, 'text.db'),
    'no database, and longer than the head of one. '.repeat(20),
  )
  const before = nextThread()
  await expect(open('text.db')).rejects.toThrow('text.db')
  expect(nextThread()).not.toBe(before)
  const store = await open('good.db')
  expect((await store.execute(select('select 1 as one')))[0]?.rows).toHaveLength(1)
  await store.close()
})
