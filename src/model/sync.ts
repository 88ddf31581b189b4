/** Syncs as the engine takes them: configuration with every default filled in and every name checked. */
import type { Place } from './error.ts'
import type { Schedule } from './schedule.ts'

export const pushModes = ['insert', 'update', 'upsert'] as const
export type PushMode = (typeof pushModes)[number]

export const removedRowsPolicies = ['ignore', 'clear', 'archive', 'delete'] as const
export type RemovedRowsPolicy = (typeof removedRowsPolicies)[number]

/** Whether the CRM loses the record of a row that left the model. */
export function removesRecords(policy: RemovedRowsPolicy): boolean {
  return policy === 'archive' || policy === 'delete'
}

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

/** Those that a plan may breach. */
export type GuardName = 'max_changes' | 'max_clears' | 'max_deletes'

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
  /** Of the names in it, by paths: `from.key`, `to.object`, `to.match.email`, `fields.email`, `associations.0`. */
  readonly places: ReadonlyMap<string, Place>
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
  /** When it runs by itself. */
  readonly schedules: readonly Schedule[]
  readonly shared: boolean
  /** Its former name, under which state and warehouse may still know it; null for none. */
  readonly renamedFrom: string | null
  /** Operations of one kind from which on they go as jobs, where the CRM takes any; null for never. */
  readonly bulkFrom: number | null
  /** At most so many API calls a day; null for no cap of our own. */
  readonly maxCallsPerDay: number | null
}

/** `table`: versions are kept and merged; `view`: they are folded from the change log when they are asked for. */
export const historyForms = ['table', 'view'] as const
export type HistoryForm = (typeof historyForms)[number]

/** Whose names and conventions the columns have that say when a version held. */
export const presetNames = ['cdc', 'fivetran', 'dlt', 'dbt_snapshot', 'airbyte'] as const
export type PresetName = (typeof presetNames)[number]

/** Which fields are pulled. Patterns are `object.field`, with `*` for any part of either. */
export interface FieldChoice {
  /** Where an object has any here, only these; empty for all. */
  readonly only: readonly string[]
  readonly exclude: readonly string[]
  /** Wins over `exclude`. */
  readonly include: readonly string[]
  /** Their values are replaced by keyed hashes before they are kept anywhere. */
  readonly hash: readonly string[]
  /** The key of the hashes; null where nothing is hashed. */
  readonly hashSecret: string | null
}

/** Names of an object's tables; `{object}` and `{singular}` stand for the object's name. */
export interface TableTemplates {
  readonly history: string
  readonly current: string
  readonly changes: string
}

export interface PullSync {
  readonly type: 'pull'
  /** The path under `syncs/`, without extension: its name. */
  readonly name: string
  readonly place: Place
  readonly tags: readonly string[]
  /** Name of the CRM connection. */
  readonly crm: string
  /** By the names the CRM uses, each once. */
  readonly objects: readonly string[]
  readonly warehouse: string
  /** Where the tables are that people query. */
  readonly schema: string
  readonly tables: TableTemplates
  readonly history: { readonly form: HistoryForm; readonly preset: PresetName }
  readonly fields: FieldChoice
  /** Whether the CRM is made to send what happens to them. */
  readonly webhooks: boolean
  /** After so long a run reads everything, and not only what changed since the one before it; null for never. */
  readonly wholeReadEveryMs: number | null
  /** How late the CRM may show a change: once in so long a run reads again from that long before. */
  readonly trailingMs: number
  /** Most records of an object that one read may find deleted. */
  readonly maxDeletes: Amount
  readonly after: readonly string[]
  /** When it runs by itself. */
  readonly schedules: readonly Schedule[]
  /** As of a push. */
  readonly renamedFrom: string | null
}

export type Sync = PushSync | PullSync

export const syncTypes = ['push', 'pull'] as const satisfies readonly Sync['type'][]
export type SyncType = (typeof syncTypes)[number]
export type SyncOf<Type extends SyncType> = Extract<Sync, { readonly type: Type }>

export function isOf<Type extends SyncType>(type: Type, sync: Sync): sync is SyncOf<Type> {
  return sync.type === type
}

/** By which it may be known, the present one first: whoever takes its lease moves all to that; who only looks may come before. */
export function namesOf({
  name,
  renamedFrom,
}: Pick<Sync, 'name' | 'renamedFrom'>): readonly string[] {
  return renamedFrom === null ? [name] : [name, renamedFrom]
}
