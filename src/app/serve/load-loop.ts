/** Loads what was received soon after it was, for as long as a server runs. */
import type { Clock } from '../../model/clock.ts'
import { type Loaded, type Loader, nothing } from '../pull/event-loader.ts'
import { isWaiting } from '../waits.ts'

/** What arrives within this time is loaded together. */
const gatherMs = 500
/** How long it waits before it looks again without being woken, after so many passes that got stuck. */
const lookAgainMs = [5_000, 10_000, 30_000, 60_000] as const

export interface LoadListener {
  /** Told when loading begins to fail, and with null when it works again. */
  readonly onTrouble: (trouble: unknown) => void
  /** Told of each load that took entries out of the journal. */
  readonly onLoaded: (loaded: Loaded) => void
}

export interface LoadLoop {
  /** Something was received. */
  wake(): void
  /** Resolves when the load at work has ended. */
  ended: Promise<void>
}

export function startLoadLoop(
  loader: Loader,
  clock: Clock,
  signal: AbortSignal,
  { onTrouble, onLoaded }: LoadListener,
): LoadLoop {
  let woken = Promise.withResolvers<void>()
  const stopped = aborted(signal)
  const ended = (async () => {
    let stuck = 0
    let isFailing = false
    while (!signal.aborted) {
      const loaded = await loader.loadWaiting().catch(failedWhole)
      const { trouble, isDone } = outcomeOf(loaded)
      if (trouble === null && isFailing) onTrouble(null)
      if (trouble !== null && !isFailing) onTrouble(trouble)
      if (loaded.entries > 0) onLoaded(loaded)
      isFailing = trouble !== null
      stuck = isDone ? 0 : stuck + 1
      const pause = isDone ? null : (lookAgainMs[stuck - 1] ?? lookAgainMs.at(-1))
      await Promise.race([
        ...(pause === null || pause === undefined ? [] : [clock.sleep(pause, signal)]),
        woken.promise,
        stopped,
      ]).catch(() => undefined)
      woken = Promise.withResolvers<void>()
      await clock.sleep(gatherMs, signal).catch(() => undefined)
    }
  })()
  return { wake: () => woken.resolve(), ended }
}

function failedWhole(error: unknown): Loaded {
  return { ...nothing, isInDoubt: false, failed: new Map([['', error]]) }
}

/** What is in doubt is asked for again. */
function outcomeOf({ failed, isInDoubt }: Pick<Loaded, 'failed' | 'isInDoubt'>): {
  readonly trouble: unknown
  readonly isDone: boolean
} {
  const trouble = [...failed.values()].find((error) => !isWaiting(error)) ?? null
  return { trouble, isDone: failed.size === 0 && !isInDoubt }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
