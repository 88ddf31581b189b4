/**
 * Promise 3: the history of a key is a function of the set of its changes. One seed is the same each time, a smaller one is of
 * the commit. Both are printed; `SYNCLINE_SEED` and `SYNCLINE_KEYS` play one again.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Chance } from '../../src/simulator/chance.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { seedOfCommit } from '../support/seed-of-commit.ts'
import { type Case, columns, drawCase, split, type Trait, traits } from '../history/cases.ts'
import { historyOf, type OracleChange, type OracleVersion } from '../history/oracle.ts'
import { byKeyAndStart, openPulledObject, type PulledObject } from '../history/pulled-object.ts'

const asked = process.env['SYNCLINE_SEED']
const keysAsked = process.env['SYNCLINE_KEYS']
const fixed = { seed: 20_261_121, keys: Number(keysAsked ?? 10_000) }
const seeds =
  asked === undefined
    ? [fixed, { seed: seedOfCommit(), keys: Math.ceil(fixed.keys / 5) }]
    : [{ ...fixed, seed: Number(asked) }]
const batches = 4
/** Little at once: what wholly known versions need is folded by itself only where a load touches no other. */
const singly = { seed: fixed.seed + 1, keys: 8, batches: 32 }

interface Drawn {
  readonly seed: number
  readonly keys: number
  readonly cases: readonly Case[]
  readonly once: readonly OracleChange[]
  readonly arriving: readonly (readonly OracleChange[])[]
  readonly expected: readonly OracleVersion[]
}

function draw({ seed, keys }: Pick<Drawn, 'seed' | 'keys'>, parts = batches): Drawn {
  const chance = new Chance(seed)
  const cases = Array.from({ length: keys }, (_, at) => drawCase(chance, `k${at}`))
  const once = cases.flatMap(({ changes }) => changes)
  const doubled = once.filter(() => chance.happens(0.2))
  const arriving = split(chance, inArrival(chance, [...once, ...doubled]), parts)
  const names = columns.map(({ name }) => name)
  const expected = historyOf(once, names).toSorted(byKeyAndStart)
  return { seed, keys, cases, once, arriving, expected }
}

const drawn = seeds.map((one) => draw(one))

describe.each(drawn)(
  'the cases of seed $seed',
  ({ seed, keys, cases, once, arriving, expected }) => {
    it('have each trait in at least a fifth of them', () => {
      const late = lateKeys(arriving)
      const shares = traits.map((trait): readonly [Trait, number] => {
        const having = cases.filter(({ changes, traits: own }) =>
          trait === 'late' ? late.has(changes[0]?.key ?? '') : own.has(trait),
        )
        return [trait, having.length / keys]
      })
      const told = shares.map(([trait, share]) => `${trait} ${Math.round(share * 100)} %`)
      process.stderr.write(
        `convergence: seed ${seed}, ${keys} keys, ${once.length} changes, ${expected.length} versions; ${told.join(', ')}\n`,
      )
      expect(shares.filter(([, share]) => share < 0.2)).toEqual([])
      const counts = cases.map(({ changes }) => changes.length)
      expect([Math.min(...counts), Math.max(...counts)]).toEqual([2, 40])
    })
  },
)

const plays = warehouseNames.flatMap((name) =>
  [...drawn, draw(singly, singly.batches)].map((one) => ({ name, ...one })),
)

describe.each(plays)('on $name, changes of seed $seed in any order and batches', (play) => {
  const { name, seed, keys, once, arriving, expected } = play
  let object: PulledObject

  const folded: Record<string, number> = { new: 0, next: 0, late: 0 }

  beforeAll(async () => {
    object = await openPulledObject(name, columns)
    for (const batch of arriving) {
      const { keys: counts } = await object.load(batch)
      for (const [kind, count] of Object.entries(counts)) folded[kind] = (folded[kind] ?? 0) + count
    }
  })

  afterAll(() => object.close())

  it('are folded in each of the three ways', () => {
    // How many are folded in which way depends on where the batches are cut.
    const least = seed === fixed.seed ? keys / 5 : 0
    for (const count of Object.values(folded)) expect(count).toBeGreaterThan(least)
  })

  it('give one history, that of the oracle', async () => {
    expect(firstDifference(await object.history(), expected)).toBeNull()
  })

  it('give the same rows by a view as by a table', async () => {
    expect(firstDifference(await object.history('view'), expected)).toBeNull()
  })

  it('give the same when all of it is loaded again', async () => {
    const before = await object.kept()
    expect(await object.load(once)).toMatchObject({ received: once.length, added: 0 })
    expect(firstDifference(await object.kept(), before)).toBeNull()
  })

  it('give what a fold of the whole log gives, down to what the fold keeps for itself', async () => {
    const before = await object.kept()
    expect(firstDifference(await object.rebuilt(3), before)).toBeNull()
  })
})

/** The changes of every other key in order, as a stream that loses and delays nothing has them; else by chance. */
function inArrival(chance: Chance, changes: readonly OracleChange[]): readonly OracleChange[] {
  const latest = changes.reduce((last, { eventAt }) => (eventAt > last ? eventAt : last), '')
  const placed = changes.map((change) => {
    const isInOrder = Number(change.key.slice(1)) % 2 === 0
    const share = new Date(change.eventAt).getTime() - new Date('2026-03-01T10:00:00Z').getTime()
    const whole = new Date(latest).getTime() - new Date('2026-03-01T10:00:00Z').getTime()
    return { change, at: isInOrder ? share / whole : chance.next() }
  })
  return placed.toSorted((a, b) => a.at - b.at).map(({ change }) => change)
}

/** Keys with a change that arrives in a batch after a later one's. */
function lateKeys(lists: readonly (readonly OracleChange[])[]): ReadonlySet<string> {
  const newest = new Map<string, string>()
  const late = new Set<string>()
  for (const list of lists) {
    for (const { key, eventAt } of list) if (eventAt < (newest.get(key) ?? '')) late.add(key)
    for (const { key, eventAt } of list) {
      if (eventAt > (newest.get(key) ?? '')) newest.set(key, eventAt)
    }
  }
  return late
}

/** Where two lists of a hundred thousand rows differ first; null where they don't. */
function firstDifference(found: readonly unknown[], wanted: readonly unknown[]): unknown {
  const length = Math.max(found.length, wanted.length)
  for (let at = 0; at < length; at += 1) {
    const [one, other] = [found[at], wanted[at]]
    if (JSON.stringify(one) !== JSON.stringify(other)) return { at, found: one, wanted: other }
  }
  return null
}
