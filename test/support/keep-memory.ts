/** For databases of few rows: giving memory back after each statement is for pushes that are to stay small. */
import { statement } from '../../src/core/sql/working-schema.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'

/** A DuckDB keeps what it once had; a test's is closed soon. */
export async function keepMemory(warehouse: Warehouse): Promise<void> {
  await warehouse.session((session) =>
    session.execute([
      statement(`set global allocator_flush_threshold = '128MB'`),
      statement(`set global allocator_bulk_deallocation_flush_threshold = '512MB'`),
    ]),
  )
}
