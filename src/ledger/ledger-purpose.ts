/** What tells a ledger's store from any other. */
import type { StorePurpose } from '../store/purpose.ts'
import { ledgerErrors } from './errors.ts'
import { ledgerTables } from './migrations/ledger-tables.ts'
import { ledgerMigrations } from './migrations/migrations.ts'

export const ledgerPurpose: StorePurpose = {
  noun: 'state',
  formatTable: 'ledger_format',
  neighbour: 'journal_format',
  tables: ledgerTables,
  migrations: ledgerMigrations,
  errors: ledgerErrors,
}
