import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listCatalogue, readCatalogue } from '../../src/core/sql/catalogue.ts'
import { sharedTables, syncTables, workingFormat } from '../../src/core/sql/names.ts'
import {
  createShared,
  lackingColumns,
  upgradeStatements,
} from '../../src/core/sql/working-schema.ts'
import { applyPlan } from '../../src/engine/push/apply.ts'
import { explain } from '../../src/engine/push/explain.ts'
import { openSqliteLedger } from '../../src/ledger/sqlite/open-sqlite-ledger.ts'
import { DuckDbWarehouse } from '../../src/warehouse/duckdb/duckdb-warehouse.ts'
import { duckdbOptions } from '../../src/warehouse/duckdb/options.ts'
import { createFlowingClock } from '../support/flowing-clock.ts'
import { recoverPush } from '../support/recover-push.ts'
import { createHost, type Host } from '../support/host.ts'
import { contactSync, createWorld, type World } from '../support/world.ts'
import { BadDay, expectOneError } from './bad-day.ts'
import { livedPortal, livedSync } from './lived-project.ts'

const fixtures = join(import.meta.dirname, '../fixtures')

/** Works in the world of a fixture, with a copy of its warehouse and a new state. */
async function lived(
  format: number,
  work: (world: World, host: Host) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'syncline-format-'))
  copyFileSync(join(fixtures, `working-schema-${format}.duckdb`), join(folder, 'a.duckdb'))
  const warehouse = new DuckDbWarehouse(duckdbOptions.parse({ path: 'a.duckdb' }), {
    clock: createFlowingClock(0),
    directory: folder,
  })
  const ledger = await openSqliteLedger(join(folder, 'state.db'))
  const host = { warehouse, ledger, close: () => ledger.close() }
  try {
    await work(await createWorld({ ...livedPortal, on: { host, name: 'lived' } }), host)
  } finally {
    await host.warehouse.close()
    await host.close()
    rmSync(folder, { recursive: true })
  }
}

describe.each([1, 2, 3])('a working schema of format %i', (format) => {
  it('is opened, and its baseline holds: only what changed since goes out', () =>
    lived(format, async (world) => {
      // The state that wrote it is gone, as after a lost disk.
      await expect(world.run(livedSync)).rejects.toMatchObject({ code: 'state.diverged' })
      await world.push(recoverPush, livedSync)
      const same = await world.run(livedSync, { first: false })
      expect(same).toMatchObject({ state: 'succeeded', rows: 5 })
      expect(same.outcomes).toMatchObject({ delivered: 0, unchanged: 3, rejected: 2 })
      expect(world.hubspot.log()).toEqual([])
      await world.sql(
        `update customers set city = 'Bonn' where id = 3`,
        'delete from customers where id is null',
      )
      const next = await world.run(livedSync, { first: false })
      expect(next.outcomes).toMatchObject({ delivered: 1, unchanged: 2, rejected: 1 })
      expect(world.hubspot.log()).toMatchObject([
        { id: '103', changes: { city: expect.anything() } },
      ])
      const history = await world.query(
        `select count(distinct run_id)::varchar from ${world.workingSchema}.runs`,
      )
      expect(history).toEqual([['4']])
      const versions = await world.query(
        `select version::varchar from ${world.workingSchema}.format`,
      )
      expect(versions).toEqual([[`${workingFormat}`]])
    }))
})

describe('operations from before jobs were kept', () => {
  it('are explained all the same, and get their column with the next run', () =>
    lived(2, async (world) => {
      const { ledger, warehouse, workingSchema } = world
      const jobsOf = async (): Promise<readonly (string | null)[]> => {
        const life = await explain(ledger, warehouse, workingSchema, livedSync, '1')
        return life.events.map(({ job }) => job)
      }
      expect(await jobsOf()).toEqual([null, null])
      await world.push(recoverPush, livedSync)
      await world.sql(`update customers set city = 'Bonn' where id = 1`)
      await world.run(livedSync, { first: false })
      expect(await jobsOf()).toEqual([null, null, null])
      const [jobs] = await world.query(
        `select count(job)::varchar from ${workingSchema}.operations`,
      )
      expect(jobs).toEqual(['0'])
    }))

  it('are followed by those of a plan that was stored then', async () => {
    const world = await createWorld()
    await world.sql(
      'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
      `insert into customers values (1, 'a@x.com', 'Ann', 'Rome')`,
    )
    const { runId } = await world.plan(contactSync())
    await world.sql(
      `create table ${world.workingSchema}.run_${runId}_results (sequence bigint)`,
      `alter table ${world.workingSchema}.operations drop column job`,
    )
    const report = await world.push(applyPlan, contactSync(), { runId, kind: 'apply' })
    expect(report.outcomes).toMatchObject({ delivered: 1 })
    await world.close()
  })
})

describe('the upgrade from format 1', () => {
  it('keeps what was reopened, and is completed by whatever opens it next, wherever it broke off', async () => {
    for (let done = 0; done <= 5; done++) {
      await lived(1, async (world, { warehouse }) => {
        const { dialect } = warehouse
        const tables = syncTables(world.workingSchema, livedSync.name, dialect.maxIdentifierBytes)
        const known = await warehouse.session((session) =>
          session.query(listCatalogue(dialect, world.workingSchema)),
        )
        const lacking = lackingColumns(readCatalogue(known), tables)
        const steps = upgradeStatements(dialect, tables, lacking)
        expect(steps).toHaveLength(5)
        const { schema, table } = tables.baseline
        await world.sql(`update ${schema}.${table} set mapping_version = 0 where key = 1`)
        await warehouse.session((session) => session.execute(steps.slice(0, done)))
        await world.push(recoverPush, livedSync)
        world.hubspot.edit({
          kind: 'update',
          object: 'contacts',
          id: '101',
          properties: { city: 'Typed' },
        })
        const report = await world.run(livedSync, { first: false })
        expect([done, report.outcomes]).toMatchObject([done, { delivered: 1, unchanged: 2 }])
      })
    }
  })
})

describe('a working schema of a newer format', () => {
  it('is refused by every command that would touch it, and stays as it is', async () => {
    const day = await BadDay.begin()
    await day.expectRightRun()
    await day.sql(`update syncline_dev.format set version = ${workingFormat + 1}`)
    const content = `select string_agg(t::varchar, '|' order by t::varchar) from (
      select format('{}', version) as t from syncline_dev.format
      union all select sync || ' ' || fence || ' ' || generation from syncline_dev.syncs
      union all select view_name || sql from duckdb_views() where schema_name = 'syncline_dev'
      union all select table_name from duckdb_tables() where schema_name = 'syncline_dev')`
    const before = await day.query(content)
    const writes = day.hubspot.simulator.log().length
    for (const argv of [['run', 'customers'], ['plan', 'customers'], ['check']]) {
      const said = await day.cli(argv)
      expectOneError(
        said,
        2,
        'state.newer_warehouse',
        new RegExp(`has format ${workingFormat + 1}; this version knows ${workingFormat}`),
        /Upgrade/,
      )
    }
    expect(await day.query(content)).toEqual(before)
    expect(day.hubspot.simulator.log()).toHaveLength(writes)
    await day.sql(`update syncline_dev.format set version = ${workingFormat}`)
    await day.expectRightRun()
    await day.end()
  })
})

describe('a working schema whose creation was interrupted', () => {
  it('is completed by the next run, wherever it broke off', async () => {
    const host = await createHost()
    const { dialect } = host.warehouse
    const all = createShared(dialect, sharedTables('any')).length
    for (let done = 0; done <= all; done++) {
      const world = await createWorld({ on: { host, name: `part${done}` } })
      const name = `customers${done}`
      await world.sql(
        `create table ${name} (id bigint, email varchar, first_name varchar, city varchar)`,
        `insert into ${name} values (1, 'a@x.com', 'Ann', 'Rome')`,
      )
      const statements = createShared(dialect, sharedTables(world.workingSchema)).slice(0, done)
      await host.warehouse.session((session) => session.execute(statements))
      const sync = contactSync({
        name: `sync${done}`,
        model: { kind: 'table', schema: null, table: name },
      })
      expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1 })
      expect((await world.run(sync)).outcomes).toMatchObject({ unchanged: 1 })
      const versions = await world.query(
        `select version::varchar from ${world.workingSchema}.format`,
      )
      expect([done, versions]).toEqual([done, [[`${workingFormat}`]]])
    }
    await host.close()
  })
})
