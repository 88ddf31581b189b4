import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

const currentDatabase = 'select current_database()'

test.each([
  'warehouse.duckdb',
  'no-extension',
  'my.odd name.db',
  `o'brien "2".duckdb`,
  'Ünïcode.duckdb',
  'temp.duckdb',
  'system.duckdb',
])('the database of %s is called as DuckDB itself calls it', async (path) => {
  const ours = await inFile(path, (session) => session.query(sql(currentDatabase)))
  const own = await byItself(path, async (connection) => {
    const result = await connection.runAndReadAll(currentDatabase)
    return result.getRows()
  })
  expect(ours).toEqual(own)
})

test.each(['memory.duckdb', 'Memory.db'])(
  'a file %s is no other database than any file',
  async (path) => {
    await inFile(path, (session) => session.execute([sql('create table t as select 1 as n')]))
    const [row] = await inFile(path, (session) =>
      session.query(sql('select cast(n as text) from t')),
    )
    expect(row).toEqual(['1'])
    const rows = await byItself(path, async (connection) =>
      (await connection.runAndReadAll('select n from t')).getRows(),
    )
    expect(rows).toEqual([[1]])
  },
)

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
