/** The journal in the schema of the state, for several machines. */
import {
  openPostgresStore,
  type PostgresStoreOptions,
} from '../../store/postgres/open-postgres-store.ts'
import type { Journal } from '../journal.ts'
import { journalPurpose } from '../journal-purpose.ts'
import { openStoreJournal } from '../store-journal.ts'

/** Senders give up after five seconds or a little more: what is late for them is in vain. */
const patience = { waitMs: 4000, answerMs: 5000 }

export async function openPostgresJournal(options: PostgresStoreOptions): Promise<Journal> {
  return await openStoreJournal(
    await openPostgresStore({ ...patience, ...options }, journalPurpose),
  )
}
