/** What tells a journal's store from any other. */
import type { StorePurpose } from '../store/purpose.ts'
import { journalErrors } from './errors.ts'
import { journalMigrations } from './migrations/migrations.ts'

export const journalPurpose: StorePurpose = {
  noun: 'journal',
  formatTable: 'journal_format',
  neighbour: 'ledger_format',
  tables: ['journal_head', 'journal_entries'],
  migrations: journalMigrations,
  errors: {
    ...journalErrors,
    disk_full: journalErrors.full,
  },
}
