/** An empty warehouse of a test's own, of each type that can be had in a test. */
import { systemClock } from '../../src/app/system-clock.ts'
import type { WarehousePlace } from '../../src/testing/warehouse-conformance.ts'
import { openWarehouse } from '../../src/warehouse/registry.ts'
import { keepMemory } from './keep-memory.ts'
import { postgresDatabase } from './postgres-server.ts'

export const warehouseNames = ['DuckDB', 'PostgreSQL'] as const
export type WarehouseName = (typeof warehouseNames)[number]

/** `databaseOptions` are those of PostgreSQL's `create database`. */
export async function emptyWarehouse(
  name: WarehouseName,
  { clock = systemClock, databaseOptions = '' } = {},
): Promise<WarehousePlace> {
  const context = { clock, directory: '/' }
  if (name === 'DuckDB') {
    // For few rows a second thread costs more than it takes over.
    const warehouse = await openWarehouse('duckdb', { path: ':memory:', threads: 1 }, context)
    await keepMemory(warehouse)
    return { warehouse, clean: () => warehouse.close() }
  }
  const database = await postgresDatabase(databaseOptions)
  const warehouse = await openWarehouse('postgres', { url: database.url }, context)
  return {
    warehouse,
    clean: async () => {
      await warehouse.close()
      await database.drop()
    },
  }
}
