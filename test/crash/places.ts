/** Where the stories of pulls play: databases, and a journal beside them. */
import type { Journal } from '../../src/journal/journal.ts'
import { openJournal } from '../../src/journal/open-journal.ts'
import { createPlainHost } from '../support/plain-host.ts'
import { createPostgresHost } from '../support/postgres-host.ts'
import { postgresDatabase } from '../support/postgres-server.ts'
import type { Host } from '../support/host.ts'
import type { Place } from './begun-pull.ts'

export interface Places {
  /** The one before is of no use then. */
  next(): Promise<Place>
  close(): Promise<void>
}

/** DuckDB and SQLite: new ones for each place. */
export function plainPlaces(): Places {
  let close = (): Promise<void> => Promise.resolve()
  return {
    next: async () => {
      await close()
      const host = await createPlainHost()
      const file = `${host.stateFile}.journal`
      const journal = await openJournal({ kind: 'sqlite', file })
      close = async () => {
        await journal.close()
        await host.close()
      }
      return { host, journal, files: [host.stateFile, file] }
    },
    close: () => close(),
  }
}

/** PostgreSQL for all of it. */
export async function postgresPlaces(): Promise<Places> {
  const host: Host = await createPostgresHost()
  const { url, drop } = await postgresDatabase()
  const journal: Journal = await openJournal({ kind: 'postgres', url })
  return {
    next: () => Promise.resolve({ host, journal, files: null }),
    close: async () => {
      await journal.close()
      await drop()
      await host.close()
    },
  }
}
