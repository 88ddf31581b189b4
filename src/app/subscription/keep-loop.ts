/** Sees to the webhooks of every connection for as long as a server runs; none waits for another. */
import type { Clock } from '../../model/clock.ts'
import { type KeepingPass, SubscriptionKeeper } from './subscription-keeper.ts'
import type { SubscribedConnection } from './subscribed-connections.ts'
import type { Workspace } from '../workspace/workspace.ts'

export type { KeepingPass }

export interface KeepListener {
  /** Told when seeing to a connection's webhooks begins to fail, and with null when it works again. */
  readonly onTrouble: (trouble: unknown, connection: string) => void
  /** Told of each turn. */
  readonly onTurn: (pass: KeepingPass, connection: string) => void
}

export interface KeepLoop {
  /** Nobody received for so long, and somebody does again. */
  interrupted(ms: number): void
  /** Resolves when the turns at work have ended. */
  readonly ended: Promise<void>
}

export function startKeepLoop(
  workspace: Workspace,
  targets: readonly SubscribedConnection[],
  clock: Clock,
  signal: AbortSignal,
  receives: () => boolean,
  listener: KeepListener,
): KeepLoop {
  const options = { clock, signal, receives, isOnRequest: false }
  const keepers = targets.map((each) => new SubscriptionKeeper(workspace, each, options))
  const loops = keepers.map((keeper) => keep(keeper, clock, signal, listener))
  return {
    interrupted: (ms) => {
      for (const keeper of keepers) keeper.interrupted(ms)
    },
    ended: Promise.all(loops).then(() => undefined),
  }
}

/** After a turn that could not even be taken. */
const brokenMs = 60_000

async function keep(
  keeper: SubscriptionKeeper,
  clock: Clock,
  signal: AbortSignal,
  listener: KeepListener,
): Promise<void> {
  const tell = tellingOf(listener, keeper)
  let nextIn: number | null = 0
  while (nextIn !== null && !signal.aborted) {
    const pass: KeepingPass = await keeper.turn().catch(brokenBy)
    // What is cut off by the end of the server is no trouble.
    if (signal.aborted) break
    tell(pass)
    nextIn = pass.nextIn
    if (nextIn !== null) await clock.sleep(nextIn, signal).catch(() => undefined)
  }
  // A state that fails now has been told, and frees it by itself in time.
  await keeper.leave().catch(() => undefined)
}

/** Trouble is told when it begins and when it is over. */
export function tellingOf(
  { onTrouble, onTurn }: KeepListener,
  { connection }: Pick<SubscriptionKeeper, 'connection'>,
): (pass: KeepingPass) => void {
  let isFailing = false
  return (pass) => {
    const { trouble } = pass
    if (trouble === null && isFailing) onTrouble(null, connection)
    if (trouble !== null && !isFailing) onTrouble(trouble, connection)
    isFailing = trouble !== null
    onTurn(pass, connection)
  }
}

export function brokenBy(trouble: unknown): KeepingPass {
  return { created: [], removed: [], caughtUp: [], trouble, nextIn: brokenMs }
}
