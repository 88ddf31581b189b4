/** What the log of a local Pipedrive tells: every change with its exact time and the whole record before and after it. */
import type { LogEntry, WriteLog, WriteOrigin } from '../../write-log.ts'
import type { Json } from '../../json.ts'
import type { StoredRecord } from './records.ts'

/** `touch`: a person's change that bumps no timestamp and sends no event, as calculated values do. */
export const writeKinds = [
  'create',
  'update',
  'delete',
  'restore',
  'merge',
  'purge',
  'touch',
] as const
export type WriteKind = (typeof writeKinds)[number]

export interface Origin extends WriteOrigin {
  /** Whom the write is by; null for the CRM itself. */
  readonly userId: string | null
  /** Of a record that was merged away: the survivor. */
  readonly mergedTo?: string
  /** Of a survivor: the record that was merged away. */
  readonly mergedFrom?: string
}

export type CompanyLog = WriteLog<WriteKind, Json, StoredRecord, Origin>
export type WriteLogEntry = LogEntry<WriteKind, Json, Origin> & {
  readonly before: StoredRecord | null
  readonly after: StoredRecord | null
}
