/** Where the stories of pulls play: databases, and a journal beside them. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Journal } from '../../src/journal/journal.ts'
import { openJournal } from '../../src/journal/open-journal.ts'
import { PlainHosts } from '../support/plain-host.ts'
import { createPostgresHost } from '../support/postgres-host.ts'
import { postgresDatabase } from '../support/postgres-server.ts'
import type { Host } from '../support/world.ts'
import type { Place } from './killed-pull.ts'

export interface Places {
  next(): Promise<Place>
  close(): Promise<void>
}

/** DuckDB and SQLite. */
export async function plainPlaces(): Promise<Places> {
  const hosts = new PlainHosts()
  // Nothing here outlives the test, so what is synced to a disk need not be a disk.
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'syncline-'))
  const file = join(directory, 'journal.db')
  const journal = await openJournal({ kind: 'sqlite', file })
  return {
    next: async () => {
      const host = await hosts.next()
      return { host, journal, files: [host.stateFile, file] }
    },
    close: async () => {
      await hosts.close()
      await journal.close()
      rmSync(directory, { recursive: true, force: true })
    },
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
