import { readFile } from 'node:fs/promises'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PostgresDatabase, postgresDatabase } from '../../../test/support/postgres-server.ts'
import { openPostgresStore } from '../postgres/open-postgres-store.ts'
import { openSqliteStore } from '../sqlite/open-sqlite-store.ts'
import type { Store } from '../store.ts'
import { storeLedger } from '../store-ledger.ts'
import { ledgerTables } from './ledger-tables.ts'
import { migrate } from './migrate.ts'
import { migrationStatements } from './migration-statements.ts'
import { ledgerMigrations, type Migration } from './migrations.ts'

/** Gives the openings of one new place, and how to clean it. */
interface Fixture {
  place(): Promise<() => Promise<Store>>
  close(): Promise<void>
}

async function sqliteFixture(): Promise<Fixture> {
  const folder = await mkdtemp(join(tmpdir(), 'syncline-migrate-'))
  let places = 0
  return {
    place: async () => {
      places += 1
      const file = join(folder, `${places}.sqlite`)
      return () => openSqliteStore(file)
    },
    close: () => rm(folder, { recursive: true }),
  }
}

async function postgresFixture(): Promise<Fixture> {
  const database: PostgresDatabase = await postgresDatabase()
  let places = 0
  return {
    place: async () => {
      places += 1
      const schema = `state "${places}'`
      return () => openPostgresStore({ url: database.url, schema })
    },
    close: () => database.drop(),
  }
}

async function tablesOf(store: Store): Promise<readonly string[]> {
  const [result] = await store.execute([{ text: store.dialect.listTables, parameters: [] }])
  return byName((result?.rows ?? []).map((row) => String(row.name)))
}

function byName(names: readonly string[]): readonly string[] {
  return names.toSorted((left, right) => (left < right ? -1 : 1))
}

async function versionsOf(store: Store): Promise<readonly unknown[]> {
  const text = `select version, applied_at from ${store.dialect.prefix}ledger_format order by version`
  const [result] = await store.execute([{ text, parameters: [] }])
  return (result?.rows ?? []).map((row) => [row.version, row.applied_at])
}

/** A change of format that stands in for the next one. */
const second: Migration = {
  version: 2,
  text: `create table {prefix}notes (id {bigint} not null primary key){table_options};
insert into {prefix}notes (id) values (7);
`,
}

describe.each([
  ['SQLite', sqliteFixture],
  ['PostgreSQL', postgresFixture],
] as const)('migrating on %s', (_name, newFixture) => {
  let fixture: Fixture
  const opened: Store[] = []
  let first: readonly Migration[]

  async function newPlace(): Promise<() => Promise<Store>> {
    const open = await fixture.place()
    return async () => {
      const store = await open()
      opened.push(store)
      return store
    }
  }

  beforeAll(async () => {
    fixture = await newFixture()
    first = await ledgerMigrations()
  }, 60_000)
  afterAll(async () => {
    await Promise.all(opened.map((store) => store.close()))
    await fixture.close()
  })

  test('an empty place gets every table of the newest format, and its version', async () => {
    const store = await (await newPlace())()
    await migrate(store, first, 5)
    expect(await tablesOf(store)).toEqual(byName(ledgerTables))
    expect(await versionsOf(store)).toEqual([[1, 5]])
    await migrate(store, first, 6)
    expect(await versionsOf(store)).toEqual([[1, 5]])
  })

  test('a ledger of the first format is read in full and upgraded with its rows', async () => {
    const store = await (await newPlace())()
    const dump = await readFile(new URL('./fixtures/format-1.sql', import.meta.url), 'utf8')
    const rows = migrationStatements(dump, store.dialect.tokens)
    await migrate(store, first, 5)
    await store.execute(rows)
    await migrate(store, [...first, second], 6)
    expect(await versionsOf(store)).toEqual([
      [1, 5],
      [2, 6],
    ])
    const ledger = storeLedger(store)
    expect(await ledger.stateId()).toBe('0123456789abcdef0123456789abcdef')
    expect(await ledger.sync('scores')).toEqual({
      sync: 'scores',
      accountId: 'portal-1',
      generation: 3,
      mergingGeneration: 4,
      paused: true,
    })
    expect((await ledger.leaseOf('scores'))?.fence).toBe(9)
    expect(await ledger.run('run-2')).toMatchObject({ state: 'delivering', report: { rows: 2 } })
    expect(await ledger.transitions('run-1')).toHaveLength(2)
    expect(await ledger.sendingBatches('run-2')).toMatchObject([{ number: 2, attempt: 3 }])
    expect(await ledger.concludedBatches('run-2', 0, 9)).toMatchObject([{ conclusion: 1 }])
  })

  test('an interrupted upgrade leaves the format before it, and the next one completes', async () => {
    const open = await newPlace()
    const store = await open()
    await migrate(store, first, 5)
    const broken = { version: 2, text: `${second.text}insert into {prefix}unheard values (1);\n` }
    await expect(migrate(store, [...first, broken], 6)).rejects.toThrow(/unheard/)
    expect(await tablesOf(store)).toEqual(byName(ledgerTables))
    expect(await versionsOf(store)).toEqual([[1, 5]])
    await migrate(await open(), [...first, second], 7)
    expect(await versionsOf(store)).toEqual([
      [1, 5],
      [2, 7],
    ])
  })

  test('of several that migrate at once each step is done by one', async () => {
    const open = await newPlace()
    const stores = await Promise.all(Array.from({ length: 6 }, open))
    await Promise.all(stores.map((store, index) => migrate(store, [...first, second], index)))
    const versions = await versionsOf(stores[0] as Store)
    expect(versions).toHaveLength(2)
    expect(await tablesOf(stores[0] as Store)).toHaveLength(ledgerTables.length + 1)
  })

  test('a newer format is refused and left as it is', async () => {
    const store = await (await newPlace())()
    await migrate(store, [...first, second], 5)
    const refusal = migrate(store, first, 6)
    await expect(refusal).rejects.toMatchObject({ code: 'ledger.newer_format', kind: 'config' })
    expect(await versionsOf(store)).toHaveLength(2)
  })

  test('tables of something else are refused and left as they are', async () => {
    const open = await newPlace()
    const store = await open()
    const { prefix } = store.dialect
    await store.execute([{ text: `create table ${prefix}customers (id integer)`, parameters: [] }])
    const refusal = migrate(store, first, 6)
    await expect(refusal).rejects.toMatchObject({ code: 'ledger.foreign' })
    expect(await tablesOf(store)).toEqual(['customers'])
  })
})
