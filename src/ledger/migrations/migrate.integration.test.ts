import { readFile } from 'node:fs/promises'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PostgresDatabase, postgresDatabase } from '../../../test/support/postgres-server.ts'
import { openPostgresStore } from '../../store/postgres/open-postgres-store.ts'
import { openSqliteStore } from '../../store/sqlite/open-sqlite-store.ts'
import type { Store } from '../../store/store.ts'
import type { Lease } from '../ledger.ts'
import { storeLedger } from '../store-ledger.ts'
import { ledgerTables } from './ledger-tables.ts'
import { migrate } from '../../store/migrate.ts'
import { migrationStatements } from '../../store/migration-statements.ts'
import type { Migration } from '../../store/purpose.ts'
import { ledgerPurpose } from '../ledger-purpose.ts'
import { ledgerMigrations } from './migrations.ts'

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
      return () => openSqliteStore(file, ledgerPurpose)
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
      return () => openPostgresStore({ url: database.url, schema }, ledgerPurpose)
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

const allTables = byName(['ledger_format', ...ledgerTables])

/** A change of format that stands in for the next one. */
const next: Migration = {
  version: 12,
  text: `create table {prefix}notes (id {bigint} not null primary key){table_options};
insert into {prefix}notes (id) values (12);
`,
}

describe.each([
  ['SQLite', sqliteFixture],
  ['PostgreSQL', postgresFixture],
] as const)('migrating on %s', (_name, newFixture) => {
  let fixture: Fixture
  const opened: Store[] = []
  let known: readonly Migration[]

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
    known = await ledgerMigrations()
  }, 60_000)
  afterAll(async () => {
    await Promise.all(opened.map((store) => store.close()))
    await fixture.close()
  })

  test('an empty place gets every table of the newest format, and its version', async () => {
    const store = await (await newPlace())()
    await migrate(store, known, 5)
    expect(await tablesOf(store)).toEqual(allTables)
    expect(await versionsOf(store)).toEqual([
      [1, 5],
      [2, 5],
      [3, 5],
      [4, 5],
      [5, 5],
      [6, 5],
      [7, 5],
      [8, 5],
      [9, 5],
      [10, 5],
      [11, 5],
    ])
    await migrate(store, known, 6)
    expect(await versionsOf(store)).toEqual([
      [1, 5],
      [2, 5],
      [3, 5],
      [4, 5],
      [5, 5],
      [6, 5],
      [7, 5],
      [8, 5],
      [9, 5],
      [10, 5],
      [11, 5],
    ])
  })

  /** A store of an earlier format with that format's rows. */
  async function ofFormat(version: number): Promise<Store> {
    const store = await (await newPlace())()
    const file = new URL(`./fixtures/format-${version}.sql`, import.meta.url)
    await migrate(store, known.slice(0, version), 5)
    await store.execute(migrationStatements(await readFile(file, 'utf8'), store.dialect.tokens))
    return store
  }

  test('a ledger of the first format is read in full and upgraded with its rows', async () => {
    const store = await ofFormat(1)
    await migrate(store, [...known, next], 6)
    expect(await versionsOf(store)).toEqual([
      [1, 5],
      [2, 6],
      [3, 6],
      [4, 6],
      [5, 6],
      [6, 6],
      [7, 6],
      [8, 6],
      [9, 6],
      [10, 6],
      [11, 6],
      [12, 6],
    ])
    const ledger = storeLedger(store)
    expect(await ledger.stateId()).toBe('0123456789abcdef0123456789abcdef')
    expect(await ledger.sync('scores')).toEqual({
      sync: 'scores',
      accountId: 'portal-1',
      generation: 3,
      mergingGeneration: 4,
      openings: [null],
      paused: true,
      keyName: null,
      erasedAt: null,
    })
    expect((await ledger.leaseOf('scores'))?.fence).toBe(9)
    expect(await ledger.run('run-2')).toMatchObject({ state: 'delivering', report: { rows: 2 } })
    expect(await ledger.transitions('run-1')).toHaveLength(2)
    expect(await ledger.sendingBatches('run-2')).toMatchObject([{ number: 2, attempt: 3 }])
    expect(await ledger.concludedBatches('run-2', 0, 9)).toMatchObject([{ conclusion: 1 }])
  })

  test('a ledger upgraded from the first format shares budgets like a new one', async () => {
    const store = await ofFormat(1)
    await migrate(store, known, 6)
    const ledger = storeLedger(store)
    expect(await ledger.budgets()).toEqual([])
    const turn = {
      budget: 'hubspot:burst:app',
      limit: { max: 100, windowMs: 10_000 },
      owner: 'worker-1',
      after: 0,
      need: 1,
      busy: 0,
      givesBack: [],
      learnedMax: null,
      requestMs: 30_000,
      at: 1_706_702_400_000,
    }
    expect(await ledger.takeBudgetTurn(turn, () => false)).toMatchObject({ turn: 1, max: 100 })
  })

  test('a ledger of the second format is read in full and upgraded with its rows', async () => {
    const store = await ofFormat(2)
    await migrate(store, [...known, next], 6)
    const ledger = storeLedger(store)
    expect(await ledger.stateId()).toBe('0123456789abcdef0123456789abcdef')
    expect(await ledger.budgets()).toEqual([
      {
        budget: 'hubspot:burst:0123456789ab',
        declaredMax: 100,
        max: 190,
        windowMs: 10_000,
        owners: [
          {
            owner: 'worker-1',
            held: 180,
            busy: 40,
            need: 190,
            turn: 7,
            validUntil: 1_706_702_405_000,
            requestMs: 30_000,
          },
        ],
        unowned: [{ freeAt: 1_706_702_401_000, count: 10 }],
      },
    ])
  })

  test('a batch in flight of the second format is one that became no job, and may become one', async () => {
    const store = await ofFormat(2)
    await migrate(store, known, 6)
    const ledger = storeLedger(store)
    const [batch] = await ledger.sendingBatches('run-2')
    expect(batch).toMatchObject({ number: 2, attempt: 3, job: null })
    const lease = (await ledger.leaseOf('scores')) as Lease
    await ledger.recordJob(lease, 'run-2', 2, { id: '750A', started: false }, 7)
    expect((await ledger.sendingBatches('run-2'))[0]?.job).toEqual({ id: '750A', started: false })
  })

  test('a ledger of the third format is read in full and upgraded with its rows', async () => {
    const store = await ofFormat(3)
    await migrate(store, [...known, next], 6)
    const ledger = storeLedger(store)
    expect(await ledger.sendingBatches('run-2')).toEqual([
      {
        number: 2,
        attempt: 3,
        payload: '[{"sequence":2}]',
        sentAt: 1_706_702_450_000,
        job: { id: '750000000000001AAA', started: true },
      },
      {
        number: 3,
        attempt: 1,
        payload: '[{"sequence":3}]',
        sentAt: 1_706_702_451_000,
        job: { id: '750000000000002AAA', started: false },
      },
    ])
  })

  test('a ledger of the third format keeps runs and batches that belong together', async () => {
    const store = await ofFormat(3)
    await migrate(store, known, 6)
    const { prefix } = store.dialect
    for (const table of ['run_transitions', 'batches']) {
      const text = `update ${prefix}${table} set run_id = 'no such run' where run_id = 'run-2'`
      await expect(store.execute([{ text, parameters: [] }])).rejects.toThrow(/foreign key/i)
    }
    const second = `update ${prefix}runs set state = 'confirming', ended_at = null`
    await expect(store.execute([{ text: second, parameters: [] }])).rejects.toThrow(/unique/i)
  })

  test('a ledger upgraded from the third format takes runs of pulls like a new one', async () => {
    const store = await ofFormat(3)
    await migrate(store, known, 6)
    const ledger = storeLedger(store)
    const lease = (await ledger.leaseOf('scores')) as Lease
    const run = { id: 'run-3', kind: 'reconcile', state: 'pulling', startedAt: 7 } as const
    expect(await ledger.createRun(lease, run)).toMatchObject({ ...run, endedAt: null })
    expect(await ledger.transition(lease, 'run-3', 'confirmed', 8)).toMatchObject({
      state: 'succeeded',
      endedAt: 8,
    })
  })

  test('a ledger of the fourth format is read in full and upgraded with its rows', async () => {
    const store = await ofFormat(4)
    await migrate(store, [...known, next], 6)
    const ledger = storeLedger(store)
    expect(await ledger.runs({ sync: 'deals', limit: 9 })).toMatchObject([
      { id: 'run-2', kind: 'run', state: 'pulling', report: null },
      { id: 'run-1', kind: 'reconcile', state: 'succeeded', report: { objects: [] } },
    ])
    expect(await ledger.transitions('run-1')).toEqual([
      { from: 'pulling', event: 'confirmed', to: 'succeeded', at: 1_706_702_350_000 },
    ])
    expect(await ledger.sendingBatches('run-3')).toMatchObject([{ number: 1, attempt: 3 }])
  })

  test('a ledger upgraded from the fourth format gets a key for erased records, and keeps it', async () => {
    const store = await ofFormat(4)
    await migrate(store, known, 6)
    const key = await storeLedger(store).erasureKey()
    expect(key).toMatch(/^[0-9a-f]{32}$/)
    await migrate(store, [...known, next], 7)
    expect(await storeLedger(store).erasureKey()).toBe(key)
  })

  test('a ledger of the fifth format is read in full and upgraded with its rows', async () => {
    const store = await ofFormat(5)
    await migrate(store, [...known, next], 6)
    const ledger = storeLedger(store)
    expect(await ledger.erasureKey()).toBe('fedcba9876543210fedcba9876543210')
    expect(await ledger.runs({ sync: 'deals', limit: 9 })).toHaveLength(2)
  })

  test('a ledger of the sixth format is read in full and upgraded with its rows', async () => {
    const store = await ofFormat(6)
    await migrate(store, [...known, next], 6)
    const nobody = { keeper: null, keptUntil: null, lookedAt: null, found: [] }
    expect(await storeLedger(store).subscriptions()).toEqual([
      {
        connection: 'crm',
        keeper: 'worker-1',
        keptUntil: 1_706_702_460_000,
        receivedAt: 1_706_702_400_000,
        lookedAt: 1_706_702_390_000,
        found: [
          {
            object: 'deals',
            id: '7',
            lastDelivery: { at: '2024-01-31T11:59:00.000000Z', status: 200 },
          },
        ],
      },
      { connection: 'other', receivedAt: 1_706_702_300_000, ...nobody },
    ])
  })

  test('a ledger upgraded from the sixth format takes backfills like a new one', async () => {
    const store = await ofFormat(6)
    await migrate(store, known, 6)
    const ledger = storeLedger(store)
    const lease = (await ledger.leaseOf('deals')) as Lease
    const run = { id: 'run-4', kind: 'backfill', state: 'pulling', startedAt: 7 } as const
    expect(await ledger.createRun(lease, run)).toMatchObject({ ...run, endedAt: null })
    expect(await ledger.sendingBatches('run-3')).toMatchObject([{ number: 1, attempt: 3 }])
  })

  test('a ledger of the seventh format is read in full and upgraded with its rows', async () => {
    const store = await ofFormat(7)
    await migrate(store, [...known, next], 6)
    expect(await storeLedger(store).runs({ sync: 'deals', limit: 9 })).toMatchObject([
      { id: 'run-2', kind: 'run', state: 'pulling' },
      { id: 'run-1', kind: 'backfill', state: 'succeeded' },
    ])
  })

  test('a ledger of the eighth format is read in full and upgraded with its rows', async () => {
    const store = await ofFormat(8)
    await migrate(store, [...known, next], 6)
    const since = 1_706_700_000_000
    expect(await storeLedger(store).schedules()).toEqual([
      {
        sync: 'deals',
        kind: 'reconcile',
        since,
        startedAt: 1_706_702_300_000,
        endedAt: 1_706_702_350_000,
        runId: 'run-1',
      },
      {
        sync: 'deals',
        kind: 'run',
        since,
        startedAt: 1_706_702_400_000,
        endedAt: null,
        runId: 'run-2',
      },
      {
        sync: 'scores',
        kind: 'run',
        since: 1_706_702_400_000,
        startedAt: null,
        endedAt: null,
        runId: null,
      },
    ])
  })

  test('a ledger of the ninth format is read in full and upgraded with its rows', async () => {
    const store = await ofFormat(9)
    await migrate(store, [...known, next], 6)
    const { openings } = await storeLedger(store).sync('scores')
    expect(openings).toEqual(['opening-1', 'opening-2'])
  })

  test('a ledger of the tenth format is read in full and upgraded with its rows', async () => {
    const store = await ofFormat(10)
    await migrate(store, [...known, next], 6)
    expect(await storeLedger(store).subscriptionHoles('crm')).toEqual([
      {
        sync: 'deals',
        object: 'persons',
        isLoss: true,
        isOpen: true,
        silentUntil: 1_706_704_200_000,
        changesRead: true,
        deletesRead: false,
      },
    ])
  })

  test('a ledger of the eleventh format is read in full and upgraded with its rows', async () => {
    const store = await ofFormat(11)
    await migrate(store, [...known, next], 6)
    const syncs = await storeLedger(store).syncs()
    expect(syncs.map(({ keyName, erasedAt }) => [keyName, erasedAt])).toEqual([
      [null, 1_706_702_300_000],
      ['ratings', null],
    ])
  })

  test('an interrupted upgrade leaves the format before it, and the next one completes', async () => {
    const open = await newPlace()
    const store = await open()
    await migrate(store, known, 5)
    const broken = { version: 12, text: `${next.text}insert into {prefix}unheard values (1);\n` }
    await expect(migrate(store, [...known, broken], 6)).rejects.toThrow(/unheard/)
    expect(await tablesOf(store)).toEqual(allTables)
    expect(await versionsOf(store)).toHaveLength(11)
    await migrate(await open(), [...known, next], 7)
    expect(await versionsOf(store)).toEqual([
      [1, 5],
      [2, 5],
      [3, 5],
      [4, 5],
      [5, 5],
      [6, 5],
      [7, 5],
      [8, 5],
      [9, 5],
      [10, 5],
      [11, 5],
      [12, 7],
    ])
  })

  test('of several that migrate at once each step is done by one', async () => {
    const open = await newPlace()
    const stores = await Promise.all(Array.from({ length: 6 }, open))
    await Promise.all(stores.map((store, index) => migrate(store, [...known, next], index)))
    const versions = await versionsOf(stores[0] as Store)
    expect(versions).toHaveLength(12)
    expect(await tablesOf(stores[0] as Store)).toHaveLength(allTables.length + 1)
  })

  test('a newer format is refused and left as it is', async () => {
    const store = await (await newPlace())()
    await migrate(store, [...known, next], 5)
    const refusal = migrate(store, known, 6)
    await expect(refusal).rejects.toMatchObject({ code: 'ledger.newer_format', kind: 'config' })
    expect(await versionsOf(store)).toHaveLength(12)
  })

  test('tables of something else are refused and left as they are', async () => {
    const open = await newPlace()
    const store = await open()
    const { prefix } = store.dialect
    await store.execute([{ text: `create table ${prefix}customers (id integer)`, parameters: [] }])
    const refusal = migrate(store, known, 6)
    await expect(refusal).rejects.toMatchObject({ code: 'ledger.foreign' })
    expect(await tablesOf(store)).toEqual(['customers'])
  })
})
