/** The names of what a request does: what faults, counters and coverage tables are told by. */
export const operations = [
  'list',
  'list_archived',
  'read',
  'search',
  'create',
  'update',
  'delete',
  'merge',
  'recents',
  'field_read',
  'field_write',
  'user_read',
  'webhook_read',
  'webhook_write',
  'oauth',
] as const
export type Operation = (typeof operations)[number]
