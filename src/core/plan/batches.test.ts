import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BatchRules, cutBatches, rowsPerPage } from './batches.ts'

type Kind = 'create' | 'update' | 'delete' | 'none'

function rows(kinds: Readonly<Partial<Record<Kind, number>>>): { kind: Kind; at: number }[] {
  return Object.entries(kinds).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, at) => ({ kind: kind as Kind, at })),
  )
}

type Row = ReturnType<typeof rows>[number]

const rules: BatchRules<Row> = {
  sizes: { create: 3, update: 2, delete: 4 },
  jobs: null,
  together: null,
}

function shape(kinds: Parameters<typeof rows>[0], jobs: BatchRules<Row>['jobs']) {
  return cutBatches(rows(kinds), { ...rules, jobs }).map((batch) => [
    batch.rows[0]?.kind,
    batch.rows.length,
    batch.byJob,
  ])
}

describe('cutBatches', () => {
  it('makes batches of one kind and of its size, deletes first, and none of what sends nothing', () => {
    expect(shape({ create: 4, update: 3, delete: 5, none: 2 }, null)).toEqual([
      ['delete', 4, false],
      ['delete', 1, false],
      ['update', 2, false],
      ['update', 1, false],
      ['create', 3, false],
      ['create', 1, false],
    ])
  })

  it('makes jobs of kinds that have enough, and requests of a rest that is too little for one', () => {
    const jobs = { from: 5, rows: 8, allow: null }
    expect(shape({ create: 4, update: 18 }, jobs)).toEqual([
      ['update', 8, true],
      ['update', 8, true],
      ['update', 2, false],
      ['create', 3, false],
      ['create', 1, false],
    ])
  })

  it('sends each row once, those that may not go as a job by requests', () => {
    const all = rows({ update: 9 })
    const jobs = { from: 5, rows: 8, allow: ({ at }: Row) => at !== 4 }
    const batches = cutBatches(all, { ...rules, jobs })
    expect(batches.map((batch) => [batch.byJob, batch.rows.map(({ at }) => at)])).toEqual([
      [true, [0, 1, 2, 3, 5, 6, 7, 8]],
      [false, [4]],
    ])
  })
})

describe('rows that share something', () => {
  /** The batches of updates with these names. */
  function batches(names: readonly string[], size: number): readonly string[] {
    const given = names.map((name) => ({ kind: 'update' as const, name }))
    const sizes = { create: 1, update: size, delete: 1 }
    const cut = cutBatches(given, { sizes, jobs: null, together: ({ name }) => name })
    return cut.map((batch) => batch.rows.map(({ name }) => name || '-').join(''))
  }

  it('go in one request', () => {
    expect(batches(['a', 'b', 'a', 'c', 'b', 'c'], 4)).toEqual(['aabb', 'cc'])
  })

  it('begin a request of their own where the last has no room for all', () => {
    expect(batches(['a', 'a', 'b', 'b', 'b'], 4)).toEqual(['aa', 'bbb'])
  })

  it('are divided only where they are more than one request takes', () => {
    expect(batches(['a', 'a', 'a', 'b'], 2)).toEqual(['aa', 'ab'])
  })

  it('leave room to those that share nothing', () => {
    expect(batches(['', 'a', '', 'a', 'b', 'b', ''], 3)).toEqual(['aa-', 'bb-', '-'])
  })

  it('are sent each once, in requests that are not too large', () => {
    const name = fc.constantFrom('', 'a', 'b', 'c', 'd')
    fc.assert(
      fc.property(fc.array(name), fc.integer({ min: 1, max: 7 }), (names, size) => {
        const cut = batches(names, size)
        expect(cut.join('').split('').toSorted()).toEqual(names.map((one) => one || '-').toSorted())
        for (const batch of cut) expect(batch.length).toBeLessThanOrEqual(size)
      }),
    )
  })
})

describe('rows of jobs that share something', () => {
  /** The jobs and requests of updates with these names; a job takes 4 rows, and 2 at least. */
  function batches(names: readonly string[]): readonly string[] {
    const given = names.map((name) => ({ kind: 'update' as const, name }))
    const jobs = { from: 2, rows: 4, allow: null }
    const cut = cutBatches(given, { ...rules, jobs, together: ({ name }) => name })
    return cut.map(
      ({ byJob, rows: rest }) => (byJob ? 'J' : 'R') + rest.map(({ name }) => name || '-').join(''),
    )
  }

  it('go in one job, as neighbours', () => {
    expect(batches(['a', 'b', 'a', 'c', 'b', 'c', 'a', 'c'])).toEqual(['Jaaa', 'Jbb', 'Jccc'])
  })

  it('leave room to those that share nothing, and to requests what is too little for a job', () => {
    expect(batches(['', 'a', 'a', '', 'a', '', 'b'])).toEqual(['Jaaab', 'J---'])
    expect(batches(['a', 'a', 'a', 'a', 'b'])).toEqual(['Jaaaa', 'Rb'])
  })
})

describe('a page of the plan', () => {
  const jobs = { from: 1, rows: 10_000, allow: null }

  it.each([
    ['what several requests take', null, null, 2_000],
    ['a whole job', jobs, null, 10_000],
    ['all jobs under way at once, where rows share something', jobs, () => '', 60_000],
  ])('holds %s', (_, given, together, rowCount) => {
    expect(rowsPerPage({ jobs: given, together })).toBe(rowCount)
  })
})
