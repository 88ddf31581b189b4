/** The ledger's formats, oldest first. A published one never changes; a change is a further file. */
import type { Migration } from '../../store/purpose.ts'
import { readMigrations } from '../../store/read-migrations.ts'

const files = [
  '0001-initial.sql',
  '0002-budgets.sql',
  '0003-batch-jobs.sql',
  '0004-pulls.sql',
  '0005-erasure-key.sql',
  '0006-subscriptions.sql',
  '0007-backfills.sql',
  '0008-schedules.sql',
  '0009-openings.sql',
  '0010-subscription-holes.sql',
  '0011-kept-beside-the-warehouse.sql',
] as const

/** The formats this program knows, by version. */
export async function ledgerMigrations(): Promise<readonly Migration[]> {
  return await readMigrations('ledger/migrations', files)
}
