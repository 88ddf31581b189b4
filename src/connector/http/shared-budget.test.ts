import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newBudget, ownershipMs, takeTurn } from '../../ledger/budget-turn.ts'
import type { BudgetRecord, BudgetShare, BudgetTurn } from '../../model/budget.ts'
import type { Clock } from '../../model/clock.ts'
import { createSharedBudget, type SharedBudget } from './shared-budget.ts'
import { createSimulatedClock, type SimulatedClock } from './simulated-clock.ts'

/** The memory that processes share, with a way to it that takes time and may fail. */
class Memory {
  record: BudgetRecord | null = null
  turns = 0
  isReachable = true
  /** Turns count, and whoever took them never learns of it. */
  losesAnswers = false
  readonly #clock: Clock
  readonly #wayMs: () => number

  constructor(clock: Clock, wayMs: () => number = () => 1) {
    this.#clock = clock
    this.#wayMs = wayMs
  }

  async takeTurn(turn: BudgetTurn): Promise<BudgetShare> {
    await this.#clock.sleep(this.#wayMs())
    if (!this.isReachable) throw new Error('not reachable')
    const { record, share } = takeTurn(this.record ?? newBudget(turn), turn, () => false)
    this.record = record
    this.turns += 1
    await this.#clock.sleep(this.#wayMs())
    if (this.losesAnswers) throw new Error('no answer')
    return share
  }

  heldBy(owner: string): number {
    return this.record?.owners.find((one) => one.owner === owner)?.held ?? 0
  }
}

const requestMs = 4_000

function join(
  memory: Memory,
  clock: Clock,
  owner: string,
  limit: { max: number; windowMs: number },
): SharedBudget {
  return createSharedBudget('burst', limit, {
    clock,
    owner,
    requestMs,
    takeTurn: (turn) => memory.takeTurn(turn),
  })
}

interface Process {
  readonly workers: number
  readonly from: number
  readonly until: number
  /** Ends without a word instead of leaving. */
  readonly killed: boolean
}

interface World {
  readonly max: number
  readonly windowMs: number
  readonly processes: readonly Process[]
  /** From the send to the response. */
  readonly roundTripMs: () => number
  readonly wayMs: () => number
}

/** When the CRM received a request, of all processes together. */
async function arrivals(clock: SimulatedClock, world: World): Promise<readonly number[]> {
  const memory = new Memory(clock, world.wayMs)
  const received: number[] = []
  const send = async (): Promise<void> => {
    const ms = world.roundTripMs()
    await clock.sleep(ms / 2)
    received.push(clock.monotonic())
    await clock.sleep(ms / 2)
  }
  const live = async (process: Process, index: number): Promise<void> => {
    await clock.sleep(process.from)
    // A killed process neither sends nor takes turns from its end on.
    const end = new AbortController()
    const own: Clock = process.killed ? mortal(clock, end.signal) : clock
    const budget = join(memory, own, `p${index}`, world)
    const worker = async (): Promise<void> => {
      while (!end.signal.aborted) {
        const slot = await budget.acquire(end.signal).catch(() => null)
        if (slot === null || end.signal.aborted) return
        await send()
        if (process.killed && end.signal.aborted) return
        slot.done()
      }
    }
    const working = Promise.all(Array.from({ length: process.workers }, worker))
    await clock.sleep(process.until - process.from)
    end.abort()
    if (process.killed) return
    await working
    await budget.leave()
  }
  await clock.run(Promise.all(world.processes.map(live)))
  return received.toSorted((a, b) => a - b)
}

/** A clock whose sleepers never wake after the end. */
function mortal(clock: Clock, end: AbortSignal): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const ifAlive = (settle: () => void) => () => {
          if (!end.aborted) settle()
        }
        clock
          .sleep(ms, signal)
          .then(ifAlive(resolve), (error: unknown) => ifAlive(() => reject(error))())
      }),
  }
}

/** Most arrivals in any window, ends included. */
function worstWindow(times: readonly number[], windowMs: number): number {
  let worst = 0
  for (let from = 0, to = 0; to < times.length; to++) {
    while ((times[to] ?? 0) - (times[from] ?? 0) > windowMs) from += 1
    worst = Math.max(worst, to - from + 1)
  }
  return worst
}

function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const burst = { max: 190, windowMs: 10_000 }

describe('several processes that share a budget', () => {
  for (const { count, workers } of [
    { count: 1, workers: 8 },
    { count: 4, workers: 8 },
    { count: 4, workers: 40 },
    { count: 7, workers: 8 },
  ]) {
    it(`use at least 98 % of it: ${count} of ${workers} workers each, and never more`, async () => {
      const clock = createSimulatedClock(1_700_000_000_000)
      const forMs = 300_000
      const processes = Array.from({ length: count }, (_, index) => ({
        workers,
        from: index * 150,
        until: forMs,
        killed: false,
      }))
      const times = await arrivals(clock, {
        ...burst,
        processes,
        roundTripMs: () => 50,
        wayMs: () => 5,
      })
      expect(worstWindow(times, burst.windowMs)).toBeLessThanOrEqual(burst.max)
      const steady = times.filter((time) => time >= 20_000 && time < 280_000).length
      expect(steady / ((burst.max * 260_000) / burst.windowMs)).toBeGreaterThanOrEqual(0.98)
    })
  }

  it('never send more than it allows, however they come, go, die and wait for their answers', async () => {
    const process = fc
      .record({
        workers: fc.integer({ min: 1, max: 12 }),
        from: fc.integer({ min: 0, max: 30_000 }),
        forMs: fc.integer({ min: 100, max: 20_000 }),
        killed: fc.boolean(),
      })
      .map(({ forMs, ...rest }) => ({ ...rest, until: rest.from + forMs }))
    const world = fc.record({
      max: fc.integer({ min: 1, max: 30 }),
      windowMs: fc.constantFrom(1_000, 10_000),
      processes: fc.array(process, { minLength: 1, maxLength: 6 }),
      seed: fc.integer(),
      slowest: fc.constantFrom(2, 100, requestMs),
      farthest: fc.constantFrom(1, 300, 7_000),
    })
    await fc.assert(
      fc.asyncProperty(world, async ({ seed, slowest, farthest, ...rest }) => {
        const chance = seeded(seed)
        const times = await arrivals(createSimulatedClock(1_700_000_000_000), {
          ...rest,
          roundTripMs: () => 1 + chance() * (slowest - 1),
          wayMs: () => chance() * farthest,
        })
        expect(worstWindow(times, rest.windowMs)).toBeLessThanOrEqual(rest.max)
      }),
      { numRuns: 60 },
    )
  })
})

describe('a process that shares a budget', () => {
  const small = { max: 10, windowMs: 1_000 }

  function world() {
    const clock = createSimulatedClock(1_700_000_000_000)
    const memory = new Memory(clock)
    return { clock, memory, join: (owner: string) => join(memory, clock, owner, small) }
  }

  /** Uses slots one after the other; each answer arrives at once. */
  async function send(budget: SharedBudget, requests: number, remaining?: number): Promise<void> {
    for (let sent = 0; sent < requests; sent++) (await budget.acquire()).done(remaining)
  }

  it('asks nobody for each request: one turn serves as many as the window holds', async () => {
    const { clock, memory, join: joined } = world()
    const budget = joined('a')
    await clock.run(send(budget, 10))
    expect(clock.monotonic()).toBe(2)
    expect(memory.turns).toBe(1)
  })

  it('gives everything back when it leaves, with the time from which it may be used', async () => {
    const { clock, memory, join: joined } = world()
    const budget = joined('a')
    await clock.run(send(budget, 4))
    await clock.run(budget.leave())
    expect(memory.record?.owners).toEqual([])
    const unowned = memory.record?.unowned ?? []
    expect(unowned.map(({ count }) => count)).toEqual([6, 4])
    const freeAfter = (unowned[1]?.freeAt ?? 0) - (unowned[0]?.freeAt ?? 0)
    expect(Math.abs(freeAfter - 1_000)).toBeLessThanOrEqual(10)
  })

  it('leaves by itself when it asks for no slot, and then has nothing to wake up for', async () => {
    const { clock, memory, join: joined } = world()
    const budget = joined('a')
    await clock.run(send(budget, 1))
    await clock.advance(3_000)
    expect(memory.record?.owners).toEqual([])
    expect(clock.sleeping()).toBe(0)
    await clock.run(send(budget, 1))
    expect(memory.heldBy('a')).toBe(10)
  })

  it('keeps what it holds while a request is under way', async () => {
    const { clock, memory, join: joined } = world()
    const slot = await clock.run(joined('a').acquire())
    await clock.advance(20_000)
    expect(memory.heldBy('a')).toBeGreaterThan(0)
    slot.done()
  })

  it('gives way to one that comes later, down to equal parts', async () => {
    const { clock, memory, join: joined } = world()
    const [first, second] = [joined('a'), joined('b')]
    await clock.run(send(first, 10))
    const both = Promise.all([send(first, 30), send(second, 30)])
    await clock.advance(2_000)
    expect([memory.heldBy('a'), memory.heldBy('b')]).toEqual([5, 5])
    await clock.run(both)
  })

  it('leaves to others what it does not use itself', async () => {
    const { clock, memory, join: joined } = world()
    const [idle, busy] = [joined('a'), joined('b')]
    const nowAndThen = async (): Promise<void> => {
      for (let sent = 0; sent < 20; sent++) {
        await send(idle, 1)
        await clock.sleep(600)
      }
    }
    const both = Promise.all([nowAndThen(), send(busy, 100)])
    await clock.advance(8_000)
    expect(memory.heldBy('b')).toBeGreaterThan(5)
    await clock.run(both)
  })

  it('serves each of more processes than there are slots', async () => {
    const clock = createSimulatedClock(1_700_000_000_000)
    const memory = new Memory(clock)
    const limit = { max: 2, windowMs: 1_000 }
    const all = Array.from({ length: 5 }, (_, index) => join(memory, clock, `p${index}`, limit))
    await clock.run(Promise.all(all.map((budget) => send(budget, 20))))
    const perfectMs = (5 * 20 * 1_000) / 2
    expect(clock.monotonic()).toBeLessThan(perfectMs * 2)
  })

  it('uses the slots of one that died when its last requests have left the window', async () => {
    const { clock, memory, join: joined } = world()
    const diedAt = clock.now()
    await clock.run(memory.takeTurn({ ...deadTurn, limit: small, at: diedAt }))
    await clock.run(send(joined('a'), 1))
    expect(clock.now() - diedAt).toBeGreaterThanOrEqual(ownershipMs + requestMs + small.windowMs)
  })

  it('never counts more as left than the CRM says', async () => {
    const { clock, join: joined } = world()
    const budget = joined('a')
    await clock.run(send(budget, 1, 3))
    const granted: number[] = []
    const one = async (): Promise<void> => {
      await budget.acquire()
      granted.push(clock.monotonic())
    }
    await clock.run(Promise.all(Array.from({ length: 4 }, one)))
    expect(granted.filter((time) => time < 100)).toHaveLength(3)
  })

  it('tells all others what the CRM says that the window holds', async () => {
    const { clock, memory, join: joined } = world()
    const [first, second] = [joined('a'), joined('b')]
    await clock.run(send(first, 1))
    first.resize(20)
    await clock.advance(10)
    expect(memory.record?.max).toBe(20)
    await clock.run(send(second, 11))
    expect(memory.record?.max).toBe(20)
  })

  it('holds a smaller window at once, before anybody else knows of it', async () => {
    const { clock, memory, join: joined } = world()
    const budget = joined('a')
    await clock.run(send(budget, 1))
    budget.resize(4)
    let sent = 0
    for (let asked = 0; asked < 10; asked++) {
      void budget.acquire().then(() => {
        sent += 1
      })
    }
    await clock.advance(900)
    expect(sent).toBeLessThanOrEqual(4)
    expect(memory.heldBy('a')).toBeLessThanOrEqual(4)
  })

  it('goes on as if alone while nobody can be asked, and shares again afterwards', async () => {
    const { clock, memory, join: joined } = world()
    memory.isReachable = false
    const budget = joined('a')
    await clock.run(send(budget, 20))
    expect(clock.monotonic()).toBeLessThan(1_100)
    memory.isReachable = true
    await clock.run(send(budget, 10))
    expect(memory.heldBy('a')).toBe(10)
  })

  it('lets what it sent alone leave the window before it shares again', async () => {
    const { clock, memory, join: joined } = world()
    memory.isReachable = false
    const budget = joined('a')
    const sent: number[] = []
    const one = async (): Promise<void> => {
      const slot = await budget.acquire()
      sent.push(clock.monotonic())
      slot.done()
    }
    const all = Promise.all(Array.from({ length: 30 }, one))
    await clock.advance(100)
    memory.isReachable = true
    await clock.run(all)
    expect(memory.heldBy('a')).toBe(10)
    expect(worstWindow(sent, small.windowMs - 1)).toBe(10)
  })

  it('keeps to a smaller window also while nobody can be asked', async () => {
    const { clock, memory, join: joined } = world()
    memory.isReachable = false
    const budget = joined('a')
    await clock.run(send(budget, 1))
    budget.resize(4)
    const held = await clock.run(budget.acquire())
    await clock.advance(3_000)
    const all = Array.from({ length: 10 }, () => budget.acquire())
    const granted = all.map(() => false)
    all.forEach((slot, index) => void slot.then(() => (granted[index] = true)))
    await clock.advance(100)
    expect(granted.filter(Boolean)).toHaveLength(3)
    held.done()
  })

  it('counts no slot that was out when others took it for dead', async () => {
    const { clock, memory, join: joined } = world()
    const [first, second] = [joined('a'), joined('b')]
    const slot = await clock.run(first.acquire())
    memory.isReachable = false
    await clock.advance(ownershipMs + 1_000)
    memory.isReachable = true
    ;(await clock.run(second.acquire())).done()
    await clock.run(second.leave())
    const sent: number[] = []
    const one = async (): Promise<void> => {
      const next = await first.acquire()
      sent.push(clock.monotonic())
      next.done()
    }
    const all = Promise.all(Array.from({ length: 40 }, one))
    await clock.advance(600)
    slot.done()
    await clock.run(all)
    expect(worstWindow(sent.slice(-30), small.windowMs - 1)).toBe(10)
  })

  it('keeps its part when nobody can be asked for a while', async () => {
    const { clock, memory, join: joined } = world()
    const [first, second] = [joined('a'), joined('b')]
    const both = Promise.all([send(first, 200), send(second, 200)])
    await clock.advance(3_000)
    memory.isReachable = false
    await clock.advance(20_000)
    memory.isReachable = true
    await clock.advance(2_000)
    expect([memory.heldBy('a'), memory.heldBy('b')]).toEqual([5, 5])
    await clock.run(both)
  })

  it('loses nothing by a turn whose answer never arrives but the time that its slots must rest', async () => {
    const { clock, memory, join: joined } = world()
    const budget = joined('a')
    const sending = send(budget, 60)
    await clock.advance(1_200)
    memory.losesAnswers = true
    await clock.advance(1_000)
    memory.losesAnswers = false
    await clock.run(sending)
    const { owners, unowned, max } = memory.record ?? newBudget({ ...deadTurn, limit: small })
    const slots = [...owners.map(({ held }) => held), ...unowned.map(({ count }) => count)]
    expect(slots.reduce((sum, count) => sum + count, 0)).toBe(max)
  })
})

const deadTurn: BudgetTurn = {
  budget: 'burst',
  limit: burst,
  owner: 'dead',
  after: 0,
  need: 1_000,
  busy: 0,
  givesBack: [],
  learnedMax: null,
  requestMs,
  at: 0,
}
