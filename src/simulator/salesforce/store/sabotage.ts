/** What a fault does to one row of a request with many, or of a Bulk job, or to all rows from there on. */
export const sabotages = [
  'partial_failure',
  'row_lock',
  'silent_drop_applied',
  'silent_drop_unapplied',
  'job_failure',
] as const
export type Sabotage = (typeof sabotages)[number]
