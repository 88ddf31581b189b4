/** What the log of a local Salesforce tells. */
import type * as log from '../../write-log.ts'
import type { FieldValue, StoredRecord } from './records.ts'

export const writeKinds = ['create', 'update', 'delete', 'undelete', 'purge'] as const
export type WriteKind = (typeof writeKinds)[number]

/** Automation inside the org (`system`) moves only the system modification stamp. */
export interface WriteOrigin extends log.WriteOrigin {
  readonly userId: string
  /** The `client` of `Sforce-Call-Options`. */
  readonly client: string | null
}

export type OrgLog = log.WriteLog<WriteKind, FieldValue, StoredRecord, WriteOrigin>
export type WriteLogEntry = log.LogEntry<WriteKind, FieldValue, WriteOrigin>
