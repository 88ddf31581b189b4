/**
 * What a CRM must be to be pulled from. Like a connector, a source is one declarative object, and `open` gives the
 * handle that a run works with. A CRM that is pushed to and pulled from has both, with the same options.
 */
import type { z } from 'zod'
import type { Change, KnownValue, Resolution } from '../model/change.ts'
import type { FieldOption, ListElements } from '../model/field.ts'
import type { DeliveryTerms, Subscription, WantedSubscription } from '../model/subscription.ts'
import type { ValueKind } from '../model/value.ts'
import type {
  Account,
  BudgetUsage,
  EndpointCalls,
  HeldLimit,
  OpenContext,
  RateLimit,
} from './connector.ts'

/** An object whose records can be read: `deals`, in the singular `deal`. */
export interface ReadableObject {
  readonly name: string
  readonly singular: string
  readonly label: string
  /** Of the records' ids. */
  readonly keyKind: 'integer' | 'text'
  /** Whether lists since a time show what was deleted; where not, only a read of every record tells. */
  readonly listsDeleted?: boolean
  /** Fields that hold ids of records, and the object that these are of, as far as it is so in every account. */
  readonly references?: Readonly<Record<string, string>>
}

/**
 * One value of a record. Where the CRM nests values (an amount and its currency, an option and its label), each
 * of them is a field of its own, so that every column has one kind.
 */
export interface ReadableField {
  /** The CRM's own key of it, with a dot before the part where it is nested: `value`, `9dc8…7a.currency`. */
  readonly name: string
  /** What people call it; columns are named after it. */
  readonly label: string
  readonly kind: Exclude<ValueKind, 'unsupported'>
  /** Digits after the point, for `decimal`; absent: each value keeps its own. */
  readonly scale?: number
  readonly options?: readonly FieldOption[]
  /** For `json` whose values are lists: what these are made of. They are shown as tables of their own, too. */
  readonly elements?: ListElements
}

/** An object's metadata, read once per run. */
export interface SourceObject extends ReadableObject {
  /** The record's id is not among them. */
  readonly fields: readonly ReadableField[]
  /** How finely the records' own timestamps tell instants apart. */
  readonly resolution: Resolution
}

/** A record as it is in the CRM. */
export interface ReadRecord {
  readonly key: string
  /**
   * All fields of the object's metadata, empty ones as null; what is absent is not known, as if masked. What
   * the CRM shows and the metadata lacks is among them by its own key, as what it is.
   */
  readonly fields: ReadonlyMap<string, KnownValue | null>
  /** The record's own timestamp of its last change, a canonical instant; null where it has none. */
  readonly updatedAt: string | null
  /** Deleted and still shown, as from a recycle bin; `fields` are then those it had. */
  readonly isDeleted: boolean
}

export interface RecordPage {
  readonly records: readonly ReadRecord[]
  /** Where the next page begins; null behind the last one. */
  readonly next: string | null
  /**
   * An instant by the CRM's clock at which the page can not have been put together yet: what the
   * answer's `Date` says, less the time that the request took and the header's resolution.
   */
  readonly askedAt: string
}

export interface ListOptions {
  /** `next` of the page before; null for the first. */
  readonly after: string | null
  /**
   * Only records changed at or after this instant, deleted ones included where the CRM lists them;
   * null for every record that is there. Where the CRM can't tell, it is every record all the same.
   */
  readonly since: string | null
  readonly signal?: AbortSignal
}

/** What became of a record that was asked for by its id. */
export type FetchedRecord =
  | { readonly state: 'found'; readonly record: ReadRecord }
  /** No longer there; `mergedInto` where the CRM tells the survivor. */
  | { readonly state: 'gone'; readonly mergedInto: string | null }

export interface Fetched {
  /** One for each key that was asked for. */
  readonly records: ReadonlyMap<string, FetchedRecord>
  /** As in `RecordPage`. */
  readonly askedAt: string
}

/** An open connection to one account. Every method may throw `RequestFailure`; all may be repeated. */
export interface CrmReader {
  account(): Promise<Account>
  /** Throws `invalid` for an object that does not exist. */
  describe(object: string): Promise<SourceObject>
  /** A record that changes during the read may come twice. */
  list(object: SourceObject, options: ListOptions): Promise<RecordPage>
  fetch(
    object: SourceObject,
    keys: readonly string[],
    options: { readonly signal?: AbortSignal },
  ): Promise<Fetched>
  /** There where the source declares `subscriptions`. */
  readonly subscriptions?: Subscriptions
  /** As a connector's: what is used of budgets that the vendor counts over a longer time. */
  usage?(): Promise<readonly BudgetUsage[]>
  /** As a connector's: the limits of this connection, as far as is known by now. */
  limits?(): readonly HeldLimit[]
  /** What was asked of the CRM since `open`, for the run's report. */
  calls(): readonly EndpointCalls[]
  close(): Promise<void>
}

/** The webhooks that the CRM is asked to send. Every method may throw `RequestFailure`. */
export interface Subscriptions {
  /** All of the account, whoever made them. */
  list(): Promise<readonly Subscription[]>
  /** A second call makes a second one: who doesn't know what became of the first lists them. */
  create(wanted: WantedSubscription): Promise<Subscription>
  /** One that is gone already is deleted, too. */
  delete(id: string): Promise<void>
}

/**
 * What one event in the body of a webhook says.
 *
 * - `change`: what happened to a record of an object that is pulled.
 * - `irrelevant`: the event is understood, and tells of nothing that is pulled.
 * - `unreadable`: it is no event as the CRM is known to send them; it may be one that is not known yet.
 */
export type DecodedEvent =
  | {
      readonly state: 'change'
      readonly change: Change
      /** Id of the account that it happened in, as `account` gives it, where the event tells. */
      readonly account?: string
      /** What it names that its object's metadata lacks, beside fields: options, by any name. */
      readonly unforeseen?: readonly string[]
    }
  | {
      readonly state: 'irrelevant'
      readonly reason: string
      /** What it tells of, where the source has such an object, and it is not among those given. */
      readonly object?: string
    }
  | ({ readonly state: 'unreadable' } & EventRefusal)

/** Why an event is kept for a person to look at. */
export interface EventRefusal {
  /** Quotes nothing of the body. */
  readonly reason: string
  /** What of the body it is about: only for who may see the body. */
  readonly word?: string
}

/** How a CRM's webhooks are read. Whether a body comes from the CRM at all is not for it to say. */
export interface WebhookEvents {
  /**
   * Whether a body may be an event, in whatever form: what is none is refused, and never kept. Asked of each that is received, so
   * it parses nothing. Only for a CRM that shows that a delivery failed, or what it means by something new would be lost
   * (promise 1); absent: everything may be one.
   */
  mayTell?(body: Uint8Array): boolean
  /**
   * One entry for each event in the body, in its order; a body that can't be read is one `unreadable`. A
   * pure function: the same body gives the same changes whenever it is read. `objects` are those that are
   * pulled, by name, as `describe` gives them.
   */
  decode(
    body: string | Uint8Array,
    objects: ReadonlyMap<string, SourceObject>,
  ): readonly DecodedEvent[]
}

/**
 * Whether a webhook comes from whom it says. The names of headers are in lower case, the body is as it was sent, and `now` is
 * milliseconds since the epoch.
 */
export type VerifyWebhook = (
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: Uint8Array,
  now: number,
) => boolean

interface SourceDeclaration<Options> {
  readonly name: string
  /** One declaration: types, defaults, descriptions, secrets, JSON Schema. */
  readonly options: z.ZodType<Options>
  /** As the vendor documents them for the smallest plan. */
  readonly limits: readonly RateLimit[]
  /** What can be read, whatever the account. */
  readonly objects: readonly ReadableObject[]
  readonly timing: { readonly requestTimeoutMs: number }
  /** Null where the CRM sends no webhooks that tell of records. */
  readonly events: WebhookEvents | null
  /** False where nobody can be asked, and all that is known was sent. */
  readonly reads?: boolean
  /** Where a connection's options say what there is: takes the place of `objects` and `events`. */
  described?(options: Options): {
    readonly objects: readonly ReadableObject[]
    readonly events: WebhookEvents
  }
  /** How a sender of a connection's webhooks proves itself; without it by the server's own secrets. */
  signature?(options: Options): VerifyWebhook
}

/** A CRM whose webhooks people make, or that has none. */
export interface UnsubscribedSource<Options> extends SourceDeclaration<Options> {
  readonly subscriptions: null
  open(options: Options, context: OpenContext): CrmReader
}

/** A CRM that can be asked to send webhooks. */
export interface SubscribedSource<Options> extends SourceDeclaration<Options> {
  readonly subscriptions: DeliveryTerms
  open(options: Options, context: OpenContext): SubscribedReader
}

export interface SubscribedReader extends CrmReader {
  readonly subscriptions: Subscriptions
}

export type Source<Options> = UnsubscribedSource<Options> | SubscribedSource<Options>

/** Gives the declaration back, frozen. */
export function defineSource<Options>(source: SubscribedSource<Options>): SubscribedSource<Options>
export function defineSource<Options>(
  source: UnsubscribedSource<Options>,
): UnsubscribedSource<Options>
export function defineSource<Options>(source: Source<Options>): Source<Options> {
  return Object.freeze(source)
}
