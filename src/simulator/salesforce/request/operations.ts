/** Those of Bulk, which can't be parts of a composite request. */
const bulkOperations = [
  'create_job',
  'upload',
  'close_job',
  'job_state',
  'list_jobs',
  'delete_job',
  'job_results',
] as const

/** The names of what a request does: what faults, counters and coverage tables are told by. */
export const operations = [
  'versions',
  'oauth',
  'identity',
  'describe',
  'limits',
  'create',
  'read',
  'update',
  'upsert',
  'delete',
  'collection_create',
  'collection_update',
  'collection_upsert',
  'collection_delete',
  'collection_read',
  'composite',
  'query',
  'query_more',
  ...bulkOperations,
] as const
export type Operation = (typeof operations)[number]

/** Those whose rows are written one by one; those of a Bulk job once it is closed. */
export const rowWrites: readonly Operation[] = [
  'collection_create',
  'collection_update',
  'collection_upsert',
  'collection_delete',
  'close_job',
]

export function isBulk(operation: Operation): boolean {
  return bulkOperations.some((one) => one === operation)
}
