import { expect, it } from 'vitest'
import { ledgerErrors } from '../../ledger/errors.ts'
import type { Clock } from '../../model/clock.ts'
import { patiently } from './patiently.ts'

const busy = ledgerErrors.busy({ message: 'held' })
const going = new AbortController().signal

/** Its time passes by sleeping alone. */
function quickClock(): Clock {
  let now = 0
  return {
    now: () => now,
    monotonic: () => now,
    sleep: (ms) => {
      now += ms
      return Promise.resolve()
    },
  }
}

/** Busy so many times, then done. */
function held(times: number): {
  readonly work: () => Promise<string>
  readonly tries: () => number
} {
  let tries = 0
  return {
    tries: () => tries,
    work: () => {
      tries += 1
      return tries > times ? Promise.resolve('done') : Promise.reject(busy)
    },
  }
}

it('waits for what is free again in time', async () => {
  const { work, tries } = held(3)
  expect(await patiently(work, quickClock(), (ms) => ms < 1_000, going)).toBe('done')
  expect(tries()).toBe(4)
})

it.each([
  ['in time', 1_000, 6],
  ['at all', 0, 1],
])('tells who holds it when that does not let go %s', async (_how, patienceMs, tries) => {
  const never = held(Number.POSITIVE_INFINITY)
  await expect(patiently(never.work, quickClock(), (ms) => ms < patienceMs, going)).rejects.toBe(
    busy,
  )
  expect(never.tries()).toBe(tries)
})

it('waits for nothing else, and not when it is stopped', async () => {
  const broken = new Error('no disk')
  const clock = quickClock()
  const always = (): boolean => true
  await expect(patiently(() => Promise.reject(broken), clock, always, going)).rejects.toBe(broken)
  const { work, tries } = held(3)
  await expect(patiently(work, clock, always, AbortSignal.abort())).rejects.toBe(busy)
  expect(tries()).toBe(1)
})
