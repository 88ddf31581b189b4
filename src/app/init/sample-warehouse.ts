/** Makes a DuckDB file with the table that the scaffold's model reads. */
import { statement } from '../../core/sql/working-schema.ts'
import { openWarehouse } from '../../warehouse/registry.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import { customerColumns, customersTable, sampleCustomer } from './sample-customers.ts'
import { systemClock } from '../system-clock.ts'

const schema = 'main'

/** `file` is relative to `directory` and must not exist. */
export async function makeSampleWarehouse(
  directory: string,
  file: string,
  customers: number,
): Promise<void> {
  await inWarehouse(directory, file, async (session) => {
    const columns = customerColumns.map(({ name, nativeType }) => `${name} ${nativeType}`)
    await session.execute([statement(`create table ${customersTable} (${columns.join(', ')})`)])
    const rows = Array.from({ length: customers }, (_, index) => sampleCustomer(index + 1))
    await session.load({ schema, table: customersTable, columns: customerColumns }, [rows])
  })
}

/** Opens the file for the time of `work`. */
export async function inWarehouse<T>(
  directory: string,
  file: string,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const options = { path: file, create: true }
  const warehouse = await openWarehouse('duckdb', options, { clock: systemClock, directory })
  try {
    return await warehouse.session(work)
  } finally {
    await warehouse.close()
  }
}
