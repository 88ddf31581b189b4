/** The names of what a request does: what faults, counters and coverage tables are told by. */
export const operations = [
  'list',
  'read',
  'batch_read',
  'search',
  'create',
  'update',
  'archive',
  'batch_create',
  'batch_update',
  'batch_upsert',
  'batch_archive',
  'merge',
  'gdpr_delete',
  'property_read',
  'property_write',
  'schema_read',
  'schema_write',
  'owner_read',
  'pipeline_read',
  'pipeline_write',
  'association_read',
  'association_write',
  'label_read',
  'label_write',
  'oauth',
  'account',
] as const
export type Operation = (typeof operations)[number]

/** Those whose inputs are records, several at a time. */
export const batchWrites: readonly Operation[] = [
  'batch_create',
  'batch_update',
  'batch_upsert',
  'batch_archive',
]
