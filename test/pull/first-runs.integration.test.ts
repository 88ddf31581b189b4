import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../src/app/system-clock.ts'
import type { PullReport } from '../../src/engine/pull/pull.ts'
import { openSqliteLedger } from '../../src/ledger/sqlite/open-sqlite-ledger.ts'
import type { PullSync } from '../../src/model/sync.ts'
import { openWarehouse } from '../../src/warehouse/registry.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { emptyWarehouse, type WarehouseName, warehouseNames } from '../support/empty-warehouse.ts'
import type { FlowingClock } from '../support/flowing-clock.ts'
import { postgresDatabase } from '../support/postgres-server.ts'
import { dealsPull, pullWorldOn } from './pull-world.ts'
import { deals, integer, scriptedCrm, text } from './scripted-crm.ts'

const ends: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

/** Who comes second waits a moment for the first, which works in real time. */
const clock: FlowingClock = { ...systemClock, pass: () => undefined }

async function emptyOne(name: WarehouseName): Promise<Warehouse> {
  const { warehouse, clean } = await emptyWarehouse(name)
  ends.push(clean)
  return warehouse
}

/** The first run of a sync, with a state of its own. */
async function firstRun(warehouse: Warehouse, sync: PullSync): Promise<PullReport> {
  const directory = mkdtempSync(join(tmpdir(), 'syncline-first-'))
  const ledger = await openSqliteLedger(join(directory, 'state.db'))
  ends.push(
    () => Promise.resolve(rmSync(directory, { recursive: true })),
    () => ledger.close(),
  )
  const crm = scriptedCrm(deals)
  crm.put('1', '2026-03-01T10:00:00.000000Z', { title: text('deal'), value: integer(1) })
  return pullWorldOn({ ledger, warehouse }, sync, clock).read(crm.reader)
}

const named = (name: string): PullSync =>
  dealsPull({
    name,
    tables: {
      history: `${name}_{singular}_history`,
      current: `${name}_{object}`,
      changes: `${name}_{object}_changes`,
    },
  })

const syncs = ['a', 'b', 'c', 'd'].map(named)

describe('first runs at one moment', () => {
  it.each(warehouseNames)('of several pulls into one empty %s succeed', async (name) => {
    const warehouse = await emptyOne(name)
    const reports = await Promise.all(syncs.map((sync) => firstRun(warehouse, sync)))
    expect(reports).toMatchObject(syncs.map(() => ({ state: 'succeeded', error: null })))
  })

  it.each(['syncline', 'crm'])(
    'wait for another that makes the schema %s at that moment, and go on',
    async (schema) => {
      const database = await postgresDatabase()
      const context = { clock, directory: '/' }
      const warehouse = await openWarehouse('postgres', { url: database.url }, context)
      ends.push(database.drop, () => warehouse.close())
      const [other, watcher] = [1, 2].map(() => new pg.Client({ connectionString: database.url }))
      if (other === undefined || watcher === undefined) throw new Error('two clients are made')
      for (const client of [other, watcher]) await client.connect()
      ends.push(
        () => other.end(),
        () => watcher.end(),
      )
      await other.query(`begin; create schema ${schema}`)
      const report = firstRun(warehouse, named('a'))
      const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
      await vi.waitUntil(async () => (await watcher.query(waiting)).rowCount === 1, 30_000)
      await other.query('commit')
      expect(await report).toMatchObject({ state: 'succeeded', error: null })
    },
  )

  it('of one pull under two states leave one of them, and the other is told', async () => {
    const warehouse = await emptyOne('PostgreSQL')
    const both = await Promise.allSettled([1, 2].map(() => firstRun(warehouse, named('a'))))
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'state.diverged' },
    })
  })
})
