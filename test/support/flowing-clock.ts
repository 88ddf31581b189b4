/**
 * A simulated clock that flows by itself: whoever sleeps wakes at once, in the order of waking
 * times, and time has moved there. Real work (databases on their threads) takes no time on it.
 */
import type { Clock } from '../../src/model/clock.ts'
import { Turns } from './turns.ts'

interface Sleeper {
  readonly at: number
  readonly order: number
  wake(): void
}

export interface FlowingClock extends Clock {
  /** Moves time on without waking anybody early. */
  pass(ms: number): void
}

/** Time stands still while somebody has a turn. */
export function createFlowingClock(epoch: number, turns = new Turns()): FlowingClock {
  let time = 0
  let order = 0
  let pumping = false
  const sleepers: Sleeper[] = []
  const pump = (): void => {
    if (!turns.idle) {
      turns.onIdle(() => setImmediate(pump))
      return
    }
    sleepers.sort((a, b) => a.at - b.at || a.order - b.order)
    const next = sleepers.shift()
    if (next === undefined) {
      pumping = false
      return
    }
    time = Math.max(time, next.at)
    next.wake()
    setImmediate(pump)
  }
  return {
    now: () => epoch + Math.floor(time),
    monotonic: () => time,
    pass: (ms) => {
      time += ms
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason)
          return
        }
        order += 1
        sleepers.push({ at: time + Math.max(0, ms), order, wake: resolve })
        if (pumping) return
        pumping = true
        setImmediate(pump)
      }),
  }
}
