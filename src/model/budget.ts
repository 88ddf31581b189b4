/**
 * A rate budget that several processes share: a window of `max` requests is `max` slots, of which each
 * has one owner or none. An owner uses a slot again and again, and tells nobody.
 */

/** So many slots that may be used from a time on. */
export interface BudgetSlots {
  /** Milliseconds since the epoch. */
  readonly freeAt: number
  readonly count: number
}

export interface BudgetLimit {
  readonly max: number
  readonly windowMs: number
}

/** One turn of an owner: what it needs and gives back, for what it then holds. */
export interface BudgetTurn {
  readonly budget: string
  /** As declared for the connection; what the CRM said of it since stands until this changes. */
  readonly limit: BudgetLimit
  readonly owner: string
  /** Number of the last turn whose answer arrived; 0 for none. */
  readonly after: number
  /** Slots it could make use of; 0 leaves the budget. */
  readonly need: number
  /** Of its slots those that are in use: their requests are under way or still in the window. */
  readonly busy: number
  readonly givesBack: readonly BudgetSlots[]
  /** What the CRM said that the window holds, where that is news. */
  readonly learnedMax: number | null
  /** How long a request may be under way. */
  readonly requestMs: number
  /** Milliseconds since the epoch. */
  readonly at: number
}

export interface BudgetShare {
  /** Number of this turn. */
  readonly turn: number
  /** The owner was not known, or was taken for dead: what it held before is no longer its own. */
  readonly isNew: boolean
  /** Slots that it holds from now on besides those it held. */
  readonly granted: readonly BudgetSlots[]
  /** Slots that it should give back, since others have a better claim to them. */
  readonly surplus: number
  /** What the window holds, for all owners together. */
  readonly max: number
  /** Until when it may use what it holds without another turn. Milliseconds since the epoch. */
  readonly validUntil: number
}

export interface BudgetOwner {
  readonly owner: string
  readonly held: number
  readonly busy: number
  readonly need: number
  /** Number of its last turn. */
  readonly turn: number
  readonly validUntil: number
  /** How long a request of its own may be under way. */
  readonly requestMs: number
}

/** Where a budget stands: the slots of all owners and those of none add up to `max`. */
export interface BudgetRecord {
  readonly budget: string
  /** The `max` that was declared, which the CRM's word may have replaced since. */
  readonly declaredMax: number
  readonly max: number
  readonly windowMs: number
  readonly owners: readonly BudgetOwner[]
  readonly unowned: readonly BudgetSlots[]
}
