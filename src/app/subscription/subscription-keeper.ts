/**
 * Sees to the webhooks of one connection: they are made, looked at and made anew, and what may have been lost is
 * read before anyone asks. Of several processes one does; the others only ask whether it still does.
 */
import type { Clock } from '../../model/clock.ts'
import type { Subscription } from '../../model/subscription.ts'
import { type CaughtUp, catchUp } from './catch-up.ts'
import { planSubscriptions, requireWritable } from './make-subscriptions.ts'
import { newProcessName } from '../process-name.ts'
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

export class SubscriptionKeeper {
  readonly connection: string
  readonly #workspace: Workspace
  readonly #target: SubscribedConnection
  readonly #clock: Clock
  readonly #signal: AbortSignal
  readonly #turns: SubscriptionTurns
  #trouble: unknown = null
  #failures = 0
  /** Monotonic. */
  #nextLookAt = 0
  #pausedUntil = 0

  constructor(
    workspace: Workspace,
    target: SubscribedConnection,
    clock: Clock,
    signal: AbortSignal,
    receives: () => boolean,
  ) {
    this.connection = target.connection.name
    // Webhooks are loaded under the process's own name: whoever holds the sync keeps the other waiting.
    this.#workspace = { ...workspace, owner: newProcessName() }
    this.#target = target
    this.#clock = clock
    this.#signal = signal
    this.#turns = new SubscriptionTurns({
      workspace: this.#workspace,
      target,
      clock,
      receives,
      // Nobody knows what happened while no process received.
      onBegun: (holes, before, at) =>
        holes.interrupted(before === null ? null : at - before.receivedAt),
    })
  }

  /** Nobody received for so long. */
  interrupted(ms: number): void {
    this.#turns.holes.interrupted(ms)
  }

  async turn(): Promise<KeepingPass> {
    requireWritable(this.#target)
    const turn = await this.#turns.take()
    if (turn === 'begun') this.#nextLookAt = this.#now()
    if (turn === 'theirs' || this.#now() < this.#pausedUntil) {
      return { created: [], removed: [], caughtUp: [], trouble: this.#trouble, nextIn: turnMs }
    }
    const looked = await this.#look()
    const read = await this.#catchUp()
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

  async #look(): Promise<Pick<KeepingPass, 'created' | 'removed'> & Failed> {
    if (this.#now() < this.#nextLookAt) return nothing
    try {
      const plan = await planSubscriptions(this.#workspace, this.#target)
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

  async #catchUp(): Promise<Pick<KeepingPass, 'caughtUp'> & Failed> {
    const caughtUp: CaughtUp[] = []
    const failed: unknown[] = []
    const { holes } = this.#turns
    for (const sync of this.#target.pulls) {
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
