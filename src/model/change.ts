/**
 * What happened to one record of a CRM at one position of its source. Webhooks, reads and files all become
 * changes; the history of a record is a function of the set of its changes (promise 3).
 */
import type { ValueKind } from './value.ts'

/**
 * - `create`, `update`, `delete`: as the CRM tells them.
 * - `restore`: a deleted record is back.
 * - `merge`: the record went up in another one, `mergedInto`.
 * - `read`: the record was seen as it is.
 * - `gap`: something happened to the record and nobody knows what; it must be fetched.
 */
export const changeOps = ['create', 'update', 'delete', 'restore', 'merge', 'read', 'gap'] as const
export type ChangeOp = (typeof changeOps)[number]

/** By which way a change reached us. It never decides what becomes of it. */
export const changeOrigins = [
  'webhook',
  'read',
  'reconcile',
  'incremental',
  'backfill',
  'takeover',
  'replay',
  'gap',
] as const
export type ChangeOrigin = (typeof changeOrigins)[number]

/** How finely a CRM's timestamps tell instants apart, in microseconds. */
export const resolutions = {
  microsecond: 1n,
  millisecond: 1_000n,
  second: 1_000_000n,
  minute: 60_000_000n,
} as const
export type Resolution = keyof typeof resolutions

/** A value as canonical text of its kind (value.ts); it is never a null. */
export interface KnownValue {
  readonly kind: Exclude<ValueKind, 'unsupported'>
  readonly text: string
}

export interface Change {
  /** The same each time the change is received: by it what arrives twice counts once. */
  readonly id: string
  readonly object: string
  /** The CRM's id of the record. */
  readonly key: string
  readonly op: ChangeOp
  /**
   * What the change knows. `null` is a value, the empty one. What is not listed is not known to this
   * change and stays as it was: fields that it does not mention, and masked ones.
   */
  readonly fields: ReadonlyMap<string, KnownValue | null>
  /** False where the record is wholly known by this change and those before it. */
  readonly partial: boolean
  /** When it happened, by the CRM's clock: changes are sorted by it. Canonical `timestamp_tz`. */
  readonly eventAt: string
  /** What people are shown as the beginning of the version: the CRM's own timestamp. */
  readonly shownAt: string
  /** Order among changes of one instant, before `sequence`. */
  readonly rank: number
  /** Order that the source gives to changes of one instant; `0` where it gives none. */
  readonly sequence: bigint
  /** When the CRM told it, by the CRM's clock. */
  readonly observedAt: string
  readonly origin: ChangeOrigin
  /** The surviving record of a merge. */
  readonly mergedInto: string | null
}
