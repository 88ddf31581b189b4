/** Rate budgets: slots have one owner or none, whoever takes turns at once. */
import assert from 'node:assert/strict'
import type { Ledger } from '../../ledger/ledger.ts'
import type { BudgetRecord, BudgetShare, BudgetTurn } from '../../model/budget.ts'
import { type LedgerCase, noon } from './conformance.ts'

const windowMs = 10_000
const requestMs = 30_000
const nobody = () => false

function turnOf(owner: string, rest: Partial<BudgetTurn> = {}): BudgetTurn {
  return {
    budget: 'crm:burst:app',
    limit: { max: 100, windowMs },
    owner,
    after: 0,
    need: 100,
    busy: 0,
    givesBack: [],
    learnedMax: null,
    requestMs,
    at: noon,
    ...rest,
  }
}

function granted({ granted: slots }: BudgetShare): number {
  return slots.reduce((sum, { count }) => sum + count, 0)
}

/** Owned and unowned together. */
function slotsIn(record: BudgetRecord | undefined): number {
  const owned = record?.owners.reduce((sum, { held }) => sum + held, 0) ?? 0
  return record?.unowned.reduce((sum, { count }) => sum + count, owned) ?? 0
}

/** Takes turns until it holds its share, giving back at once what it is told to. */
async function settled(ledger: Ledger, owner: string, after = 0): Promise<BudgetShare> {
  const share = await ledger.takeBudgetTurn(turnOf(owner, { after }), nobody)
  if (share.surplus === 0) return share
  const givesBack = [{ freeAt: noon + 700, count: share.surplus }]
  return ledger.takeBudgetTurn(turnOf(owner, { after: share.turn, givesBack }), nobody)
}

export const budgetCases: readonly LedgerCase[] = [
  {
    name: 'a budget is made by the first turn in it, which gives all its slots',
    async check(place) {
      const ledger = await place.open()
      assert.deepEqual(await ledger.budgets(), [])
      const share = await ledger.takeBudgetTurn(turnOf('worker-1'), nobody)
      assert.equal(share.isNew, true)
      assert.deepEqual(share.granted, [{ freeAt: noon, count: 100 }])
      assert.deepEqual(await ledger.budgets(), [
        {
          budget: 'crm:burst:app',
          declaredMax: 100,
          max: 100,
          windowMs,
          owners: [
            {
              owner: 'worker-1',
              held: 100,
              busy: 0,
              need: 100,
              turn: 1,
              validUntil: share.validUntil,
              requestMs,
            },
          ],
          unowned: [],
        },
      ])
    },
  },
  {
    name: 'slots change hands between two openings with the time from which they may be used',
    async check(place) {
      const [first, second] = [await place.open(), await place.open()]
      await settled(first, 'worker-1')
      assert.equal(granted(await settled(second, 'worker-2')), 0)
      assert.equal((await settled(first, 'worker-1', 1)).surplus, 0)
      const share = await settled(second, 'worker-2', 1)
      assert.deepEqual(share.granted, [{ freeAt: noon + 700, count: 50 }])
    },
  },
  {
    name: 'of many turns at once each is taken in full, and no slot has two owners',
    async check(place) {
      const ledgers = [await place.open(), await place.open()]
      const names = Array.from({ length: 12 }, (_, index) => `worker-${index}`)
      const shares = await Promise.all(
        names.map((name, index) => settled(ledgers[index % 2] as Ledger, name)),
      )
      const [record] = await (ledgers[0] as Ledger).budgets()
      assert.deepEqual(record?.owners.map(({ owner }) => owner).toSorted(), names.toSorted())
      assert.equal(slotsIn(record), 100)
      assert.ok(shares.every((share) => share.isNew || share.turn > 1))
    },
  },
  {
    name: 'owners that are gone hold nothing, and neither do those that were silent too long',
    async check(place) {
      const ledger = await place.open()
      const first = await ledger.takeBudgetTurn(turnOf('worker-1', { busy: 40 }), nobody)
      const second = turnOf('worker-2', { at: noon + 1 })
      const share = await ledger.takeBudgetTurn(second, (owner) => owner === 'worker-1')
      assert.deepEqual(share.granted, [
        { freeAt: noon + 1, count: 60 },
        { freeAt: noon + 1 + windowMs, count: 40 },
      ])
      const again = turnOf('worker-1', { after: first.turn, at: noon + 2 })
      assert.equal((await ledger.takeBudgetTurn(again, nobody)).isNew, true)
      const late = turnOf('worker-3', { at: noon + 60_000 })
      assert.equal(granted(await ledger.takeBudgetTurn(late, nobody)), 100)
    },
  },
  {
    name: 'what the CRM says of a budget is known to all, until another limit is declared',
    async check(place) {
      const [first, second] = [await place.open(), await place.open()]
      await first.takeBudgetTurn(turnOf('worker-1', { learnedMax: 190 }), nobody)
      assert.equal((await second.takeBudgetTurn(turnOf('worker-2'), nobody)).max, 190)
      assert.equal(slotsIn((await second.budgets())[0]), 190)
      const limit = { max: 50, windowMs: 1_000 }
      assert.equal((await second.takeBudgetTurn(turnOf('worker-3', { limit }), nobody)).max, 50)
      const [record] = await first.budgets()
      assert.equal(record?.declaredMax, 50)
      assert.equal(record?.windowMs, 1_000)
    },
  },
  {
    name: 'budgets of two names share nothing, and are listed by name',
    async check(place) {
      const ledger = await place.open()
      await ledger.takeBudgetTurn(turnOf('worker-1', { budget: 'b' }), nobody)
      const other = await ledger.takeBudgetTurn(turnOf('worker-2', { budget: 'a' }), nobody)
      assert.equal(granted(other), 100)
      assert.deepEqual(
        (await ledger.budgets()).map(({ budget }) => budget),
        ['a', 'b'],
      )
    },
  },
  {
    name: 'who leaves gives back what it says, and the rest when that can no longer count',
    async check(place) {
      const ledger = await place.open()
      await ledger.takeBudgetTurn(turnOf('worker-1'), nobody)
      const givesBack = [{ freeAt: noon + 700, count: 98 }]
      await ledger.takeBudgetTurn(turnOf('worker-1', { after: 1, need: 0, givesBack }), nobody)
      const [record] = await ledger.budgets()
      assert.deepEqual(record?.owners, [])
      assert.deepEqual(record?.unowned, [
        { freeAt: noon + 700, count: 98 },
        { freeAt: noon + requestMs + windowMs, count: 2 },
      ])
    },
  },
]
