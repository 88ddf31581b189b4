/** Databases for worlds in one process: DuckDB in memory, and a SQLite ledger in files that need no disk. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../src/app/system-clock.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { openSqliteLedger } from '../../src/ledger/sqlite/open-sqlite-ledger.ts'
import { DuckDbWarehouse } from '../../src/warehouse/duckdb/duckdb-warehouse.ts'
import { duckdbOptions } from '../../src/warehouse/duckdb/options.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { keepMemory } from './keep-memory.ts'
import { quickFolder } from './quick-folder.ts'

/** The databases, which may serve many worlds one after the other. */
export interface Host {
  readonly warehouse: Warehouse
  readonly ledger: Ledger
  close(): Promise<void>
}

export interface FileHost extends Host {
  /** The ledger's, of SQLite. */
  readonly stateFile: string
}

/** More than the states of all hosts that are there at once. */
const stateBytes = 2 ** 25

export async function createHost(): Promise<FileHost> {
  const directory = mkdtempSync(join(quickFolder(stateBytes), 'syncline-'))
  const stateFile = join(directory, 'state.db')
  const ledger = await openSqliteLedger(stateFile)
  const warehouse = new DuckDbWarehouse(duckdbOptions.parse({ path: ':memory:', threads: 1 }), {
    clock: systemClock,
    directory,
  })
  await keepMemory(warehouse)
  return {
    ledger,
    warehouse,
    stateFile,
    close: async () => {
      await warehouse.close()
      await ledger.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
