import { describe, test } from 'vitest'
import { emptyWarehouse } from '../../../test/support/empty-warehouse.ts'
import { warehouseConformance } from '../../testing/warehouse-conformance.ts'

describe('PostgreSQL as a warehouse', () => {
  warehouseConformance(test, () => emptyWarehouse('PostgreSQL'))
})
