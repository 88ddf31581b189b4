import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inward } from '../support/crashing.ts'
import { type KilledPulls, killPulls } from './kill-pulls.ts'
import { type Places, plainPlaces } from './places.ts'
import { callsOf, transitionsFrom } from './required-edges.ts'

/** Asked where a state is older than its warehouse, to name what was probably meant. */
const onlyForMessages = new Set(['ledger.leaseOf'])

/** Modules in which the work of a command begins. */
const entries = [
  'engine/pull/read/read-all',
  'engine/pull/events/replay',
  'engine/pull/events/load-events',
  'engine/pull/takeover/import-columns',
  'engine/pull/takeover/take-over',
  'app/pull/event-loader',
  'app/serve/desk',
  'app/pull/pull-sync',
  'app/run/acquire-lease',
  'app/run/run-under-lease',
  'app/subscription/make-subscriptions',
  'app/subscription/subscription-turns',
]

/** Transitions that no killed run comes to. */
const elsewhere = new Set([
  // A person's word.
  'pulling/cancellation',
  // An error of the run's own, which `reading` shows.
  'pulling/failure',
])

describe('a pull that is killed', () => {
  let places: Places
  let killed: KilledPulls
  beforeAll(async () => {
    places = plainPlaces()
    killed = await killPulls(places.next)
  }, 600_000)
  afterAll(() => places.close())

  it('is made good by the next run, whatever the edge', () => {
    expect(killed.wrong).toEqual([])
    expect(killed.deaths).toBeGreaterThan(100)
  })

  it('has an edge at every call that a pull makes through a seam', () => {
    const calls = new Set([...killed.passed].map((edge) => edge.split(' ')[0] ?? ''))
    const made = entries.flatMap((entry) => [...callsOf(`src/${entry}.ts`)])
    const missing = made.filter(
      (call) => ![calls, inward, onlyForMessages].some((known) => known.has(call)),
    )
    expect([...new Set(missing)].toSorted()).toEqual([])
  })

  it('has an edge at every transition that a pull can make', () => {
    const made = [...killed.passed].flatMap(
      (edge) => /transition (\S+) before$/.exec(edge)?.[1] ?? [],
    )
    const missing = transitionsFrom('pulling').filter(
      (each) => !made.includes(each) && !elsewhere.has(each),
    )
    expect(missing).toEqual([])
  })
})
