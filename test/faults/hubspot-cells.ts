/** The faults of HubSpot that a push can meet. */
import { faultFits, faultKinds } from '../../src/simulator/hubspot/request/faults.ts'
import type { Operation } from '../../src/simulator/hubspot/request/operations.ts'
import { cellTable } from './cells.ts'

const operations = [
  'account',
  'property_read',
  'owner_read',
  'batch_read',
  'search',
  'batch_create',
  'batch_update',
  'batch_upsert',
  'batch_archive',
] as const satisfies readonly Operation[]

export const hubspotTable = cellTable(faultKinds, operations, faultFits)
export type HubSpotCell = (typeof hubspotTable.cells)[number]
