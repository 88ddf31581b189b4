/** What a push does to one CRM record, and what became of it. */

export const operationKinds = ['create', 'update', 'delete'] as const
export type OperationKind = (typeof operationKinds)[number]

/** A CRM-side value in wire form; `null` is the CRM's empty. */
export type CrmValue = string | null

/** Per changed field: what we last sent, what is in the CRM, what it becomes. `undefined` is unknown. */
export interface FieldChange {
  readonly sent?: CrmValue
  readonly crm?: CrmValue
  readonly after: CrmValue
}

/** What happened to a field that was considered (baseline part c). */
export const dispositions = ['sent', 'skipped', 'conflict', 'unknown'] as const
export type Disposition = (typeof dispositions)[number]

export interface Operation {
  /** Position in the plan, from 1. */
  readonly sequence: number
  readonly kind: OperationKind
  /** The model's key as canonical text. */
  readonly key: string
  /** The CRM record; null for a create. */
  readonly remoteId: string | null
  readonly changes: Readonly<Record<string, FieldChange>>
}

/** Every record that enters a run leaves it with exactly one of these (promise 2). */
export const outcomeStatuses = [
  'delivered',
  'unchanged',
  'skipped',
  'rejected',
  'deferred',
] as const
export type OutcomeStatus = (typeof outcomeStatuses)[number]

export interface Outcome {
  readonly status: OutcomeStatus
  /** Dotted reason, e.g. `key.duplicate`; null where the status says it all. */
  readonly reason: string | null
  /** For people: the cause, with names and values. */
  readonly message: string | null
}
