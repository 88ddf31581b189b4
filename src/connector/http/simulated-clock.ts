/**
 * A clock for tests that stands still until it is told to move. Sleepers wake in the order of their
 * time; between two of them everything that is already decided gets to run.
 */
import type { Clock } from '../../model/clock.ts'

export interface SimulatedClock extends Clock {
  /** Moves time on by `ms`, waking who is due on the way. */
  advance(ms: number): Promise<void>
  /** Moves from sleeper to sleeper until the promise is settled; fails when nobody sleeps any more. */
  run<T>(promise: Promise<T>): Promise<T>
  /** How many sleeps are pending. */
  sleeping(): number
}

interface Sleeper {
  readonly at: number
  wake(): void
}

/** Starts at monotonic 0, which is `epoch` on the wall. */
export function createSimulatedClock(epoch = 0): SimulatedClock {
  let time = 0
  const sleepers = new Set<Sleeper>()

  const due = (until: number): Sleeper[] => {
    const first = Math.min(...[...sleepers].map((sleeper) => sleeper.at))
    return first > until ? [] : [...sleepers].filter((sleeper) => sleeper.at === first)
  }
  const step = async (until: number): Promise<boolean> => {
    await decided()
    const woken = due(until)
    for (const sleeper of woken) {
      time = sleeper.at
      sleeper.wake()
    }
    if (woken.length > 0) await decided()
    return woken.length > 0
  }

  return {
    now: () => epoch + time,
    monotonic: () => time,
    sleeping: () => sleepers.size,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason)
          return
        }
        const leave = (): void => {
          sleepers.delete(sleeper)
          reject(signal?.reason)
        }
        const sleeper: Sleeper = {
          at: time + Math.max(0, ms),
          wake: () => {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', leave)
            resolve()
          },
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', leave, { once: true })
      }),
    async advance(ms) {
      const end = time + ms
      while (await step(end));
      time = end
    },
    async run(promise) {
      let settled = false
      const done = (): void => {
        settled = true
      }
      promise.then(done, done)
      await decided()
      while (!settled) {
        const moved = await step(Number.MAX_VALUE)
        if (!moved && !settled) throw new Error('nobody sleeps, and the promise is not settled')
      }
      return promise
    },
  }
}

/** One turn of the event loop: every promise that is decided by now has run its continuations. */
function decided(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
