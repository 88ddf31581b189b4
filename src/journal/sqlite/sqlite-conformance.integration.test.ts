import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { Connection } from '../../store/sqlite/connection.ts'
import { sqliteDialect } from '../../store/sqlite/sqlite-dialect.ts'
import { WorkerStore } from '../../store/sqlite/worker-store.ts'
import { journalConformance } from '../../testing/journal-conformance.ts'
import { appendBatch } from '../entries.ts'
import type { Journal } from '../journal.ts'
import { journalPurpose } from '../journal-purpose.ts'
import { openStoreJournal } from '../store-journal.ts'
import { openSqliteJournal, type SqliteJournalOptions } from './open-sqlite-journal.ts'

describe('the journal on SQLite', () => {
  journalConformance(test, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'syncline-journal-'))
    const file = join(folder, 'journal.db')
    const opened: Journal[] = []
    const open = async (options: SqliteJournalOptions = {}, at = file) => {
      const journal = await openSqliteJournal(at, options)
      opened.push(journal)
      return journal
    }
    const copy = join(folder, 'copy.db')
    return {
      open,
      openApart: async () => {
        const options = {
          file,
          formatTable: 'journal_format',
          busyTimeoutMs: 10_000,
          maxPages: null,
        }
        const journal = await openStoreJournal(await WorkerStore.open(options, journalPurpose))
        opened.push(journal)
        return journal
      },
      openSmall: () => open({ maxPages: 500 }),
      backup: { target: copy, open: () => open({}, copy) },
      beginAppend: async (entry) => {
        const options = { file, formatTable: 'journal_format', busyTimeoutMs: 0, maxPages: null }
        const connection = new Connection(options)
        connection.exec('begin immediate')
        for (const statement of appendBatch({ dialect: sqliteDialect }, [entry])) {
          connection.run(statement)
        }
        return {
          commit: async () => {
            connection.exec('commit')
            connection.close()
          },
          die: async () => connection.close(),
        }
      },
      clean: async () => {
        await Promise.all(opened.map((journal) => journal.close()))
        await rm(folder, { recursive: true })
      },
    }
  })
})
