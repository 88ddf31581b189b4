import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { systemClock } from '../../app/system-clock.ts'
import { warehouseConformance } from '../../testing/warehouse-conformance.ts'
import { openWarehouse } from '../registry.ts'

describe('DuckDB as a warehouse', () => {
  warehouseConformance(test, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'syncline-duckdb-'))
    const context = { clock: systemClock, directory }
    const warehouse = await openWarehouse('duckdb', { path: 'test.duckdb', create: true }, context)
    return {
      warehouse,
      clean: async () => {
        await warehouse.close()
        await rm(directory, { recursive: true })
      },
    }
  })
})
