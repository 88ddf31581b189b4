import { closeSync, copyFileSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Collaborators } from '../../src/engine/context.ts'
import { SynclineError } from '../../src/model/error.ts'
import { openPostgresLedger } from '../../src/ledger/postgres/open-postgres-ledger.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import type { Session, Warehouse } from '../../src/warehouse/warehouse.ts'
import { postgresOptions } from '../../src/warehouse/postgres/options.ts'
import { PostgresWarehouse } from '../../src/warehouse/postgres/postgres-warehouse.ts'
import { type PostgresDatabase, postgresDatabase } from '../support/postgres-server.ts'
import { createHost, type Host } from '../support/host.ts'
import { contactSync, createWorld, type World } from '../support/world.ts'
import { BadDay, expectOneError } from './bad-day.ts'
import { type Gate, serveGate } from './gate.ts'

const filled = [
  'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
  `insert into customers values (1, 'a@x.com', 'Ann', 'Rome'), (2, 'b@x.com', 'Bob', 'Oslo'), (3, 'c@x.com', 'Cid', 'Nice')`,
]

describe('PostgreSQL that ends a connection in the middle', () => {
  let sqlite: Host
  let database: PostgresDatabase
  let warehouse: Warehouse
  let stateInPostgres: Ledger
  const suicide = 'select cast(pg_terminate_backend(pg_backend_pid()) as text)'

  beforeAll(async () => {
    sqlite = await createHost()
    database = await postgresDatabase()
    warehouse = new PostgresWarehouse(postgresOptions.parse({ url: database.url }))
    stateInPostgres = await openPostgresLedger({ url: database.url, schema: 'state' })
  })
  afterAll(async () => {
    await warehouse.close()
    await stateInPostgres.close()
    await sqlite.close()
    await database.drop()
  })

  async function worldOf(name: string, ledger: Ledger): Promise<World> {
    const host: Host = { ledger, warehouse, close: () => Promise.resolve() }
    const world = await createWorld({ on: { host, name } })
    const table = `customers_${name}`
    await world.sql(...filled.map((text) => text.replace('customers', table)))
    return world
  }
  const syncOf = (name: string) =>
    contactSync({ name, model: { kind: 'table', schema: null, table: `customers_${name}` } })

  async function expectRight(world: World, name: string): Promise<void> {
    expect(await world.run(syncOf(name))).toMatchObject({ state: 'succeeded', error: null })
    const records = world.hubspot.dump().state.records?.['0-1'] ?? []
    const emails = records.map((record) => record.properties['email'] ?? '').toSorted()
    expect(emails).toEqual(['a@x.com', 'b@x.com', 'c@x.com'])
    world.callsSince()
    expect((await world.run(syncOf(name))).outcomes.unchanged).toBe(3)
    expect(world.callsSince()).toBe(0)
  }

  /** The connection ends within the work that has the given number, counted from 1. */
  function endingAt(fatal: number, count: { works: number }) {
    const dies = (): boolean => ++count.works === fatal
    const dying = (session: Session): Session => ({
      describe: (query) => session.describe(query),
      columns: (schema, table) => session.columns(schema, table),
      stream: (statement, rows) => session.stream(statement, rows),
      load: (target, pages) => session.load(target, pages),
      rehearse: (statements) => session.rehearse(statements),
      query: (statement) => session.query(dies() ? { text: suicide, parameters: [] } : statement),
      execute: (statements) =>
        session.execute(dies() ? [...statements, { text: suicide, parameters: [] }] : statements),
    })
    return (base: Collaborators): Collaborators => ({
      ...base,
      warehouse: {
        dialect: warehouse.dialect,
        sortBytes: warehouse.sortBytes,
        close: () => Promise.resolve(),
        session: (work) => warehouse.session((session) => work(dying(session))),
      },
    })
  }

  it('is one error wherever it happens, leaves no half, and the next run is right', async () => {
    const errors: unknown[] = []
    // Until the run has no such work any more: then all of them were tried.
    for (let fatal = 1; errors.length === fatal - 1; fatal++) {
      const name = `fatal${fatal}`
      const world = await worldOf(name, sqlite.ledger)
      const running = world.run(syncOf(name), {}, endingAt(fatal, { works: 0 }))
      const error = await running.then(
        () => null,
        (reason: unknown) => reason,
      )
      await expectRight(world, name)
      await world.close()
      if (error === null) break
      errors.push(error)
    }
    expect(errors.length).toBeGreaterThan(10)
    const told = {
      code: 'warehouse.unreachable',
      kind: 'unreachable',
      message: expect.stringContaining('PostgreSQL at 127.0.0.1'),
      remedy: expect.stringContaining('run again'),
    }
    expect(errors).toMatchObject(errors.map(() => told))
  })

  it('does no harm between two pieces of work, to the warehouse or to the state', async () => {
    const world = await worldOf('between', stateInPostgres)
    const killer = new pg.Client({ connectionString: database.url })
    await killer.connect()
    const killing = (base: Collaborators): Collaborators => ({
      ...base,
      crm: {
        ...base.crm,
        create: async (inputs, options) => {
          const results = await base.crm.create(inputs, options)
          await killer.query(
            'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
          )
          return results
        },
      },
    })
    const error = await world.run(syncOf('between'), {}, killing).then(
      (report) => report.error,
      (reason: unknown) => reason,
    )
    const code = error instanceof SynclineError ? error.code : String(error)
    expect(['null', 'ledger.unreachable', 'warehouse.unreachable']).toContain(code)
    await killer.end()
    await expectRight(world, 'between')
    await world.close()
  })
})

describe('a DuckDB file that goes bad while requests are under way', () => {
  let day: BadDay
  let gate: Gate

  beforeEach(async () => {
    day = await BadDay.begin()
    gate = await serveGate(day.hubspot.simulator, '/batch/create')
    day.edit('syncline.yaml', (text) => text.replace(day.hubspot.url, gate.url))
  })
  afterEach(async () => {
    await gate.close()
    await day.end()
  })

  const [file, kept] = ['warehouse.duckdb', 'kept.duckdb'] as const

  it.each([
    ['deleted', 'warehouse.missing_file', () => renameSync(day.path(file), day.path(kept))],
    [
      'overwritten',
      'warehouse.bad_file',
      () => {
        copyFileSync(day.path(file), day.path(kept))
        day.write(file, 'no database any more\n'.repeat(1_000))
      },
    ],
  ] as const)('because it was %s: one error, and no second write later', async (_, code, spoil) => {
    const running = day.run()
    await gate.reached
    await day.letGo()
    spoil()
    gate.open()
    expectOneError(await running, 2, code, file, /path/)
    // Still bad: the same error, and nothing is sent.
    const written = day.hubspot.simulator.log().length
    expectOneError(await day.run(), 2, code, file)
    renameSync(day.path(kept), day.path(file))
    await day.expectRightRun()
    expect(day.hubspot.simulator.log()).toHaveLength(written)
  })

  it('because it was replaced by one without our tables: the run stops by name', async () => {
    const running = day.run()
    await gate.reached
    await day.letGo()
    copyFileSync(day.path(file), day.path(kept))
    await day.sql('drop schema syncline_dev cascade')
    gate.open()
    expect((await running).exit).not.toBe(0)
    const written = day.hubspot.simulator.log().length
    expectOneError(await day.run(), 4, 'state.diverged', 'syncline_dev')
    expect(day.hubspot.simulator.log()).toHaveLength(written)
    renameSync(day.path(kept), day.path(file))
    await day.expectRightRun()
    expect(day.hubspot.simulator.log()).toHaveLength(written)
  })
})

describe('a DuckDB file with a broken block', () => {
  it('is one error that calls the file bad, and nothing is sent', async () => {
    const day = await BadDay.begin()
    await day.sql(
      `create table wide as select range as n, md5(range::varchar) as text from range(200000)`,
    )
    copyFileSync(day.path('warehouse.duckdb'), day.path('kept.duckdb'))
    const { size } = statSync(day.path('warehouse.duckdb'))
    const handle = openSync(day.path('warehouse.duckdb'), 'r+')
    // Behind the three headers, which are what opening looks at first.
    for (let at = 16 * 1024; at < size; at += 4 * 1024) {
      writeSync(handle, Buffer.alloc(64, 0x5a), 0, 64, at)
    }
    closeSync(handle)
    const said = await day.run()
    expectOneError(said, 2, 'warehouse.bad_file', /corrupt|checksum|read/i, /path/)
    expect(day.hubspot.simulator.log()).toEqual([])
    renameSync(day.path('kept.duckdb'), day.path('warehouse.duckdb'))
    await day.expectRightRun()
    await day.end()
  })
})
