import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BudgetRecord, BudgetShare, BudgetSlots, BudgetTurn } from '../model/budget.ts'
import { newBudget, ownershipMs, takeTurn } from './budget-turn.ts'

const noon = Date.UTC(2024, 0, 31, 12)
const windowMs = 10_000
const requestMs = 30_000
const all = Number.MAX_SAFE_INTEGER
const nobody = () => false

function turnOf(owner: string, rest: Partial<BudgetTurn> = {}): BudgetTurn {
  return {
    budget: 'burst',
    limit: { max: 10, windowMs },
    owner,
    after: 0,
    need: all,
    busy: 0,
    givesBack: [],
    learnedMax: null,
    requestMs,
    at: noon,
    ...rest,
  }
}

/** Takes turns one after the other, and gives the answer to the last. */
function after(...turns: readonly BudgetTurn[]): { record: BudgetRecord; share: BudgetShare } {
  const [first, ...others] = turns
  if (first === undefined) throw new Error('no turn')
  return others.reduce(
    ({ record }, turn) => takeTurn(record, turn, nobody),
    takeTurn(newBudget(first), first, nobody),
  )
}

function held(record: BudgetRecord): Readonly<Record<string, number>> {
  return Object.fromEntries(record.owners.map((one) => [one.owner, one.held]))
}

function count(slots: readonly BudgetSlots[]): number {
  return slots.reduce((sum, one) => sum + one.count, 0)
}

describe('a turn in a budget', () => {
  it('gives the first owner everything, to be used at once', () => {
    const { share, record } = after(turnOf('a'))
    expect(share).toEqual({
      turn: 1,
      isNew: true,
      granted: [{ freeAt: noon, count: 10 }],
      surplus: 0,
      max: 10,
      validUntil: noon + ownershipMs,
    })
    expect(held(record)).toEqual({ a: 10 })
  })

  it('tells who holds more than its share what others lack, and nobody else', () => {
    const first = turnOf('a', { after: 1 })
    expect(after(turnOf('a'), turnOf('b'), first).share.surplus).toBe(5)
    expect(after(turnOf('a'), turnOf('b', { need: 2 }), first).share.surplus).toBe(2)
    expect(after(turnOf('a'), turnOf('b')).share).toMatchObject({ granted: [], surplus: 0 })
  })

  it('hands on what is given back with the time from which it may be used, the soonest first', () => {
    const givesBack = [
      { freeAt: noon + 900, count: 2 },
      { freeAt: noon + 400, count: 2 },
    ]
    const { share } = after(
      turnOf('a'),
      turnOf('b', { need: 4 }),
      turnOf('a', { after: 1, givesBack }),
      turnOf('b', { after: 1, need: 4 }),
    )
    expect(share.granted).toEqual([
      { freeAt: noon + 400, count: 2 },
      { freeAt: noon + 900, count: 2 },
    ])
  })

  it('leaves what is under way to others when it can no longer count', () => {
    const givesBack = [{ freeAt: noon + 400, count: 7 }]
    const { record } = after(turnOf('a'), turnOf('a', { after: 1, need: 0, givesBack }))
    expect(record.owners).toEqual([])
    expect(record.unowned).toEqual([
      { freeAt: noon + 400, count: 7 },
      { freeAt: noon + requestMs + windowMs, count: 3 },
    ])
  })

  it('frees what a silent owner held once its last request can no longer count', () => {
    const before = after(turnOf('a')).record
    const late = (at: number) => takeTurn(before, turnOf('b', { at }), nobody)
    expect(late(noon + ownershipMs - 1).share.granted).toEqual([])
    expect(late(noon + ownershipMs).share.granted).toEqual([
      { freeAt: noon + ownershipMs + requestMs + windowMs, count: 10 },
    ])
    expect(held(late(noon + ownershipMs).record)).toEqual({ b: 10 })
  })

  it('frees at once what an owner that is gone did not use, and the rest after a window', () => {
    const before = after(turnOf('a'), turnOf('a', { after: 1, busy: 3 })).record
    const { share } = takeTurn(before, turnOf('b', { at: noon + 50 }), (owner) => owner === 'a')
    expect(share.granted).toEqual([
      { freeAt: noon + 50, count: 7 },
      { freeAt: noon + 50 + windowMs, count: 3 },
    ])
  })

  it.each([ownershipMs, ownershipMs + windowMs / 2, ownershipMs + windowMs, 3_600_000])(
    'knows one that is gone from one that is only silent, %d ms after its last turn',
    (later) => {
      const before = after(turnOf('a'), turnOf('a', { after: 1, busy: 3 })).record
      const at = noon + later
      const { share } = takeTurn(before, turnOf('b', { at }), (owner) => owner === 'a')
      // It began nothing after its ownership had ended.
      const usedUntil = noon + ownershipMs + windowMs
      expect(share.granted).toEqual(
        usedUntil > at
          ? [
              { freeAt: at, count: 7 },
              { freeAt: usedUntil, count: 3 },
            ]
          : [{ freeAt: at, count: 10 }],
      )
    },
  )

  it('lets an owner go on that was silent while nobody asked', () => {
    const { share, record } = after(turnOf('a'), turnOf('a', { after: 1, at: noon + 60_000 }))
    expect(share).toMatchObject({ turn: 2, isNew: false, granted: [] })
    expect(held(record)).toEqual({ a: 10 })
  })

  it('begins anew with an owner that was taken for dead, or whose last answer was lost', () => {
    const later = noon + ownershipMs
    const dead = after(
      turnOf('a'),
      turnOf('b', { at: later }),
      turnOf('a', { after: 1, at: later }),
    )
    expect(dead.share).toMatchObject({ isNew: true, granted: [] })
    const astray = after(turnOf('a'), turnOf('a', { after: 1 }), turnOf('a', { after: 1 }))
    expect(astray.share).toMatchObject({
      isNew: true,
      granted: [{ freeAt: noon + requestMs + windowMs, count: 10 }],
    })
  })

  it('ignores what is given back by an owner that was taken for dead', () => {
    const givesBack = [{ freeAt: noon, count: 4 }]
    const { record } = after(
      turnOf('a'),
      turnOf('b', { at: noon + ownershipMs }),
      turnOf('a', { after: 1, at: noon + ownershipMs, givesBack }),
    )
    expect(held(record)).toEqual({ a: 0, b: 10 })
  })

  it('grows by free slots and shrinks by those that are given back', () => {
    const grown = after(turnOf('a'), turnOf('a', { after: 1, learnedMax: 15 }))
    expect(grown.share).toMatchObject({ max: 15, granted: [{ freeAt: noon, count: 5 }] })
    const shrunk = after(turnOf('a'), turnOf('a', { after: 1, learnedMax: 6 }))
    expect(shrunk.share).toMatchObject({ max: 6, granted: [], surplus: 4 })
    const givesBack = [{ freeAt: noon, count: 4 }]
    const done = takeTurn(shrunk.record, turnOf('a', { after: 2, givesBack }), nobody)
    expect(done.record).toMatchObject({ max: 6, unowned: [] })
    expect(held(done.record)).toEqual({ a: 6 })
  })

  it('keeps what the CRM said until another limit is declared', () => {
    const learned = after(turnOf('a', { learnedMax: 15 }), turnOf('b'))
    expect(learned.share.max).toBe(15)
    const declared = after(
      turnOf('a', { learnedMax: 15 }),
      turnOf('b', { limit: { max: 8, windowMs } }),
    )
    expect(declared.share.max).toBe(8)
    const same = takeTurn(declared.record, turnOf('a', { after: 1 }), nobody)
    expect(same.share).toMatchObject({ max: 8, surplus: 11 })
  })

  it('is not kept waiting by what a clock wrote that was ahead by a day', () => {
    const day = 86_400_000
    const leaves = turnOf('a', {
      after: 1,
      at: noon + day,
      need: 0,
      givesBack: [{ freeAt: noon + day + 1, count: 10 }],
    })
    const { share } = after(turnOf('a', { at: noon + day }), leaves, turnOf('b'))
    expect(share.granted.at(-1)?.freeAt).toBeLessThanOrEqual(noon + 60_000 + requestMs + windowMs)
  })

  it('keeps owned and unowned slots at the maximum, whoever takes turns in whatever order', () => {
    interface Step {
      readonly owner: string
      readonly need: number
      readonly part: number
      readonly passMs: number
      readonly answerArrives: boolean
    }
    const step: fc.Arbitrary<Step> = fc.record({
      owner: fc.constantFrom('a', 'b', 'c'),
      need: fc.constantFrom(0, 1, 4, all),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
      passMs: fc.constantFrom(0, 500, 6_000),
      answerArrives: fc.boolean(),
    })
    const property = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let record = newBudget(turnOf('a'))
      let at = noon
      const known = new Map<string, { turn: number; held: number }>()
      for (const { owner, need, part, passMs, answerArrives } of steps) {
        at += passMs
        const own = known.get(owner) ?? { turn: 0, held: 0 }
        const back = Math.floor(own.held * part)
        const givesBack = back === 0 ? [] : [{ freeAt: at + 100, count: back }]
        const turn = turnOf(owner, { after: own.turn, need, givesBack, at })
        const change = takeTurn(record, turn, nobody)
        record = change.record
        const inRow = record.owners.reduce((sum, one) => sum + one.held, 0)
        expect(inRow + count(record.unowned)).toBe(record.max)
        if (!answerArrives) continue
        const { isNew, granted, turn: number } = change.share
        const kept = isNew ? 0 : own.held - back
        const now =
          need === 0 ? { turn: 0, held: 0 } : { turn: number, held: kept + count(granted) }
        known.set(owner, now)
        const inStore = record.owners.find((one) => one.owner === owner)?.held ?? 0
        expect(now.held).toBe(inStore)
      }
    })
    fc.assert(property)
  })
})
