import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type PostgresDatabase, postgresDatabase } from '../../../test/support/postgres-server.ts'
import { openPostgresLedger } from '../../ledger/postgres/open-postgres-ledger.ts'
import { entry, texts } from '../../testing/journal/conformance.ts'
import type { Journal } from '../journal.ts'
import { openPostgresJournal } from './open-postgres-journal.ts'

let database: PostgresDatabase
let admin: pg.Client
let opened: { close(): Promise<void> }[] = []

beforeAll(async () => {
  database = await postgresDatabase()
  admin = new pg.Client({ connectionString: database.url })
  await admin.connect()
}, 60_000)
afterEach(async () => {
  await Promise.all(opened.map((one) => one.close()))
  opened = []
})
afterAll(async () => {
  await admin.end()
  await database.drop()
})

async function open(
  schema: string,
  more: { readonly waitMs?: number; readonly answerMs?: number } = {},
): Promise<Journal> {
  const journal = await openPostgresJournal({ url: database.url, schema, ...more })
  opened.push(journal)
  return journal
}

async function openLedger(schema: string): Promise<readonly unknown[]> {
  const ledger = await openPostgresLedger({ url: database.url, schema })
  opened.push(ledger)
  return await ledger.syncs()
}

test('journal and ledger share a schema, whichever is made first', async () => {
  expect(await openLedger('ledger_first')).toEqual([])
  await (await open('ledger_first')).append(entry('a'))
  await (await open('journal_first')).append(entry('b'))
  expect(await openLedger('journal_first')).toEqual([])
  expect(await texts(await open('ledger_first'))).toEqual(['a'])
  expect(await texts(await open('journal_first'))).toEqual(['b'])
})

test("a schema with somebody else's tables is refused", async () => {
  await admin.query('create schema crm; create table crm.customers (id int)')
  await expect(open('crm')).rejects.toMatchObject({ code: 'journal.foreign' })
})

test('a newer format is refused', async () => {
  await open('newer')
  await admin.query('insert into newer.journal_format values (99, 0)')
  await expect(open('newer')).rejects.toMatchObject({ code: 'journal.newer_format' })
})

test('a server that is not there is told, and so is a wrong password', async () => {
  const changed = (change: (url: URL) => void) => {
    const url = new URL(database.url)
    change(url)
    return openPostgresJournal({ url: url.href })
  }
  const nowhere = changed((url) => {
    url.port = '1'
  })
  await expect(nowhere).rejects.toMatchObject({ code: 'journal.unreachable' })
  const stranger = changed((url) => {
    url.password = 'hunter2'
  })
  await expect(stranger).rejects.toMatchObject({ code: 'journal.refused' })
  await expect(stranger).rejects.not.toThrow(/hunter2/)
})

const endConnections = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and application_name = 'syncline'`

test('appending goes on when the server is back', async () => {
  const journal = await open('back')
  await journal.append(entry('before'))
  await admin.query(endConnections)
  // The first may still meet the dead connection.
  const [first] = await Promise.allSettled([journal.append(entry('meanwhile'))])
  expect(first.status === 'fulfilled' || first.reason.code).toBeOneOf([true, 'journal.unreachable'])
  await journal.append(entry('after'))
  expect(await texts(journal)).toEqual([
    'before',
    ...(first.status === 'fulfilled' ? ['meanwhile'] : []),
    'after',
  ])
})

test('an appender that stands still makes the others wait no longer than said', async () => {
  const journal = await open('still', { waitMs: 1000 })
  await admin.query('begin; update still.journal_head set bytes = bytes')
  const together = Array.from({ length: 20 }, () => journal.append(entry('a')))
  const settled = await Promise.allSettled(together)
  const codes = settled.map((one) => (one.status === 'rejected' ? one.reason.code : 'appended'))
  expect(new Set(codes)).toEqual(new Set(['journal.locked']))
  await admin.query('commit')
  await journal.append(entry('b'))
  expect(await texts(journal)).toEqual(['b'])
})

test('a server that does not answer is given up on after as long as said', async () => {
  const journal = await open('silent', { answerMs: 1500 })
  await admin.query('begin; update silent.journal_head set bytes = bytes')
  const refusal = journal.append(entry('a'))
  await expect(refusal).rejects.toMatchObject({ code: 'journal.unreachable' })
  await admin.query('commit')
  const again = await open('silent')
  await again.append(entry('b'))
  expect((await texts(again)).at(-1)).toBe('b')
})
