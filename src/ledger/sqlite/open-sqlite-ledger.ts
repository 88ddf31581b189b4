/** The ledger in a file: what a project has unless it says otherwise. */
import type { Ledger } from '../ledger.ts'
import { openStoreLedger } from '../store-ledger.ts'
import { openSqliteStore, type SqliteStoreOptions } from './open-sqlite-store.ts'

export async function openSqliteLedger(
  file: string,
  options: SqliteStoreOptions = {},
): Promise<Ledger> {
  return await openStoreLedger(await openSqliteStore(file, options))
}
