/**
 * What a CRM must be. A connector is one declarative object; `open` gives the handle that a run
 * works with. The engine knows nothing of any vendor: what differs is declared here as data.
 */
import type { z } from 'zod'
import type { Clock, Random } from '../model/clock.ts'
import type { Field, ObjectSchema } from '../model/field.ts'
import type { CrmValue } from '../model/operation.ts'
import type { ReferenceList } from '../model/reference-list.ts'
import type { Bulk, BulkInput, BulkJobState, BulkLimits, BulkLoad, BulkTiming } from './bulk.ts'
import type { BudgetBook } from './http/budget.ts'
import type { EndpointCalls } from './http/calls.ts'
import type { Transport } from './http/transport.ts'
import type { CreateInput, UpdateInput, UpsertInput, WriteOptions, WriteResult } from './write.ts'

export { jobTooLarge } from './bulk.ts'
export type { Bulk, BulkInput, BulkJobState, BulkLimits, BulkLoad, BulkTiming, EndpointCalls }

/** A rate limit the vendor documents: at most `max` requests in any `windowMs`. */
export interface RateLimit {
  readonly name: string
  readonly max: number
  readonly windowMs: number
  /** The vendor's page that says so. */
  readonly source: string
}

/** A rate limit as it holds for one connection, by its options and by what answers told. */
export interface HeldLimit extends RateLimit {
  /** What the last answer said is left of it, to all that count against it; null where none told. */
  readonly left: number | null
  /** Name of the budget by which processes share it; null where there is none, or it is not asked for yet. */
  readonly budget: string | null
}

/** How much of a limit is used, by whomever the vendor counts together. */
export interface BudgetUsage {
  readonly name: string
  readonly used: number
  readonly max: number
  /** Milliseconds since the epoch; null where the vendor does not say. */
  readonly resetsAt: number | null
  /** When it was counted, in milliseconds since the epoch, where the vendor does not count for each answer; else null. */
  readonly countedAt: number | null
}

/** Most records one request may carry. */
export interface PageLimits {
  readonly read: number
  readonly create: number
  readonly update: number
  readonly upsert: number
  readonly delete: number
}

export interface Account {
  /** Portal, organisation or company id: what a baseline is bound to. */
  readonly id: string
  readonly name: string
  readonly timeZone: string | null
}

export interface RemoteRecord {
  /** The record's id now: the survivor's where the asked id was merged away. */
  readonly id: string
  /** The asked fields in wire form; every asked field that exists is present, empty ones as null. */
  readonly values: Readonly<Record<string, CrmValue>>
}

/** The current state of each asked id; ids of records that are gone are absent from the map. */
export type RecordsById = ReadonlyMap<string, RemoteRecord>

/**
 * Records found by a field's values; the key is the asked value as the caller gave it. An asked
 * value that no record holds is absent; one that several hold lists them all.
 */
export type RecordsByValue = ReadonlyMap<string, readonly RemoteRecord[]>

/**
 * Why a whole request failed. The classification is made once, at the connector's edge; what
 * follows from it is decided once, in core/delivery.
 *
 * - `throttled`: not applied; may be repeated after `retryAfterMs`.
 * - `exhausted`: a daily budget is used up; nothing more can be sent before `retryAfterMs`.
 * - `unavailable`: certainly not applied (connection refused, 503 before processing, lock).
 * - `unknown`: may have been applied (timeout, reset, 5xx, unreadable answer).
 * - `poisoned`: refused as a whole because of some input, or of values that a read asked for; none was
 *   applied. Bisect.
 * - `auth`: credentials or permissions; no request of this kind will pass.
 * - `invalid`: the request itself is wrong for every input (unknown object, unknown field).
 */
export const failureKinds = [
  'throttled',
  'exhausted',
  'unavailable',
  'unknown',
  'poisoned',
  'auth',
  'invalid',
] as const
export type FailureKind = (typeof failureKinds)[number]

/**
 * Thrown by every method of `Crm` when a request as a whole did not succeed. An aborted signal is
 * one too: `unavailable` when nothing was sent, `unknown` when something was.
 */
export class RequestFailure extends Error {
  readonly kind: FailureKind
  /** HTTP status, or null when there was no answer. */
  readonly status: number | null
  /** The vendor's own code or category, for people. */
  readonly reason: string
  readonly retryAfterMs: number | null
  readonly correlationId: string | null

  constructor(details: {
    kind: FailureKind
    message: string
    status?: number | null
    reason?: string
    retryAfterMs?: number | null
    correlationId?: string | null
    cause?: unknown
  }) {
    super(details.message, { cause: details.cause })
    this.name = 'RequestFailure'
    this.kind = details.kind
    this.status = details.status ?? null
    this.reason = details.reason ?? details.kind
    this.retryAfterMs = details.retryAfterMs ?? null
    this.correlationId = details.correlationId ?? null
  }
}

/** The reason of failures whose answer does not look like an API's: the address is wrong, or something stands before it. */
export const notTheApi = 'not_the_api'

/** A permission that is missing for a sync, and how to grant it. */
export interface MissingPermission {
  readonly permission: string
  readonly why: string
  readonly remedy: string
  /** The field that it hides or protects; absent where it is about the object, or more. */
  readonly field?: string
  /** The object that does not show at all without it. */
  readonly hides?: string
  /** Permissions of less, which whoever grants this one grants with it. */
  readonly includes?: readonly string[]
}

/** What pushes do with an object, as far as permissions go. Where they do none of it they only read. */
export interface PushNeeds {
  /** Names of the fields that they write. */
  readonly fields: readonly string[]
  /** Names of the fields that its records are found by, as parents or partners of others. */
  readonly finds: readonly string[]
  readonly creates: boolean
  readonly updates: boolean
  readonly deletes: boolean
  /** Its records are linked to others, or others to them, apart from fields. */
  readonly associates: boolean
  /** The lists that its fields refer to, as `references` takes them. */
  readonly lists: readonly string[]
}

/** Of who does nothing but read. */
export const readingNeeds: PushNeeds = {
  fields: [],
  finds: [],
  creates: false,
  updates: false,
  deletes: false,
  associates: false,
  lists: [],
}

/** One entry of a list the CRM keeps and other fields refer to (owners, pipelines, stages). */
export interface ReferenceEntry {
  readonly id: string
  /** Every name a person could mean it by, of those that the list declares: email, label, name. */
  readonly names: Readonly<Record<string, string>>
  /** For entries that belong to one of another list (a stage to its pipeline). */
  readonly parent?: { readonly list: string; readonly id: string }
}

export interface ReadOptions {
  readonly object: string
  readonly fields: readonly string[]
  readonly signal?: AbortSignal
}

/** Which associations are meant; `label` as people call it, null for any or the plain one. */
export interface AssociationKind extends Omit<WriteOptions, 'object'> {
  readonly from: string
  readonly to: string
  readonly label: string | null
}

export interface AssociationPair {
  readonly fromId: string
  readonly toId: string
}

/** What became of one pair; `unaccounted` may be added again, since adding twice is adding once. */
export type AssociationResult =
  | { readonly status: 'written' }
  | { readonly status: 'rejected'; readonly reason: string; readonly message: string }
  | { readonly status: 'unaccounted' }

/** Links between records, where a CRM keeps them apart from fields. */
export interface Associations {
  /**
   * Labels that associations from one object to another can have, as people call them; they compare
   * without case and outer blanks. Asked for anew each time, like all metadata.
   */
  labels(from: string, to: string): Promise<readonly string[]>
  /** Ids that each record leads to, by record id. An unknown label throws `invalid`. */
  read(
    ids: readonly string[],
    kind: AssociationKind,
  ): Promise<ReadonlyMap<string, readonly string[]>>
  /** One result per pair, in order. */
  add(
    pairs: readonly AssociationPair[],
    kind: AssociationKind,
  ): Promise<readonly AssociationResult[]>
  /** Removes the label, or the association where none is meant. Pairs that aren't there are ignored. */
  remove(pairs: readonly AssociationPair[], kind: AssociationKind): Promise<void>
}

/**
 * An open connection to one account of a CRM. Every method may throw `RequestFailure`; reads may be
 * repeated by anyone, writes are repeated only by the delivery loop. Inputs never exceed `pages`.
 */
export interface Crm {
  account(): Promise<Account>
  /** Names of all objects that can be pushed to, custom ones included. */
  objects(): Promise<readonly { readonly name: string; readonly label: string }[]>
  /** Field metadata. Throws `invalid` for an object that does not exist. */
  describe(object: string): Promise<ObjectSchema>
  /**
   * Whether two names are of one object of this account. Asks only where `objectKey` tells them apart and the account
   * may all the same know them as one; a name that nothing goes by is no other's.
   */
  sameObject(one: string, other: string): Promise<boolean>
  /** What pushes need of `object` and its lists, and this credential lacks. */
  missingPermissions(object: string, needs: PushNeeds): Promise<readonly MissingPermission[]>
  /** The named list (`owners`, `pipelines`, `stages`); `object` is whose pipelines are meant. */
  references(list: string, object: string): Promise<readonly ReferenceEntry[]>
  readById(ids: readonly string[], options: ReadOptions): Promise<RecordsById>
  /** Consistent lookup, sees every write made before it. Only fields with `lookup: true`. */
  readByValue(
    field: string,
    values: readonly string[],
    options: ReadOptions,
  ): Promise<RecordsByValue>
  /**
   * For each of these records the ids of those that people merged into it, through all merges since;
   * absent where there are none. Ids that are no record's own any more are absent, too.
   */
  absorbed(
    ids: readonly string[],
    options: Omit<ReadOptions, 'fields'>,
  ): Promise<ReadonlyMap<string, readonly string[]>>
  /**
   * For values that records had which people merged into others, the id of one that these went up in. Absent where
   * lookups by value follow merges, or the CRM keeps nothing of it.
   */
  mergedAway?(
    field: string,
    values: readonly string[],
    options: Omit<ReadOptions, 'fields'>,
  ): Promise<ReadonlyMap<string, string>>
  /** Lookup by any field through the CRM's search, whose index may lag behind writes. */
  search(field: string, values: readonly string[], options: ReadOptions): Promise<RecordsByValue>
  create(inputs: readonly CreateInput[], options: WriteOptions): Promise<readonly WriteResult[]>
  update(inputs: readonly UpdateInput[], options: WriteOptions): Promise<readonly WriteResult[]>
  upsert(inputs: readonly UpsertInput[], options: WriteOptions): Promise<readonly WriteResult[]>
  /** Archives or deletes. Where `accounts.delete` is false, `written` only means accepted. */
  delete(ids: readonly string[], options: WriteOptions): Promise<readonly WriteResult[]>
  /**
   * Creates a text field whose values the CRM keeps unique. Absent where the vendor lets nobody do
   * that by its API. A name that is taken throws `invalid`, also where that field is unique already.
   */
  createUniqueField?(
    object: string,
    field: { readonly name: string; readonly label: string },
  ): Promise<void>
  /**
   * What is used of the budgets that the vendor counts over a longer time, such as a day. Absent where
   * it tells nobody; empty where none applies to this credential.
   */
  usage?(): Promise<readonly BudgetUsage[]>
  /**
   * Throws `exhausted` where the answers so far tell that a further request would not fit into our part of a day. Absent
   * where all of the day is ours.
   */
  readonly requireDay?: () => void
  /** The limits of this connection, as far as is known by now. Absent where they are as the connector declares them. */
  limits?(): readonly HeldLimit[]
  /** Null where the CRM has none. */
  readonly associations: Associations | null
  /** There where the connector declares `bulk`. */
  readonly bulk?: Bulk
  /** What was asked of the CRM since `open`, for the run's report. */
  calls(): readonly EndpointCalls[]
  close(): Promise<void>
}

/** What `open` is given: everything a connection may touch of the outside. */
export interface OpenContext {
  readonly clock: Clock
  readonly random: Random
  readonly transport: Transport
  /** Shared by all connections of the process to the same account. */
  readonly budgets: BudgetBook
}

/** The field that a sync's records are told apart by where its match field can't do that. */
export interface OwnKey {
  readonly name: string
  readonly label: string
  /** How a person makes it, or any field like it, as an imperative clause. */
  readonly howToMake: string
}

export interface Connector<Options> {
  readonly name: string
  /** One declaration: types, defaults, descriptions, secrets, JSON Schema. */
  readonly options: z.ZodType<Options>
  /** As the vendor documents them for the smallest tier. */
  readonly limits: readonly RateLimit[]
  readonly pages: PageLimits
  readonly ownKey: OwnKey
  /** Null where the CRM takes no jobs. */
  readonly bulk: BulkLimits | null
  /** What `references` knows, and what its entries go by. */
  readonly lists: readonly ReferenceList[]
  /** Whether the CRM's answer accounts for each record of a write (else confirm by a read). */
  readonly accounts: Readonly<Record<'create' | 'update' | 'upsert' | 'delete', boolean>>
  /** How long a request may take before its fate is unknown, and how long until effects show. */
  readonly timing: { readonly requestTimeoutMs: number; readonly settlingMs: number }
  /**
   * What the CRM makes of a value of the field on arrival, by the field as `describe` gives it. Applied
   * twice it gives the same; where the exact form is not known, values that become one have one form.
   */
  normalise(field: Field, value: string): string
  /**
   * The same for all names by which the CRM takes an object, as far as that is known without asking it;
   * for comparing alone. Custom objects may have names that only the account knows.
   */
  objectKey(object: string): string
  open(options: Options, context: OpenContext): Crm
}
