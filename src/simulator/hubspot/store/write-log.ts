/** What the log of a local HubSpot tells. */
import type { LogEntry, WriteLog, WriteOrigin } from '../../write-log.ts'
import type { StoredRecord } from './records.ts'

export const writeKinds = ['create', 'update', 'archive', 'restore', 'merge', 'purge'] as const
export type WriteKind = (typeof writeKinds)[number]

export type PortalLog = WriteLog<WriteKind, string, StoredRecord, WriteOrigin>
export type WriteLogEntry = LogEntry<WriteKind, string, WriteOrigin>
