import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PostgresDatabase, postgresDatabase } from '../../../test/support/postgres-server.ts'
import { ledgerPurpose } from '../../ledger/ledger-purpose.ts'
import { openPostgresStore } from './open-postgres-store.ts'

let database: PostgresDatabase

beforeAll(async () => {
  database = await postgresDatabase()
}, 60_000)
afterAll(() => database.drop())

async function setting(name: string): Promise<unknown> {
  const store = await openPostgresStore({ url: database.url, waitMs: 1234 }, ledgerPurpose)
  try {
    const text = `select current_setting('${name}') as value`
    const [result] = await store.execute([{ text, parameters: [] }])
    return result?.rows[0]?.value
  } finally {
    await store.close()
  }
}

test('a commit is on disk before it is answered, whatever the database is set to', async () => {
  const admin = new pg.Client({ connectionString: database.url })
  await admin.connect()
  const name = new URL(database.url).pathname.slice(1)
  for (const [set, expected] of [
    ['off', 'on'],
    ['remote_apply', 'remote_apply'],
  ]) {
    await admin.query(`alter database ${name} set synchronous_commit = ${set}`)
    expect(await setting('synchronous_commit')).toBe(expected)
  }
  await admin.end()
})

test('neither a lock nor a frozen worker is waited for longer than said', async () => {
  expect(await setting('lock_timeout')).toBe('1234ms')
  expect(await setting('idle_in_transaction_session_timeout')).toBe('1234ms')
})

test('a socket is looked for in the folder that an address names in place of a host', async () => {
  const url = 'postgresql://me:a-password@/shop?host=/none/of:this'
  const opening = openPostgresStore({ url, schema: 'kept' }, ledgerPurpose)
  await expect(opening).rejects.toThrow(
    'The state in /none/of:this/shop (schema kept): connect ENOENT /none/of:this/.s.PGSQL.5432.',
  )
})
