import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqliteLedger } from '../../src/ledger/sqlite/open-sqlite-ledger.ts'
import type { Collaborators } from '../../src/engine/context.ts'
import { createHost, type Host } from '../support/host.ts'
import { contactSync, createWorld, type World } from '../support/world.ts'
import { BadDay, expectOneError } from './bad-day.ts'

const state = '.syncline/dev/state.db'

describe('a state and a warehouse that disagree', () => {
  let day: BadDay

  beforeEach(async () => {
    day = await BadDay.begin()
    await day.run()
  })
  afterEach(() => day.end())

  /** Nothing was sent since `writes`, and putting right what was lost makes the next run right. */
  async function expectStop(cause: string | RegExp, putRight: () => void): Promise<void> {
    await day.sql(`update customers set city = 'Ghent' where customer_id <= 3`)
    const writes = day.hubspot.simulator.log().length
    for (const command of ['run', 'plan']) {
      const said = await day.cli([command, 'customers'])
      expectOneError(said, 4, 'state.diverged', cause, /put the right state file back|recover/i)
    }
    expect(day.hubspot.simulator.log()).toHaveLength(writes)
    putRight()
    const said = await day.cli(['run', 'customers'])
    expect([said.exit, said.errors]).toEqual([0, []])
    expect(said.reports).toMatchObject([{ outcomes: { delivered: 3, unchanged: 97 } }])
    await day.expectRightRun()
  }

  function removeState(): void {
    for (const suffix of ['', '-wal', '-shm']) rmSync(day.path(state + suffix), { force: true })
  }

  /** A copy by the state's own means, as a person would make one. */
  async function backup(to: string): Promise<void> {
    expect((await day.cli(['state', 'backup', to])).exit).toBe(0)
  }

  it('stop the run when the state is lost', async () => {
    await backup('kept.db')
    removeState()
    await expectStop('written under another state', () => {
      removeState()
      renameSync(day.path('kept.db'), day.path(state))
    })
    expect(day.contacts()).toEqual({ records: 100, doubled: 0 })
  })

  it('stop the run when the state is a restored older one', async () => {
    await backup('older.db')
    await day.sql(`update customers set city = 'Turin' where customer_id = 50`)
    expect((await day.cli(['run', 'customers'])).exit).toBe(0)
    await backup('kept.db')
    removeState()
    renameSync(day.path('older.db'), day.path(state))
    await expectStop(/the state knows \d+ confirmed merges, the baseline has \d+/, () => {
      removeState()
      renameSync(day.path('kept.db'), day.path(state))
    })
    expect(day.contacts()).toEqual({ records: 100, doubled: 0 })
  })

  it('stop the run when a run without news followed the backup', async () => {
    await backup('older.db')
    expect((await day.cli(['run', 'customers'])).exit).toBe(0)
    await backup('kept.db')
    removeState()
    renameSync(day.path('older.db'), day.path(state))
    const said = await day.cli(['run', 'customers'])
    expectOneError(
      said,
      4,
      'state.diverged',
      /does not know of the run that used the baseline last/,
    )
    removeState()
    renameSync(day.path('kept.db'), day.path(state))
    await day.expectRightRun()
  })

  it('stop the run when the state is that of another project', async () => {
    await backup('kept.db')
    const other = await BadDay.begin()
    expect((await other.run()).exit).toBe(0)
    removeState()
    expect((await other.cli(['state', 'backup', day.path(state)])).exit).toBe(0)
    await other.end()
    await expectStop('written under another state', () => {
      removeState()
      renameSync(day.path('kept.db'), day.path(state))
    })
    expect(day.contacts()).toEqual({ records: 100, doubled: 0 })
  })

  it('stop the run when the warehouse file is a restored older one', async () => {
    // Nobody has it open between two commands.
    copyFileSync(day.path('warehouse.duckdb'), day.path('older.duckdb'))
    await day.sql(`update customers set city = 'Turin' where customer_id = 50`)
    expect((await day.cli(['run', 'customers'])).exit).toBe(0)
    renameSync(day.path('warehouse.duckdb'), day.path('kept.duckdb'))
    renameSync(day.path('older.duckdb'), day.path('warehouse.duckdb'))
    const said = await day.cli(['run', 'customers'])
    const cause = /the state knows \d+ confirmed merges, the baseline has \d+/
    expectOneError(said, 4, 'state.diverged', cause)
    renameSync(day.path('kept.duckdb'), day.path('warehouse.duckdb'))
    await day.expectRightRun()
    expect(day.contacts()).toEqual({ records: 100, doubled: 0 })
  })

  it('stop the run when the working schema is gone', async () => {
    await day.sql('drop schema syncline_dev cascade')
    const said = await day.cli(['run', 'customers'])
    const cause = /confirmed merges, the working schema syncline_dev none/
    expectOneError(said, 4, 'state.diverged', cause)
    expect(day.contacts()).toEqual({ records: 100, doubled: 0 })
  })
})

describe('a state that can not be used', () => {
  let day: BadDay

  beforeEach(async () => {
    day = await BadDay.begin()
  })
  afterEach(() => day.end())

  it('is one error when it is another program’s file, and that stays as it is', async () => {
    const correct = day.edit(
      'syncline.yaml',
      (text) => `${text}\nstate: { path: "{environment}.db" }\n`,
    )
    const foreign = new DatabaseSync(day.path('dev.db'))
    foreign.exec('create table notes (text text)')
    foreign.close()
    expectOneError(await day.run(), 2, 'ledger.foreign', 'dev.db', /Point `state`/)
    const after = new DatabaseSync(day.path('dev.db'))
    expect(after.prepare('select name from sqlite_master').all()).toEqual([{ name: 'notes' }])
    after.close()
    await day.expectNothingWritten()
    correct()
    await day.expectRightRun()
  })

  it('is one error when it was written by a newer version, and it stays as it is', async () => {
    expect((await day.run()).exit).toBe(0)
    const database = new DatabaseSync(day.path(state))
    database.exec('insert into ledger_format (version, applied_at) values (99, 0)')
    database.close()
    const writes = day.hubspot.simulator.log().length
    expectOneError(await day.run(), 2, 'ledger.newer_format', '99', /later/)
    expect(day.hubspot.simulator.log()).toHaveLength(writes)
  })

  it('is one error where it can not be made', async () => {
    day.write('taken', '')
    const correct = day.edit(
      'syncline.yaml',
      (text) => `${text}\nstate: { path: "taken/{environment}/state.db" }\n`,
    )
    expectOneError(await day.run(), 2, 'ledger.not_writable', 'taken', /right to write|elsewhere/)
    await day.expectNothingWritten()
    correct()
    await day.expectRightRun()
    expect(day.contacts()).toEqual({ records: 100, doubled: 0 })
  })
})

describe('a disk that is full for the state', () => {
  let host: Host
  let world: World
  let folder: string

  beforeEach(async () => {
    host = await createHost()
    folder = mkdtempSync(join(tmpdir(), 'syncline-full-'))
    world = await createWorld({ on: { host, name: 'full' } })
    await world.sql(
      'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
      `insert into customers select i, 'c' || i || '@x.com', repeat('Name ', 40) || i, 'City' from range(1, 1001) as t(i)`,
    )
  })
  afterEach(async () => {
    await host.close()
    rmSync(folder, { recursive: true })
  })

  it.each([40, 60, 90])(
    'at %i pages is one error, and with room again the next run is right',
    async (maxPages) => {
      const file = join(folder, `state-${maxPages}.db`)
      const small = await openSqliteLedger(file, { maxPages })
      const on = (ledger: typeof small) => (base: Collaborators) => ({ ...base, ledger })
      await expect(world.run(contactSync(), {}, on(small))).rejects.toMatchObject({
        code: 'ledger.disk_full',
        kind: 'unreachable',
        message: expect.stringContaining(file),
        remedy: expect.stringContaining('Free some space'),
      })
      await small.close()
      const roomy = await openSqliteLedger(file)
      const report = await world.run(contactSync(), {}, on(roomy))
      expect(report).toMatchObject({ state: 'succeeded', error: null, rows: 1000 })
      expect((await world.run(contactSync(), {}, on(roomy))).outcomes.unchanged).toBe(1000)
      await roomy.close()
      const records = world.hubspot.dump().state.records?.['0-1'] ?? []
      expect(records).toHaveLength(1000)
      expect(new Set(records.map((record) => record.properties['email'])).size).toBe(1000)
    },
  )
})
