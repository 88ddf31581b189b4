/** The journal's formats, oldest first. A published one never changes; a change is a further file. */
import type { Migration } from '../../store/purpose.ts'
import { readMigrations } from '../../store/read-migrations.ts'

const files = ['0001-initial.sql'] as const

/** The formats this program knows, by version. */
export async function journalMigrations(): Promise<readonly Migration[]> {
  return await readMigrations('journal/migrations', files)
}
