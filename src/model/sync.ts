/** A push as the engine takes it: configuration with every default filled in and every name checked. */
import type { Place } from './error.ts'

export const pushModes = ['insert', 'update', 'upsert'] as const
export type PushMode = (typeof pushModes)[number]

export const removedRowsPolicies = ['ignore', 'clear', 'archive', 'delete'] as const
export type RemovedRowsPolicy = (typeof removedRowsPolicies)[number]

/**
 * `always`; `if_empty`: only where the CRM holds nothing; `if_unchanged`: only where the CRM still
 * holds what this sync last confirmed.
 */
export const writeConditions = ['always', 'if_empty', 'if_unchanged'] as const
export type WriteCondition = (typeof writeConditions)[number]

/** `transition`: a null is sent only after a value that this sync confirmed. */
export const nullsPolicies = ['transition', 'always'] as const
export type NullsPolicy = (typeof nullsPolicies)[number]

/** Whose value stands where a person changed a field since our last write. */
export const conflictPolicies = ['ours', 'theirs', 'ask'] as const
export type ConflictPolicy = (typeof conflictPolicies)[number]

/** Where a field's value comes from. */
export type FieldSource =
  | { readonly from: 'column'; readonly column: string }
  | { readonly from: 'constant'; readonly value: string | null }

export interface FieldMapping {
  /** The CRM's field name. */
  readonly field: string
  readonly source: FieldSource
  readonly write: WriteCondition
  readonly nulls: NullsPolicy
  readonly conflict: ConflictPolicy
  /** `owners.email`, `pipelines.label`, `companies.account_key`; null for none. */
  readonly lookup: string | null
  /** Declared zone in which a timestamp becomes a date; null refuses such a mapping. */
  readonly timeZone: string | null
  /** Masked in output, logs, failures and plans. */
  readonly sensitive: boolean
}

export interface AssociationMapping {
  readonly to: string
  /** Unique field of the other object, and the model column that holds its value. */
  readonly match: { readonly field: string; readonly column: string }
  readonly label: string | null
  readonly ifMissing: 'defer' | 'reject' | 'skip'
}

/** A limit in percent of the baseline's rows, or a number of rows. */
export type Amount = { readonly percent: number } | { readonly rows: number }

export interface Guards {
  readonly maxChanges: Amount
  readonly maxClears: Amount
  readonly maxDeletes: Amount
  readonly failOnRejected: number
  readonly allowEmptyModel: boolean
}

export type ModelSource =
  | { readonly kind: 'query'; readonly file: string; readonly text: string }
  | { readonly kind: 'table'; readonly schema: string | null; readonly table: string }

export interface PushSync {
  readonly type: 'push'
  /** The path under `syncs/`, without extension: its name. */
  readonly name: string
  readonly place: Place
  readonly tags: readonly string[]
  readonly warehouse: string
  readonly model: ModelSource
  readonly key: string
  /** Name of the CRM connection. */
  readonly crm: string
  readonly object: string
  /** CRM field and column that find an existing record; null: only records this sync created. */
  readonly match: { readonly field: string; readonly column: string } | null
  readonly mode: PushMode
  readonly removedRows: RemovedRowsPolicy
  readonly deleteAdopted: boolean
  readonly ifDeleted: 'skip' | 'recreate'
  readonly readBefore: boolean
  readonly fields: readonly FieldMapping[]
  readonly associations: readonly AssociationMapping[]
  /** File and text of the row transform; null for none. */
  readonly transform: { readonly file: string; readonly text: string } | null
  readonly guards: Guards
  readonly after: readonly string[]
  readonly shared: boolean
  readonly renamedFrom: string | null
  /** Operations of one kind from which on they go as jobs, where the CRM takes any; null for never. */
  readonly bulkFrom: number | null
  /** At most so many API calls a day; null for no cap of our own. */
  readonly maxCallsPerDay: number | null
}
