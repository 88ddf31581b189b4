import { describe, expect, it } from 'vitest'
import { createBudgetBook } from './budget-book.ts'
import { createRollingWindow } from './rolling-window.ts'
import { createSimulatedClock, type SimulatedClock } from './simulated-clock.ts'

interface Arrival {
  readonly at: number
}

/** Sends requests without pause for `forMs`; the CRM sees each half a round trip after its send. */
async function saturate(
  clock: SimulatedClock,
  options: { max: number; windowMs: number; roundTripMs: number; forMs: number; workers: number },
): Promise<Arrival[]> {
  const budget = createRollingWindow(options, clock)
  const arrivals: Arrival[] = []
  const end = clock.monotonic() + options.forMs
  const worker = async (): Promise<void> => {
    while (clock.monotonic() < end) {
      const slot = await budget.acquire()
      if (clock.monotonic() >= end) return
      await clock.sleep(options.roundTripMs / 2)
      arrivals.push({ at: clock.monotonic() })
      await clock.sleep(options.roundTripMs / 2)
      slot.done()
    }
  }
  await clock.run(Promise.all(Array.from({ length: options.workers }, worker)))
  return arrivals
}

/** Most arrivals in any window, ends included. */
function worstWindow(arrivals: readonly Arrival[], windowMs: number): number {
  const times = arrivals.map((arrival) => arrival.at).toSorted((a, b) => a - b)
  let worst = 0
  for (let from = 0, to = 0; to < times.length; to++) {
    while ((times[to] ?? 0) - (times[from] ?? 0) > windowMs) from += 1
    worst = Math.max(worst, to - from + 1)
  }
  return worst
}

describe('rolling window', () => {
  for (const { roundTripMs, workers } of [
    { roundTripMs: 50, workers: 190 },
    { roundTripMs: 100, workers: 190 },
    { roundTripMs: 100, workers: 8 },
    { roundTripMs: 200, workers: 190 },
  ]) {
    it(`uses at least 98 % of 190 per 10 s at ${roundTripMs} ms and ${workers} workers, never more`, async () => {
      const clock = createSimulatedClock()
      const forMs = 600_000
      const options = { max: 190, windowMs: 10_000, roundTripMs, forMs, workers }
      const arrivals = await saturate(clock, options)
      expect(worstWindow(arrivals, 10_000)).toBeLessThanOrEqual(190)
      expect(arrivals.length / ((190 * forMs) / 10_000)).toBeGreaterThanOrEqual(0.98)
    })
  }

  it('frees a slot one window after its response, not after its send', async () => {
    const clock = createSimulatedClock()
    const budget = createRollingWindow({ max: 1, windowMs: 1_000 }, clock)
    const first = await budget.acquire()
    const second = budget.acquire().then(() => clock.monotonic())
    await clock.advance(5_000)
    first.done()
    await clock.run(second)
    expect(await second).toBe(6_000)
  })

  it('serves in the order of asking', async () => {
    const clock = createSimulatedClock()
    const budget = createRollingWindow({ max: 1, windowMs: 100 }, clock)
    const order: number[] = []
    const all = [1, 2, 3, 4].map(async (name) => {
      const slot = await budget.acquire()
      order.push(name)
      slot.done()
    })
    await clock.run(Promise.all(all))
    expect(order).toEqual([1, 2, 3, 4])
  })

  it('rejects an aborted wait with the signal’s reason and serves those behind it', async () => {
    const clock = createSimulatedClock()
    const budget = createRollingWindow({ max: 1, windowMs: 100 }, clock)
    const held = await budget.acquire()
    const stop = new AbortController()
    const aborted = budget.acquire(stop.signal)
    const behind = budget.acquire().then(() => 'served')
    stop.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    held.done()
    expect(await clock.run(behind)).toBe('served')
  })

  it('sleeps no more when the last waiter has left', async () => {
    const clock = createSimulatedClock()
    const budget = createRollingWindow({ max: 1, windowMs: 100 }, clock)
    ;(await budget.acquire()).done()
    const stop = new AbortController()
    const waiting = budget.acquire(stop.signal)
    expect(clock.sleeping()).toBe(1)
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    expect(clock.sleeping()).toBe(0)
  })

  it('refuses a signal that is aborted already', async () => {
    const budget = createRollingWindow({ max: 1, windowMs: 100 }, createSimulatedClock())
    await expect(budget.acquire(AbortSignal.abort(new Error('late')))).rejects.toThrow('late')
    expect(await budget.acquire()).toBeDefined()
  })

  it('ignores a second done of the same slot', async () => {
    const clock = createSimulatedClock()
    const budget = createRollingWindow({ max: 1, windowMs: 100 }, clock)
    const slot = await budget.acquire()
    slot.done()
    slot.done()
    await clock.advance(100)
    await budget.acquire()
    let second = false
    void budget.acquire().then(() => {
      second = true
    })
    await clock.advance(0)
    expect(second).toBe(false)
  })

  it('lowers its count to what the CRM says is left, for one window', async () => {
    const clock = createSimulatedClock()
    const budget = createRollingWindow({ max: 10, windowMs: 1_000 }, clock)
    budget.correct(2)
    const granted: number[] = []
    const all = Array.from({ length: 5 }, async () => {
      await budget.acquire()
      granted.push(clock.monotonic())
    })
    await clock.run(Promise.all(all))
    expect(granted).toEqual([0, 0, 1_000, 1_000, 1_000])
  })

  it('never raises its count by what the CRM says', async () => {
    const clock = createSimulatedClock()
    const budget = createRollingWindow({ max: 1, windowMs: 1_000 }, clock)
    ;(await budget.acquire()).done(500)
    const next = budget.acquire().then(() => clock.monotonic())
    expect(await clock.run(next)).toBe(1_000)
  })

  it('does not take its own slots for foreign ones when they were freed during the request', async () => {
    const clock = createSimulatedClock()
    const budget = createRollingWindow({ max: 4, windowMs: 1_000 }, clock)
    for (let i = 0; i < 3; i++) (await budget.acquire()).done()
    await clock.advance(990)
    const late = await budget.acquire()
    await clock.advance(20)
    late.done(0)
    const granted = await Promise.all([budget.acquire(), budget.acquire(), budget.acquire()])
    expect(granted).toHaveLength(3)
  })

  it('learns of foreign requests by the remaining count of an answer', async () => {
    const clock = createSimulatedClock()
    const budget = createRollingWindow({ max: 4, windowMs: 1_000 }, clock)
    ;(await budget.acquire()).done(1)
    await budget.acquire()
    const next = budget.acquire().then(() => clock.monotonic())
    expect(await clock.run(next)).toBe(1_000)
  })

  it('grants nothing during a pause', async () => {
    const clock = createSimulatedClock()
    const budget = createRollingWindow({ max: 5, windowMs: 1_000 }, clock)
    budget.pause(300)
    budget.pause(100)
    const granted = budget.acquire().then(() => clock.monotonic())
    expect(await clock.run(granted)).toBe(300)
  })

  it('serves waiters at once when the window turns out larger', async () => {
    const clock = createSimulatedClock()
    const budget = createRollingWindow({ max: 1, windowMs: 1_000 }, clock)
    ;(await budget.acquire()).done()
    const waiting = budget.acquire().then(() => clock.monotonic())
    budget.resize(2)
    expect(await waiting).toBe(0)
  })

  it('shrinks for those that come after', async () => {
    const clock = createSimulatedClock()
    const budget = createRollingWindow({ max: 5, windowMs: 1_000 }, clock)
    ;(await budget.acquire()).done()
    budget.resize(Number.NaN)
    budget.resize(1)
    const next = budget.acquire().then(() => clock.monotonic())
    expect(await clock.run(next)).toBe(1_000)
  })
})

describe('budget book', () => {
  it('gives the same budget for the same name and another for another', () => {
    const book = createBudgetBook(createSimulatedClock())
    const limit = { max: 1, windowMs: 1 }
    expect(book.get('a', limit)).toBe(book.get('a', limit))
    expect(book.get('a', limit)).not.toBe(book.get('b', limit))
  })
})
