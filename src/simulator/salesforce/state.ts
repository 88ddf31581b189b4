/** An org's state as one JSON value: what can be put in, and what a dump gives back. */
import type { IngestJob } from './store/ingest-job.ts'
import type { FaultEvent } from './request/faults.ts'
import type { FieldInput } from './store/field.ts'
import type { ObjectDefinition } from './store/object-type.ts'
import type { UserPermissions } from './store/permissions.ts'
import type { FieldValue } from './store/records.ts'
import type { HeldLock } from './store/row-locks.ts'
import type { DuplicateRule, ValidationRule } from './store/rules.ts'
import type { ConnectedApp, Login, RefreshToken, Session } from './store/sessions.ts'
import type { WriteLogEntry } from './store/write-log.ts'

/** Values of a record as stored: no validation beyond the names of its fields. Times are epoch milliseconds. */
export interface RecordState {
  readonly id?: string
  readonly values: Readonly<Record<string, FieldValue | null>>
  readonly createdAt?: number
  readonly createdBy?: string
  readonly modifiedAt?: number
  readonly modifiedBy?: string
  readonly stampedAt?: number
  readonly deletedAt?: number | null
}

export interface OrgState {
  readonly apps: readonly ConnectedApp[]
  readonly logins: readonly Login[]
  readonly sessions: readonly Session[]
  readonly refreshTokens: readonly RefreshToken[]
  readonly sessionTimeoutMs: number
  readonly customObjects: readonly ObjectDefinition[]
  /** Fields to add to objects, or to replace there, by the object's name. */
  readonly fields: Readonly<Record<string, readonly FieldInput[]>>
  /** Users and record types are records, too. */
  readonly records: Readonly<Record<string, readonly RecordState[]>>
  /** By username. */
  readonly permissions: Readonly<Record<string, UserPermissions>>
  readonly validationRules: readonly ValidationRule[]
  readonly duplicateRules: readonly DuplicateRule[]
  readonly locks: readonly HeldLock[]
  /** With their data and what came of it. */
  readonly jobs: readonly IngestJob[]
  readonly requestsUsed: number
  readonly bulkBatchesUsed: number
  readonly lastNumber: number
}

/** What the org holds, and what happened to it. */
export interface SalesforceDump {
  readonly formatVersion: 1
  readonly at: number
  readonly orgId: string
  readonly state: OrgState
  readonly log: readonly WriteLogEntry[]
  readonly faults: readonly FaultEvent[]
  /** Requests by operation and object, e.g. `collection_upsert Account`. */
  readonly calls: Readonly<Record<string, number>>
}
