/** The journal in a file of its own, beside the ledger's: their writers never wait for each other. */
import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { openSqliteStore, type SqliteStoreOptions } from '../../store/sqlite/open-sqlite-store.ts'
import { journalErrors } from '../errors.ts'
import type { Journal } from '../journal.ts'
import { journalPurpose } from '../journal-purpose.ts'
import { openStoreJournal, type StoreJournalOptions } from '../store-journal.ts'

export interface SqliteJournalOptions
  extends SqliteStoreOptions,
    Pick<StoreJournalOptions, 'waitingBytes'> {
  /** Bytes free on the file's disk; asked of the system unless said otherwise. */
  readonly freeBytes?: () => number
}

/** Senders give up after five seconds or a little more: what is late for them is in vain. */
const busyTimeoutMs = 4000
/**
 * Appending ends while there is still some room: forgetting what was loaded writes to the disk as well,
 * and so does the ledger. On a disk that is really full nothing could be made free again.
 */
const keptFree = 16 * 1024 * 1024
/** What is appended is in the log and in the file for a while. */
const written = 2

export async function openSqliteJournal(
  file: string,
  { freeBytes, waitingBytes, ...options }: SqliteJournalOptions = {},
): Promise<Journal> {
  const store = await openSqliteStore(file, journalPurpose, { busyTimeoutMs, ...options })
  const free = freeBytes ?? (() => freeBytesOf(dirname(store.location)))
  return await openStoreJournal(store, {
    ...(waitingBytes === undefined ? {} : { waitingBytes }),
    requireRoom: (bytes) => {
      if (free() - written * bytes >= keptFree) return
      throw journalErrors.full({
        message: `The disk of ${store.location} has less than ${keptFree / 1024 / 1024} MB left.`,
      })
    },
  })
}

function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}
