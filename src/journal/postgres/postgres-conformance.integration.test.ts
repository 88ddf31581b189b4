import pg from 'pg'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { type PostgresDatabase, postgresDatabase } from '../../../test/support/postgres-server.ts'
import { postgresDialect } from '../../store/postgres/postgres-dialect.ts'
import { journalConformance } from '../../testing/journal-conformance.ts'
import { appendBatch } from '../entries.ts'
import type { Journal } from '../journal.ts'
import { openPostgresJournal } from './open-postgres-journal.ts'

/** What a server says that has no room left, from the point on where bodies have a megabyte. */
const limitText = `
  create function no_room() returns trigger language plpgsql as $$
  begin
    if (select bytes from journal_head) > 1000000 then
      raise exception 'could not extend file: No space left on device' using errcode = '53100';
    end if;
    return null;
  end $$;
  create trigger no_room after insert on journal_entries execute function no_room()`

describe('the journal on PostgreSQL', () => {
  let database: PostgresDatabase
  let places = 0
  beforeAll(async () => {
    database = await postgresDatabase()
  }, 60_000)
  afterAll(async () => {
    await database.drop()
  })

  journalConformance(test, async () => {
    places += 1
    const schema = `journal_${places}`
    const opened: Journal[] = []
    const openIn = async (place: string) => {
      const journal = await openPostgresJournal({ url: database.url, schema: place })
      opened.push(journal)
      return journal
    }
    const open = () => openIn(schema)
    const copy = `copy_${places}`
    const connect = async () => {
      const client = new pg.Client({
        connectionString: database.url,
        options: `-c search_path=${schema}`,
      })
      await client.connect()
      return client
    }
    return {
      open,
      openApart: open,
      openSmall: async () => {
        const journal = await open()
        const client = await connect()
        await client.query(limitText.replaceAll('from journal_head', `from ${schema}.journal_head`))
        await client.end()
        return journal
      },
      backup: { target: copy, open: () => openIn(copy) },
      beginAppend: async (entry) => {
        const client = await connect()
        await client.query('begin')
        for (const { text, parameters } of appendBatch({ dialect: postgresDialect(schema) }, [
          entry,
        ])) {
          await client.query(text, [...parameters])
        }
        return {
          commit: async () => {
            await client.query('commit')
            await client.end()
          },
          die: () => client.end(),
        }
      },
      clean: async () => {
        await Promise.all(opened.map((journal) => journal.close()))
      },
    }
  })
})
