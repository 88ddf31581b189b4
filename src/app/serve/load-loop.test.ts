import { describe, expect, it } from 'vitest'
import { ledgerErrors } from '../../ledger/errors.ts'
import type { Clock } from '../../model/clock.ts'
import { type Loaded, nothing } from '../pull/event-loader.ts'
import { startLoadLoop } from './load-loop.ts'

const none: Loaded = { ...nothing, isInDoubt: false, failed: new Map() }
const some: Loaded = { ...none, added: 1, entries: 2 }
const failing = (error: unknown): Loaded => ({ ...none, failed: new Map([['crm', error]]) })

/** Each pass gives the next of these, and the loop ends after the last; sleeps are told and take no time. */
async function play(
  passes: readonly (Loaded | Error)[],
  wakes = true,
): Promise<{
  readonly slept: readonly number[]
  readonly told: readonly unknown[]
  readonly loaded: number
}> {
  const stop = new AbortController()
  const slept: number[] = []
  const told: unknown[] = []
  let loaded = 0
  let pass = 0
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    sleep: (ms) => {
      slept.push(ms)
      return Promise.resolve()
    },
  }
  const loader = {
    loadWaiting: (): Promise<Loaded> => {
      const next = passes[pass]
      pass += 1
      if (pass === passes.length) stop.abort()
      if (wakes) loop.wake()
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next ?? none)
    },
  }
  const listener = {
    onTrouble: (trouble: unknown) => told.push(trouble),
    onLoaded: () => {
      loaded += 1
    },
  }
  // The first pass begins before there is a loop to wake.
  const later = { loadWaiting: () => Promise.resolve().then(loader.loadWaiting) }
  const loop = startLoadLoop(later, clock, stop.signal, listener)
  await loop.ended
  return { slept, told, loaded }
}

describe('the loop that loads', () => {
  it('gathers for half a second whatever it was woken for', async () => {
    expect(await play([some, some, none])).toEqual({ slept: [500, 500, 500], told: [], loaded: 2 })
  })

  it('looks again by itself, later and later, as long as it gets stuck', async () => {
    const busy = failing(ledgerErrors.busy({ message: 'held' }))
    const { slept, told } = await play([busy, busy, busy, busy, busy, none], false)
    expect(slept.filter((ms) => ms !== 500)).toEqual([5_000, 10_000, 30_000, 60_000, 60_000])
    expect(told).toEqual([])
  })

  it('looks again where records are in doubt', async () => {
    const { slept } = await play([{ ...some, isInDoubt: true }, none], false)
    expect(slept).toContain(5_000)
  })

  it('tells of trouble once, and of its end', async () => {
    const [first, second] = [new Error('no space'), new Error('no answer')]
    const { told } = await play([failing(first), second, none, none])
    expect(told).toEqual([first, null])
  })
})
