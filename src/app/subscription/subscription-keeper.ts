/**
 * Sees to the webhooks of one connection: they are made, looked at and made anew, and what may have been lost is
 * read before anyone asks. Of several processes one does; the others only ask whether it still does.
 */
import type { Clock } from '../../model/clock.ts'
import type { Subscription, SubscriptionRecord } from '../../model/subscription.ts'
import { type CaughtUp, catchUp } from './catch-up.ts'
import type { HoleBook } from './hole-book.ts'
import { planSubscriptions, requireWritable } from './make-subscriptions.ts'
import { UnknownPulls } from '../pull/unknown-pulls.ts'
import { anotherName } from '../process-name.ts'
import type { SubscribedConnection } from './subscribed-connections.ts'
import { SubscriptionTurns } from './subscription-turns.ts'
import { isWaiting } from '../waits.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** Between a process's turns; and where something is at work that it waits for. */
const turnMs = 60_000
const waitingMs = 10_000
/** How long it leaves the CRM alone after so many failures in a row. */
const pausesMs = [60_000, 120_000, 300_000, 600_000] as const
const longestPauseMs = 600_000

export interface KeepingPass {
  readonly created: readonly Subscription[]
  readonly removed: readonly Subscription[]
  readonly caughtUp: readonly CaughtUp[]
  /** What is wrong and does not pass by itself; null for nothing. */
  readonly trouble: unknown
  /** Milliseconds until the next turn; null where there is nothing left to see to. */
  readonly nextIn: number | null
}

const nothing = { created: [], removed: [], failed: [] }

interface Failed {
  readonly failed: readonly unknown[]
}

export interface KeeperOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Whether what is sent is received by this process. */
  readonly receives: () => boolean
  /** It works only while it is asked to: between its turns nobody is missed. */
  readonly isOnRequest: boolean
}

export class SubscriptionKeeper {
  readonly connection: string
  readonly #workspace: Workspace
  readonly #target: SubscribedConnection
  readonly #clock: Clock
  readonly #signal: AbortSignal
  readonly #turns: SubscriptionTurns
  readonly #unknown: UnknownPulls
  #trouble: unknown = null
  #failures = 0
  /** How long nobody received, as far as it is not in the state yet. */
  #outageMs = 0
  /** Monotonic. */
  #nextLookAt = 0
  #pausedUntil = 0

  constructor(
    workspace: Workspace,
    target: SubscribedConnection,
    { clock, signal, receives, isOnRequest }: KeeperOptions,
  ) {
    this.connection = target.connection.name
    // Webhooks are loaded under the process's own name: whoever holds the sync keeps the other waiting.
    this.#workspace = { ...workspace, owner: anotherName(workspace.owner) }
    this.#target = target
    this.#clock = clock
    this.#signal = signal
    this.#unknown = new UnknownPulls(workspace.project.syncs, clock.now())
    this.#turns = new SubscriptionTurns({
      workspace: this.#workspace,
      target,
      clock,
      receives,
      onBegun: (holes, before, at) =>
        isOnRequest ? this.#resume(holes, before, at) : this.#begin(holes, before, at),
    })
  }

  /** Nobody received for so long. */
  interrupted(ms: number): void {
    this.#turns.holes.interrupted(ms)
  }

  /** As `interrupted`, for one that is on request; resolves when it is in the state, or will be with the next turn. */
  async outage(ms: number, isAtWork: boolean): Promise<void> {
    if (ms < this.#target.terms.triesForMs) return
    this.#outageMs = Math.max(this.#outageMs, ms)
    try {
      if (isAtWork) await this.#noteOutage()
      else if ((await this.#turns.take()) !== 'theirs') await this.#turns.leave()
    } catch {
      // What can be received again can be written down a little later.
    }
  }

  /** Reads what is owed to this pull; to all of the connection where none is named. */
  async turn(pull: string | null = null): Promise<KeepingPass> {
    requireWritable(this.#target)
    if ((await this.#turns.take()) === 'theirs' || this.#now() < this.#pausedUntil) {
      return { created: [], removed: [], caughtUp: [], trouble: this.#trouble, nextIn: turnMs }
    }
    const looked = await this.#look()
    const read = await this.#catchUp(pull)
    const failed = [...looked.failed, ...read.failed]
    const trouble = failed.find((error) => !isWaiting(error)) ?? null
    this.#pauseAfter(trouble)
    const isDone = failed.length === 0 && this.#target.pulls.length === 0
    const nextIn = failed.length > 0 && trouble === null ? waitingMs : turnMs
    const { created, removed } = looked
    const { caughtUp } = read
    return { created, removed, caughtUp, trouble, nextIn: isDone ? null : nextIn }
  }

  /** Lets another process begin at once. */
  leave(): Promise<void> {
    return this.#turns.leave()
  }

  /** Nobody knows what happened while no process received. */
  #begin(holes: HoleBook, before: SubscriptionRecord | null, at: number): void {
    this.#nextLookAt = this.#now()
    holes.interrupted(before === null ? null : at - before.receivedAt)
  }

  /**
   * A webhook starts a process, so that none was there is no loss. What a look shows tells of the time before it, unless that is so
   * long that a silence has come and gone.
   */
  #resume(holes: HoleBook, before: SubscriptionRecord | null, at: number): void {
    const { lookEveryMs, silentForMs } = this.#target.terms
    const unlookedMs = before?.lookedAt === null || before === null ? null : at - before.lookedAt
    const isFresh = unlookedMs !== null && unlookedMs >= 0 && unlookedMs < lookEveryMs
    this.#nextLookAt = this.#now() + (isFresh ? lookEveryMs - unlookedMs : 0)
    if (unlookedMs === null || unlookedMs >= silentForMs) holes.interrupted(null)
    if (this.#outageMs > 0) holes.interrupted(this.#outageMs)
    this.#outageMs = 0
  }

  async #noteOutage(): Promise<void> {
    this.#turns.holes.interrupted(this.#outageMs)
    if (await this.#turns.note()) this.#outageMs = 0
  }

  async #look(): Promise<Pick<KeepingPass, 'created' | 'removed'> & Failed> {
    if (this.#now() < this.#nextLookAt) return nothing
    try {
      const plan = await planSubscriptions(this.#workspace, await this.#targetNow())
      const made = await this.#turns.make(plan)
      if (made === null) return nothing
      // Where another state's process made some at the same time, the next look finds them twice.
      const isSettled = made.created.length === 0
      this.#nextLookAt = this.#now() + (isSettled ? this.#target.terms.lookEveryMs : 0)
      return made
    } catch (error) {
      this.#turns.holes.looked(null, this.#clock.now())
      return { created: [], removed: [], failed: [error] }
    }
  }

  /** Who has newer files may want what these lack. */
  async #targetNow(): Promise<SubscribedConnection> {
    const areNone = await this.#unknown.areNone(await this.#workspace.ledger())
    return { ...this.#target, knowsAll: this.#target.knowsAll && areNone }
  }

  async #catchUp(pull: string | null): Promise<Pick<KeepingPass, 'caughtUp'> & Failed> {
    const caughtUp: CaughtUp[] = []
    const failed: unknown[] = []
    const { holes } = this.#turns
    const pulls = this.#target.pulls.filter(({ name }) => pull === null || name === pull)
    for (const sync of pulls) {
      const due = holes.due(sync, this.#clock.now())
      if (due.size === 0 || this.#signal.aborted) continue
      try {
        const read = await this.#turns.during(catchUp(this.#workspace, sync, due, this.#signal))
        for (const { object } of read.objects) holes.caughtUp(sync, object, this.#clock.now())
        // Only now, as what was read is in the warehouse: who dies in between reads it once more.
        await this.#turns.note()
        caughtUp.push(read)
        failed.push(...read.errors)
      } catch (error) {
        failed.push(error)
      }
    }
    return { caughtUp, failed }
  }

  #pauseAfter(trouble: unknown): void {
    this.#trouble = trouble
    this.#failures = trouble === null ? 0 : this.#failures + 1
    const pause = trouble === null ? 0 : (pausesMs[this.#failures - 1] ?? longestPauseMs)
    this.#pausedUntil = this.#now() + pause
  }

  #now(): number {
    return this.#clock.monotonic()
  }
}
