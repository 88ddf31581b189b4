/** What a CRM is asked to send by itself: webhooks, each of one object's records, to one address. */

/** User and password that the CRM tells of itself; the password is null where the CRM doesn't show it. */
export interface SubscriptionAuth {
  readonly user: string
  readonly password: string | null
}

/** A subscription that there should be. */
export interface WantedSubscription {
  /** An object's name, as configuration writes it. */
  readonly object: string
  /** What people find it by in the CRM, and we ours. */
  readonly name: string
  /** May end in a secret (promise 8). */
  readonly url: string
  /** Null where the address alone is the secret. */
  readonly auth: SubscriptionAuth | null
}

/** One that there is, as the CRM shows it. */
export interface Subscription {
  /** The CRM's own. */
  readonly id: string
  readonly name: string
  /** May end in a secret (promise 8). */
  readonly url: string
  readonly auth: SubscriptionAuth | null
  /** Null where it tells of several objects, or of one that can't be pulled. */
  readonly object: string | null
  /** Whether it tells of everything that happens to them, in the form that is read here. */
  readonly tellsAll: boolean
  readonly isActive: boolean
  /** Null where nothing was delivered yet, as far as the CRM tells. */
  readonly lastDelivery: Delivery | null
}

export interface Delivery {
  /** By the CRM's clock, a canonical instant; null where it tells none. */
  readonly at: string | null
  /** The HTTP status of our answer; null where there was none. */
  readonly status: number | null
}

/** How a CRM goes about deliveries that fail. */
export interface DeliveryTerms {
  /** Where the vendor says so. */
  readonly source: string
  /** How long it goes on trying to deliver an event. One that failed so long never comes. */
  readonly triesForMs: number
  /** How long it sends nothing, and keeps nothing, once too much has failed. */
  readonly silentForMs: number
  /** How often to look at the subscriptions, as a look has its price: more often than it is silent. */
  readonly lookEveryMs: number
}

/** What is remembered of one of ours: no secret is in it. */
export type KeptSubscription = Pick<Subscription, 'id' | 'lastDelivery'> &
  Pick<WantedSubscription, 'object'>

/** A time whose events may have got lost (core/subscription/hole.ts). */
export interface Hole {
  /** Whether something may be lost for good, deletions among it; else the CRM still tries to deliver it. */
  readonly isLoss: boolean
  /** It goes on, as far as is known: the last delivery failed, or nobody could ask. */
  readonly isOpen: boolean
  /** While it is open: when the CRM breaks the silence that it may have fallen into, in milliseconds since the epoch. */
  readonly silentUntil: number
  /** While it is open: whether changes, and then deletions, were read since it was found. */
  readonly changesRead: boolean
  readonly deletesRead: boolean
}

/** What is owed to an object of a pull: a read by one pull is none for another. */
export interface KeptHole extends Hole {
  readonly sync: string
  readonly object: string
}

/** What is owed there by now, by who knows of it; null for nothing. */
export interface ToldHole extends Pick<KeptHole, 'sync' | 'object'> {
  readonly hole: Hole | null
}

/** What the state knows of the subscriptions of one connection. Times are milliseconds since the epoch. */
export interface SubscriptionRecord {
  readonly connection: string
  /** The process that sees to them; null where none does. */
  readonly keeper: string | null
  /** Until when nobody takes its place; null where nobody has it. */
  readonly keptUntil: number | null
  /** When a keeper last said that it is there and receives; 0 for never. */
  readonly receivedAt: number
  /** When the CRM was last asked what there is; null for never. */
  readonly lookedAt: number | null
  readonly found: readonly KeptSubscription[]
}

/** One process's turn in seeing to the subscriptions of a connection. */
export interface SubscriptionTurn {
  readonly connection: string
  readonly owner: string
  /** Now, in milliseconds since the epoch. */
  readonly at: number
  /** For how long nobody takes its place, should it fall silent. */
  readonly ttlMs: number
  /** Whether it says that webhooks are received; otherwise the time of whoever said so last stays. */
  readonly receives: boolean
  /** What the CRM showed just now; null where it was not asked. */
  readonly found: readonly KeptSubscription[] | null
  /** What is owed now; what is not told of stays, as a process with other files may know of it. Null where all does. */
  readonly holes: readonly ToldHole[] | null
}
