/** The faults of Salesforce that a push can meet. */
import { faultFits, faultKinds } from '../../src/simulator/salesforce/request/faults.ts'
import type { Operation } from '../../src/simulator/salesforce/request/operations.ts'
import { cellTable } from './cells.ts'

/** What every push asks, by whatever way its records go. */
const looks = [
  'oauth',
  'identity',
  'describe',
  'collection_read',
  'query',
] as const satisfies readonly Operation[]

const requests = [
  'collection_create',
  'collection_update',
  'collection_upsert',
  'collection_delete',
] as const satisfies readonly Operation[]

const steps = [
  'create_job',
  'upload',
  'close_job',
  'job_state',
  'job_results',
] as const satisfies readonly Operation[]

export const salesforceTable = cellTable(faultKinds, [...looks, ...requests, ...steps], faultFits)
export type SalesforceCell = (typeof salesforceTable.cells)[number]

/**
 * The faults of a run: first those of the operation that the seed is for, seeds of even numbers for the
 * steps of jobs and the others for requests; then one of what every push asks.
 */
export function salesforceCells(
  seed: number,
  run: number,
): readonly [SalesforceCell, ...SalesforceCell[]] {
  const half = Math.floor(seed / 2)
  const all = seed % 2 === 0 ? steps : requests
  const operation = all[half % all.length] ?? all[0]
  const turn = Math.floor(half / all.length) * 5 + run
  const own = salesforceTable.cells.filter((cell) => cell.operation === operation)
  const common = salesforceTable.cells.filter((cell) => looks.some((one) => one === cell.operation))
  // Not every schedule comes to delete something: those that do meet more.
  const more =
    operation === 'collection_delete' ? [4, 8, 12].map((step) => at(own, turn + step)) : []
  return [at(own, turn), ...more, at(common, seed * 7 + run * 31)]
}

/** Whether the records go by jobs. */
export function isOfJobs({ operation }: SalesforceCell): boolean {
  return steps.some((step) => step === operation)
}

function at(cells: readonly SalesforceCell[], index: number): SalesforceCell {
  const cell = cells[index % cells.length]
  if (cell === undefined) throw new Error('there are faults')
  return cell
}
