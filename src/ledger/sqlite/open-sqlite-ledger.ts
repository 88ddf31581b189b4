/** The ledger in a file: what a project has unless it says otherwise. */
import { openSqliteStore, type SqliteStoreOptions } from '../../store/sqlite/open-sqlite-store.ts'
import type { Ledger } from '../ledger.ts'
import { ledgerPurpose } from '../ledger-purpose.ts'
import { openStoreLedger } from '../store-ledger.ts'

export async function openSqliteLedger(
  file: string,
  options: SqliteStoreOptions = {},
): Promise<Ledger> {
  return await openStoreLedger(await openSqliteStore(file, ledgerPurpose, options))
}
