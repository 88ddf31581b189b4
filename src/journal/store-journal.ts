/** The journal over a store. */
import { SynclineError } from '../model/error.ts'
import { openMigrated } from '../store/migrate.ts'
import type { Store } from '../store/store.ts'
import {
  appendBatch,
  eraseBatch,
  extentOf,
  extentStatement,
  forgetBatch,
  readStatement,
  storedEntry,
  waitingOf,
  waitingStatement,
} from './entries.ts'
import { journalErrors } from './errors.ts'
import { createGroupCommit } from './group-commit.ts'
import type { Journal, JournalEntry } from './journal.ts'

export interface StoreJournalOptions {
  /** Throws `journal.full` where bodies of so many bytes should no longer be written. */
  readonly requireRoom?: (bytes: number) => void
  /** Bytes of bodies that may wait to be written; 64 MB unless said otherwise. */
  readonly waitingBytes?: number
}

const megabyte = 1024 * 1024
const groupAtMost = { values: 1024, size: 8 * megabyte }
const waitingAtMost = { values: 20_000, size: 64 * megabyte }
/** What is forgotten in one transaction: appenders wait for it, and its log must fit on a full disk. */
const forgottenAtOnce = { entries: 1000, bytes: megabyte }

/** Positions that are erased in one transaction. */
const erasedAtOnce = 500

/** Brings the store to the newest format; closes it when that is refused. */
export async function openStoreJournal(
  opened: Store,
  options: StoreJournalOptions = {},
): Promise<Journal> {
  const store = await openMigrated(opened)
  const appends = createGroupCommit<JournalEntry>({
    write: async (entries) => {
      options.requireRoom?.(bytesOf(entries))
      await store.execute(appendBatch(store, entries))
    },
    sizeOf: ({ body }) => body.length,
    group: groupAtMost,
    waiting: { ...waitingAtMost, size: options.waitingBytes ?? waitingAtMost.size },
    isOfOne,
    refusal: () =>
      journalErrors.overloaded({ message: `Too much waits to be written to ${store.location}.` }),
  })
  let isClosed = false
  return {
    append: async (entry) => {
      if (isClosed) throw closed(store)
      await appends.add(entry)
    },
    read: async (after, limit) => {
      const [found] = await store.execute([readStatement(store, after, limit)])
      return (found?.rows ?? []).map(storedEntry)
    },
    forget: (through) => forget(store, through),
    erase: (positions) => erase(store, positions),
    extent: async () => {
      const [found] = await store.execute([extentStatement(store)])
      return extentOf(found?.rows[0])
    },
    waiting: async (connection) => {
      const [found] = await store.execute([waitingStatement(store, connection)])
      return waitingOf(found?.rows[0])
    },
    backup: (target) => store.backup(target),
    close: async () => {
      isClosed = true
      await appends.settled()
      await store.close()
    },
  }
}

async function forget(store: Store, through: number): Promise<void> {
  for (;;) {
    const results = await store.execute(forgetBatch(store, through, forgottenAtOnce))
    if (results.at(-1)?.rows.length === 0) return
  }
}

async function erase(store: Store, positions: readonly number[]): Promise<void> {
  for (let at = 0; at < positions.length; at += erasedAtOnce) {
    await store.execute(eraseBatch(store, positions.slice(at, at + erasedAtOnce)))
  }
  await store.rewrite()
}

/** A disk with no room for all may have room for some, and a refused statement is about one of them. */
function isOfOne(error: unknown): boolean {
  const code = error instanceof SynclineError ? error.code : ''
  return code === 'journal.full' || code === 'journal.statement'
}

function bytesOf(entries: readonly JournalEntry[]): number {
  return entries.reduce((sum, { body }) => sum + body.length, 0)
}

function closed({ location }: Store): Error {
  return journalErrors.closed({ message: `The journal in ${location} is closed.` })
}
