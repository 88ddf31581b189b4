import { expect, it } from 'vitest'
import type { ConcludedBatch } from '../../ledger/ledger.ts'
import { lastConclusion } from './recover-state.ts'

function ledgerWith(batches: number) {
  const limits: number[] = []
  return {
    limits,
    concludedBatches: (_run: string, after: number, limit: number): Promise<ConcludedBatch[]> => {
      limits.push(limit)
      const conclusions = Array.from({ length: batches }, (_, index) => index + 1)
      const page = conclusions.filter((conclusion) => conclusion > after).slice(0, limit)
      return Promise.resolve(
        page.map((conclusion) => ({ number: conclusion, conclusion, outcomes: '[]', job: null })),
      )
    },
  }
}

it.each([
  [0, null],
  [1, 1],
  [20, 20],
  [95, 95],
])('the last of %i concluded batches is found page by page', async (batches, last) => {
  const ledger = ledgerWith(batches)
  expect(await lastConclusion(ledger, 'run')).toBe(last)
  expect(Math.max(...ledger.limits)).toBeLessThanOrEqual(100)
})
