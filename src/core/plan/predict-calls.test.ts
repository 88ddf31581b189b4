import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AssociationMapping } from '../../model/sync.ts'
import { cutPage } from './batches.ts'
import {
  type CallForecast,
  type CallKind,
  type CallRules,
  type ForecastRow,
  forecastBatches,
  forecastOfReleases,
} from './predict-calls.ts'

const rules: CallRules = {
  sizes: { create: 100, update: 100, delete: 100, read: 50 },
  jobs: null,
  together: null,
  jobCalls: 7,
  isUpserted: () => false,
  confirmsDeletes: true,
  conditional: new Set(),
  associations: [],
  left: null,
}

const start = forecastOfReleases(0, rules)

function rows(kind: ForecastRow['kind'], count: number, more: Partial<ForecastRow> = {}) {
  const changes = { city: { after: 'Rome' } }
  return Array.from({ length: count }, () => ({ kind, phase: 0, changes, crmValues: {}, ...more }))
}

/** Of a phase with no more than these operations. */
function forecastPage(
  before: CallForecast,
  page: readonly ForecastRow[],
  given: CallRules,
): CallForecast {
  const counts = { create: page.length, update: page.length, delete: page.length }
  return forecastBatches(before, cutPage(page, given, { counts, isLast: true }).batches, given)
}

const company: AssociationMapping = {
  to: 'companies',
  match: { field: 'account_key', column: 'account' },
  label: null,
  ifMissing: 'defer',
}
const primary: AssociationMapping = { ...company, label: 'Primary' }
const link = (sent: string | null, after: string | null, label = '') => ({
  [`association.companies${label}`]: { sent, after },
})

type Case = [
  what: string,
  given: readonly ForecastRow[],
  calls: Partial<Record<CallKind, number>>,
  changed?: Partial<CallRules>,
]

const cases: Case[] = [
  ['nothing for an empty page', [], {}],
  ['one call for a full batch', rows('create', 100), { create: 1 }],
  ['one more for what is left over', rows('update', 101), { update: 2 }],
  ['an update of whose fields nothing is known', rows('update', 1, { changes: {} }), { update: 1 }],
  [
    'batches of one kind each',
    [...rows('create', 1), ...rows('update', 1), ...rows('create', 1)],
    { create: 1, update: 1 },
  ],
  [
    'the fewest calls of jobs, and requests for what is too little for one',
    rows('update', 1_010),
    { jobs: 7, update: 1 },
    { jobs: { from: 500, rows: 1_000, allow: null } },
  ],
  [
    'upserts for creates that go out as such',
    rows('create', 150),
    { upsert: 2 },
    { isUpserted: () => true },
  ],
  [
    'reads by page and by record to confirm deletes',
    rows('delete', 120),
    { delete: 2, confirm: 2 + 100 + 1 + 20 },
  ],
  [
    'no read where the answers account for deletes',
    rows('delete', 120),
    { delete: 2 },
    { confirmsDeletes: false },
  ],
  [
    'a link that comes',
    rows('create', 2, { changes: { city: { after: 'Rome' }, ...link(null, '5') } }),
    { create: 1, associations: 1 },
    { associations: [company] },
  ],
  [
    'no update of records where only links move: two calls that take away, one that gives',
    rows('update', 2, { changes: link('4', '5') }),
    { associations: 3 },
    { associations: [company] },
  ],
  [
    'one call where a label goes',
    rows('update', 1, { changes: link('4', null, '.Primary') }),
    { associations: 1 },
    { associations: [primary] },
  ],
  [
    'nothing for a plain link that a label of ours holds',
    rows('update', 1, {
      changes: link('4', null),
      crmValues: { 'association.companies.Primary': '4' },
    }),
    {},
    { associations: [company, primary] },
  ],
]

describe('a forecast of calls', () => {
  it.each<Case>(cases)('counts %s', (_, given, calls, changed = {}) => {
    const { byKind, total } = forecastPage(start, given, { ...rules, ...changed })
    expect(byKind).toEqual({ ...start.byKind, ...calls })
    expect(total).toBe(Object.values(calls).reduce((sum, n) => sum + n, 0))
  })

  it('counts match values that are cleared first as updates', () => {
    expect(forecastOfReleases(101, rules)).toMatchObject({ byKind: { update: 2 }, total: 2 })
  })

  it('keeps reads right before conditional writes apart', () => {
    const judged = { ...rules, conditional: new Set(['city']) }
    const page = [...rows('update', 60), ...rows('create', 60)]
    expect(forecastPage(start, page, judged)).toMatchObject({ total: 2, rechecks: 2 })
    expect(forecastPage(start, page, { ...rules, conditional: new Set(['name']) }).rechecks).toBe(0)
  })

  it('leaves out the operations of batches for which no call is left', () => {
    const page = rows('create', 250)
    const beyond = (left: number | null): number =>
      forecastPage(start, page, { ...rules, left }).beyond
    expect([null, 3, 2, 1, 0].map(beyond)).toEqual([0, 0, 50, 150, 250])
  })

  it('never sends more operations with fewer calls left', () => {
    const kinds = fc.array(fc.constantFrom('create', 'update', 'delete'), { maxLength: 400 })
    fc.assert(
      fc.property(kinds, fc.nat(300), fc.nat(300), (given, a, b) => {
        const page = given.map((kind) => rows(kind, 1)[0]).flatMap((row) => row ?? [])
        const beyond = (left: number): number =>
          forecastPage(start, page, { ...rules, left }).beyond
        expect(beyond(Math.max(a, b))).toBeLessThanOrEqual(beyond(Math.min(a, b)))
      }),
    )
  })
})
