/**
 * Sees to the webhooks of a connection inside the requests for runs of its pulls, where a process works only while it is asked
 * to. That no process was there says nothing then: a webhook starts one. What tells that nothing was lost is the CRM, which
 * shows how its last delivery went, as long as it is asked before a silence that it fell into can be over.
 */
import type { Clock } from '../../model/clock.ts'
import { isOf } from '../../model/sync.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { brokenBy, type KeepListener, tellingOf } from './keep-loop.ts'
import type { SubscribedConnection } from './subscribed-connections.ts'
import { type KeepingPass, SubscriptionKeeper } from './subscription-keeper.ts'

interface Kept {
  readonly keeper: SubscriptionKeeper
  readonly tell: (pass: KeepingPass) => void
  /** The turn at work; null for none. */
  turn: Promise<void> | null
}

export class RequestKeepers {
  readonly #workspace: Workspace
  readonly #kept: ReadonlyMap<string, Kept>
  readonly #signal: AbortSignal

  constructor(
    workspace: Workspace,
    targets: readonly SubscribedConnection[],
    clock: Clock,
    signal: AbortSignal,
    listener: KeepListener,
  ) {
    this.#workspace = workspace
    this.#signal = signal
    const options = { clock, signal, receives: () => true, isOnRequest: true }
    this.#kept = new Map(
      targets.map((target) => {
        const keeper = new SubscriptionKeeper(workspace, target, options)
        return [keeper.connection, { keeper, tell: tellingOf(listener, keeper), turn: null }]
      }),
    )
  }

  /** Before a run of the sync: what is owed to it is read, whatever comes of that. */
  async before(name: string): Promise<void> {
    const sync = this.#workspace.project.syncs.find((one) => one.name === name)
    if (sync === undefined || !isOf('pull', sync)) return
    const kept = this.#kept.get(sync.crm)
    // Whoever is at it reads what it finds owed; a run need not wait for that.
    if (kept === undefined || kept.turn !== null) return
    kept.turn = this.#turn(kept, name).finally(() => {
      kept.turn = null
    })
    await kept.turn
  }

  /** Nobody received for so long. Resolves when that is in the state, or will be with the next turn here. */
  async interrupted(ms: number): Promise<void> {
    await Promise.all(
      [...this.#kept.values()].map(({ keeper, turn }) => keeper.outage(ms, turn !== null)),
    )
  }

  /** Resolves when no turn is at work. */
  async ended(): Promise<void> {
    await Promise.all([...this.#kept.values()].flatMap(({ turn }) => turn ?? []))
  }

  async #turn({ keeper, tell }: Kept, sync: string): Promise<void> {
    const pass = await keeper.turn(sync).catch(brokenBy)
    // A state that fails now has been told, and frees it by itself in time.
    await keeper.leave().catch(() => undefined)
    // What is cut off by the end of the server is no trouble.
    if (!this.#signal.aborted) tell(pass)
  }
}
