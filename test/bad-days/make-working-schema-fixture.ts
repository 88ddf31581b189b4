/**
 * Makes `test/fixtures/working-schema-<format>.duckdb` anew: `node make-working-schema-fixture.ts`.
 * Run it once for each new format, never again for an older one: the file stands for what a user's
 * warehouse holds since then.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { workingFormat } from '../../src/core/sql/names.ts'
import { openSqliteLedger } from '../../src/ledger/sqlite/open-sqlite-ledger.ts'
import { DuckDbWarehouse } from '../../src/warehouse/duckdb/duckdb-warehouse.ts'
import { duckdbOptions } from '../../src/warehouse/duckdb/options.ts'
import { createFlowingClock } from '../support/flowing-clock.ts'
import { createWorld } from '../support/world.ts'
import { livedChanges, livedPortal, livedSync, livedTable } from './lived-project.ts'

const file = join(import.meta.dirname, `../fixtures/working-schema-${workingFormat}.duckdb`)
if (existsSync(file)) throw new Error(`${file} is there already`)
const folder = mkdtempSync(join(tmpdir(), 'syncline-fixture-'))
const ledger = await openSqliteLedger(join(folder, 'state.db'))
const roomy = join(folder, 'roomy.duckdb')
const warehouse = new DuckDbWarehouse(duckdbOptions.parse({ path: roomy, create: true }), {
  clock: createFlowingClock(0),
  directory: folder,
})
const host = { ledger, warehouse, close: () => Promise.resolve() }
const world = await createWorld({ ...livedPortal, on: { host, name: 'lived' } })
await world.sql(...livedTable)
await world.run(livedSync)
await world.sql(...livedChanges)
await world.run(livedSync)
await warehouse.close()
await ledger.close()
// Blocks of the smallest size make a file that a repository can keep.
const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
await connection.run(`attach '${roomy}' as roomy (read_only)`)
await connection.run(`attach '${file}' as kept (block_size 16384)`)
await connection.run('copy from database roomy to kept')
connection.closeSync()
instance.closeSync()
rmSync(folder, { recursive: true })
