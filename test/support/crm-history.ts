/** What a CRM holds and what happened to it, in words that are the same for every CRM. */
import type { Values } from './evidence.ts'

export interface HistoryRecord {
  readonly id: string
  readonly values: Values
  /** Deleted, whether for good or not. */
  readonly isGone: boolean
  /** Other records were merged into it. */
  readonly isSurvivor: boolean
}

/** One write, whoever made it; `system` is the CRM itself. */
export interface HistoryEntry {
  readonly seq: number
  readonly at: number
  /** When an API call was sent, which may be before it was applied. */
  readonly sentAt: number
  readonly id: string
  readonly kind: 'create' | 'update' | 'delete' | 'restore' | 'purge' | 'merge'
  readonly source: 'api' | 'person' | 'system'
  /** Old and new value of what changed; null is empty. */
  readonly changes: Readonly<Record<string, readonly [string | null, string | null]>>
}

/** The records of one object and all that befell them, with what the CRM makes of values. */
export interface CrmHistory {
  readonly records: readonly HistoryRecord[]
  /** Merged-away id to the id it leads to. */
  readonly redirects: Readonly<Record<string, string>>
  /** Oldest first. */
  readonly log: readonly HistoryEntry[]
  /** Jobs that have data and never came to an end. */
  readonly unendedJobs: readonly string[]
  /** The field that names the key which a record was created for, where the sync maps it. */
  readonly keyField: string
  /** A value as the CRM keeps it. */
  kept(field: string, text: string | null): string | null
  /** What a record is found by; empty for a value that finds none. */
  identity(field: string, text: string | null): string
  /** What a record with these values is found by: several for some fields. */
  identities(field: string, values: Values): readonly string[]
}
