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
] as const
export type Operation = (typeof operations)[number]

/** Those whose rows are written one by one. */
export const rowWrites: readonly Operation[] = [
  'collection_create',
  'collection_update',
  'collection_upsert',
  'collection_delete',
]
