/**
 * One process's turns in seeing to a connection's webhooks, and with them what it owes for what they may have lost: both are in
 * the state at once, before anything is done about either, so that whoever comes next goes on with it.
 */
import type { Clock } from '../../model/clock.ts'
import type { SubscriptionPlan } from '../../core/subscription/decide-subscriptions.ts'
import type { Subscription, SubscriptionRecord } from '../../model/subscription.ts'
import { isGone } from '../process-name.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { HoleBook } from './hole-book.ts'
import { keptOf, type MadeSubscriptions, makeSubscriptions } from './make-subscriptions.ts'
import type { SubscribedConnection } from './subscribed-connections.ts'

/** Nobody takes the place of a process that was heard of within this time. */
const keepMs = 5 * 60_000

export interface TurnOptions {
  readonly workspace: Workspace
  readonly target: SubscribedConnection
  readonly clock: Clock
  /** Whether what is sent is received by this process. */
  readonly receives: () => boolean
  /** What it means that this process begins, after what was before: null for nobody. */
  readonly onBegun: (holes: HoleBook, before: SubscriptionRecord | null, at: number) => void
}

export class SubscriptionTurns {
  /** As of the last turn; those of others are forgotten with the next. */
  readonly holes: HoleBook
  readonly #options: TurnOptions
  #isOurs = false

  constructor(options: TurnOptions) {
    const { pulls, terms } = options.target
    this.holes = new HoleBook(pulls, terms)
    this.#options = options
  }

  /** Whether it is this process's turn, and whether the one before was, too. */
  async take(): Promise<'begun' | 'kept' | 'theirs'> {
    const isBegun = !this.#isOurs
    if (isBegun && !(await this.#begin())) return 'theirs'
    if (!(await this.note())) return 'theirs'
    return isBegun ? 'begun' : 'kept'
  }

  /** Writes down what is owed by now, and what a look found; false where another has taken over. */
  async note(found: readonly Subscription[] | null = null): Promise<boolean> {
    if (!this.#isOurs) return false
    const kept = found === null ? null : keptOf(found)
    const holes = this.holes.kept()
    return (await this.#write({ receives: this.#options.receives(), found: kept, holes })).isOurs
  }

  /** Makes and removes what a look planned; null where another has taken over. */
  async make(plan: SubscriptionPlan): Promise<MadeSubscriptions | null> {
    const { clock, target, workspace } = this.#options
    // Owed before anything is made: who makes it may not live to read.
    this.holes.looked(plan, clock.now())
    if (!(await this.note(plan.kept))) return null
    const made = await makeSubscriptions(workspace, target, plan)
    this.holes.made(made.created)
    await this.note(made.found)
    return made
  }

  /** Others wait for as long as the work takes. */
  async during<T>(work: Promise<T>): Promise<T> {
    const end = new AbortController()
    const prolonged = this.#prolong(end.signal).catch(() => undefined)
    try {
      return await work
    } finally {
      end.abort()
      await prolonged
    }
  }

  /** Lets another process begin at once. */
  async leave(): Promise<void> {
    if (!this.#isOurs) return
    this.#isOurs = false
    const { clock, receives, target, workspace } = this.#options
    const at = receives() ? clock.now() : null
    const ledger = await workspace.ledger()
    await ledger.leaveSubscriptions(target.connection.name, workspace.owner, at)
  }

  /** Nobody else says from here on that it receives, and what the time until now meant is not in the state yet. */
  async #begin(): Promise<boolean> {
    const { clock, onBegun, target, workspace } = this.#options
    const claim = await this.#write({ receives: false, found: null, holes: null })
    if (!claim.isOurs) return false
    const ledger = await workspace.ledger()
    const at = clock.now()
    this.holes.restore(await ledger.subscriptionHoles(target.connection.name), at)
    onBegun(this.holes, claim.before, at)
    return true
  }

  async #prolong(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#options.clock.sleep(keepMs / 3, signal)
      await this.note()
    }
  }

  async #write(
    told: Pick<Parameters<Ledger['keepSubscriptions']>[0], 'receives' | 'found' | 'holes'>,
  ): ReturnType<Ledger['keepSubscriptions']> {
    const { clock, target, workspace } = this.#options
    const { owner } = workspace
    const place = { connection: target.connection.name, owner, at: clock.now(), ttlMs: keepMs }
    const ledger = await workspace.ledger()
    const keeping = await ledger.keepSubscriptions({ ...place, ...told }, isGone)
    this.#isOurs = keeping.isOurs
    return keeping
  }
}

type Ledger = Awaited<ReturnType<Workspace['ledger']>>
