/** The ledger in a PostgreSQL schema: for several machines. */
import {
  openPostgresStore,
  type PostgresStoreOptions,
} from '../../store/postgres/open-postgres-store.ts'
import type { Ledger } from '../ledger.ts'
import { ledgerPurpose } from '../ledger-purpose.ts'
import { openStoreLedger } from '../store-ledger.ts'

export async function openPostgresLedger(options: PostgresStoreOptions): Promise<Ledger> {
  return await openStoreLedger(await openPostgresStore(options, ledgerPurpose))
}
