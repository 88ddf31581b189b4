import { describe, expect, it } from 'vitest'
import type { Guards } from '../../model/sync.ts'
import { breachedAtFirst, breachedGuards, type PlanTotals } from './guards.ts'

const nothing: PlanTotals = {
  creates: 0,
  updates: 0,
  deletes: 0,
  clears: 0,
  unchanged: 0,
  skipped: 0,
  rejected: 0,
  deferred: 0,
}

const guards: Guards = {
  maxChanges: { percent: 50 },
  maxClears: { rows: 3 },
  maxDeletes: { percent: 1 },
  failOnRejected: 0,
  allowEmptyModel: false,
}

describe('the guards', () => {
  it.each<readonly [string, Partial<PlanTotals>, number, readonly string[]]>([
    ['nothing to do', {}, 1000, []],
    ['exactly what is allowed', { updates: 500, clears: 3, deletes: 10 }, 1000, []],
    ['one update too many', { updates: 501 }, 1000, ['max_changes: 501 > 500']],
    ['one clear too many', { clears: 4 }, 1000, ['max_clears: 4 > 3']],
    ['one delete too many', { deletes: 11 }, 1000, ['max_deletes: 11 > 10']],
    [
      'too much of everything',
      { updates: 900, clears: 9, deletes: 99 },
      1000,
      ['max_changes: 900 > 500', 'max_clears: 9 > 3', 'max_deletes: 99 > 10'],
    ],
    ['any number of creates, which are growth', { creates: 1_000_000 }, 10, []],
    ['any number of rejections, which write nothing', { rejected: 1000, skipped: 1000 }, 10, []],
    ['one delete of few rows', { deletes: 1 }, 20, []],
    ['two deletes of few rows', { deletes: 2 }, 20, ['max_deletes: 2 > 1']],
    ['a fraction, which is rounded down', { updates: 2 }, 3, ['max_changes: 2 > 1']],
  ])('see %s', (_, totals, rows, breaches) => {
    const found = breachedGuards({ ...nothing, ...totals }, guards, rows)
    expect(found.map((each) => `${each.guard}: ${each.planned} > ${each.allowed}`)).toEqual(
      breaches,
    )
  })

  it.each<readonly [string, Partial<PlanTotals>, number]>([
    ['creates and updates', { creates: 1000, updates: 1000 }, 0],
    [
      'as many clears as there are for the records found',
      { updates: 25, unchanged: 5, clears: 3 },
      0,
    ],
    ['one clear too many for the records found', { updates: 25, unchanged: 5, clears: 4 }, 1],
    [
      'two clears beside creates, which are no records found',
      { creates: 99, updates: 2, clears: 2 },
      1,
    ],
  ])('see at first %s', (_, totals, breaches) => {
    const tenth = { ...guards, maxClears: { percent: 10 } }
    expect(breachedAtFirst({ ...nothing, ...totals }, tenth)).toHaveLength(breaches)
  })

  it.each([{ percent: 0 }, { rows: 0 }])('of %j allow nothing at all', (maxDeletes) => {
    const found = breachedGuards({ ...nothing, deletes: 1 }, { ...guards, maxDeletes }, 1000)
    expect(found).toEqual([{ guard: 'max_deletes', planned: 1, allowed: 0 }])
  })
})
