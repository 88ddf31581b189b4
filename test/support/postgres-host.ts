/** The databases of a world on PostgreSQL: one for the warehouse and the ledger, in schemas apart. */
import { openPostgresLedger } from '../../src/ledger/postgres/open-postgres-ledger.ts'
import { postgresOptions } from '../../src/warehouse/postgres/options.ts'
import { PostgresWarehouse } from '../../src/warehouse/postgres/postgres-warehouse.ts'
import { postgresDatabase } from './postgres-server.ts'
import type { Host } from './host.ts'

export async function createPostgresHost(): Promise<Host> {
  const database = await postgresDatabase()
  const ledger = await openPostgresLedger({ url: database.url, schema: 'syncline_state' })
  const warehouse = new PostgresWarehouse(postgresOptions.parse({ url: database.url }))
  return {
    ledger,
    warehouse,
    close: async () => {
      await warehouse.close()
      await ledger.close()
      await database.drop()
    },
  }
}
