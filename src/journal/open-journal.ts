/** Opens the journal where a project says that its state is, loading only the database it needs. */
import type { Journal } from './journal.ts'

export type JournalLocation =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema?: string }

/** Makes the journal where there is none; the caller closes it. */
export async function openJournal(location: JournalLocation): Promise<Journal> {
  switch (location.kind) {
    case 'sqlite': {
      const { openSqliteJournal } = await import('./sqlite/open-sqlite-journal.ts')
      return await openSqliteJournal(location.file)
    }
    case 'postgres': {
      const { openPostgresJournal } = await import('./postgres/open-postgres-journal.ts')
      return await openPostgresJournal(location)
    }
    default:
      return location satisfies never
  }
}
