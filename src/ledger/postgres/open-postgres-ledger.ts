/** The ledger in a PostgreSQL schema: for several machines. */
import type { Ledger } from '../ledger.ts'
import { openStoreLedger } from '../store-ledger.ts'
import { openPostgresStore, type PostgresStoreOptions } from './open-postgres-store.ts'

export async function openPostgresLedger(options: PostgresStoreOptions): Promise<Ledger> {
  return await openStoreLedger(await openPostgresStore(options))
}
