import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../app/system-clock.ts'
import type { Statement } from '../../core/sql/statement.ts'
import { openWarehouse } from '../registry.ts'
import type { Session } from '../warehouse.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'syncline-open-file-'))
})

afterEach(() => {
  rmSync(directory, { recursive: true })
})

const sql = (text: string): Statement => ({ text, parameters: [] })

async function inFile<T>(path: string, work: (session: Session) => Promise<T>): Promise<T> {
  const options = { path, create: true }
  const warehouse = await openWarehouse('duckdb', options, { clock: systemClock, directory })
  try {
    return await warehouse.session(work)
  } finally {
    await warehouse.close()
  }
}

/** As another program opens it. */
async function byItself<T>(path: string, work: (connection: DuckDBConnection) => Promise<T>) {
  const instance = await DuckDBInstance.create(join(directory, path))
  const connection = await instance.connect()
  try {
    return await work(connection)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

const made = [
  'create schema memory',
  'create table memory.t as select 1 as n',
  'create table t as select 2 as n',
]
const found =
  'select current_database(), current_schema(), cast(m.n as text), cast(t.n as text) from memory.t as m, t'

test.each([
  'warehouse.duckdb',
  'no-extension',
  'my.odd name.db',
  `o'brien "2".duckdb`,
  'Ünïcode.duckdb',
  'temp.duckdb',
  'system.duckdb',
  'main.duckdb',
  'information_schema.duckdb',
  'pg_catalog.duckdb',
])('what is called how in %s is as where DuckDB itself opens it', async (path) => {
  await inFile(path, (session) => session.execute(made.map(sql)))
  const ours = await inFile(path, (session) => session.query(sql(found)))
  const own = await byItself(path, async (connection) =>
    (await connection.runAndReadAll(found)).getRows(),
  )
  expect(ours).toEqual(own)
})

test.each(['memory.duckdb', 'Memory.db'])(
  'a file %s is no other database than any file',
  async (path) => {
    const query = 'select current_database(), cast(n as text) from t'
    await inFile(path, (session) => session.execute([sql('create table t as select 1 as n')]))
    const ours = await inFile(path, (session) => session.query(sql(query)))
    const own = await byItself(path, async (connection) =>
      (await connection.runAndReadAll(query)).getRows(),
    )
    expect(ours).toEqual(own)
  },
)

test('the file is the only database there is to write to', async () => {
  const listed = 'select database_name from duckdb_databases() where not internal'
  expect(await inFile('a.duckdb', (session) => session.query(sql(listed)))).toEqual([['a']])
})

test('a file of another program is refused, and no extension is fetched to read it', async () => {
  const other = new DatabaseSync(join(directory, 'other.db'))
  other.exec('create table t (n)')
  other.close()
  const opening = inFile('other.db', (session) => session.query(sql('select 1')))
  await expect(opening).rejects.toMatchObject({
    code: 'warehouse.bad_file',
    message: expect.stringContaining('not a valid DuckDB database') as string,
  })
})

describe('what is made in a file', () => {
  test('can be read by another program under another name, views included', async () => {
    await inFile('a.duckdb', (session) =>
      session.execute([
        sql('create schema crm'),
        sql('create table crm.deals as select range as id from range(3)'),
        sql('create view crm.open_deals as select * from crm.deals where id > 0'),
        sql('create view crm.first_deal as select min(id) as id from crm.open_deals'),
      ]),
    )
    copyFileSync(join(directory, 'a.duckdb'), join(directory, 'b.duckdb'))
    const rows = await byItself('b.duckdb', async (connection) =>
      (await connection.runAndReadAll('select id from crm.first_deal')).getRows(),
    )
    expect(rows).toEqual([[1n]])
  })

  test('is in groups of rows that a checkpoint can hold', async () => {
    await inFile('a.duckdb', (session) =>
      session.execute([sql('create table t as select range as n from range(100000)')]),
    )
    const counted = `select cast(max(count) as text) from pragma_storage_info('t')`
    const [row] = await inFile('a.duckdb', (session) => session.query(sql(counted)))
    expect(Number(row?.[0])).toBeLessThanOrEqual(20_480)
  })

  test('overflows into files beside it', async () => {
    const [row] = await inFile('a.duckdb', (session) =>
      session.query(sql(`select current_setting('temp_directory')`)),
    )
    expect(row).toEqual([`${join(directory, 'a.duckdb')}.tmp`])
  })
})
