import { describe, test } from 'vitest'
import { postgresDatabase } from '../../../test/support/postgres-server.ts'
import { systemClock } from '../../app/system-clock.ts'
import { warehouseConformance } from '../../testing/warehouse-conformance.ts'
import { openWarehouse } from '../registry.ts'

describe('PostgreSQL as a warehouse', () => {
  warehouseConformance(test, async () => {
    const database = await postgresDatabase()
    const context = { clock: systemClock, directory: '/' }
    const warehouse = await openWarehouse('postgres', { url: database.url }, context)
    return {
      warehouse,
      clean: async () => {
        await warehouse.close()
        await database.drop()
      },
    }
  })
})
