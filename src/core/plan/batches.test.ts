import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Batch,
  type BatchRules,
  cutPage,
  cutRequests,
  cutSmaller,
  rowsPerPage,
} from './batches.ts'

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

/** What becomes of a phase that is read in these pages. */
function cutPages<Given extends { readonly kind: Kind }>(
  pages: readonly (readonly Given[])[],
  given: BatchRules<Given>,
): readonly Batch<Given>[] {
  const ofKind = (kind: Kind): number => pages.flat().filter((row) => row.kind === kind).length
  const counts = {
    create: ofKind('create'),
    update: ofKind('update'),
    delete: ofKind('delete'),
  }
  let waiting: readonly Given[] = []
  return pages.flatMap((page, at) => {
    const isLast = at === pages.length - 1
    const cut = cutPage([...waiting, ...page], given, { counts, isLast })
    waiting = cut.waiting
    return cut.batches
  })
}

function shape(kinds: Parameters<typeof rows>[0], jobs: BatchRules<Row>['jobs']) {
  return shapes(cutPages([rows(kinds)], { ...rules, jobs }))
}

function shapes(batches: readonly Batch<Row>[]) {
  return batches.map((batch) => [batch.rows[0]?.kind, batch.rows.length, batch.byJob])
}

describe('a page', () => {
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
    const batches = cutPages([all], { ...rules, jobs })
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
    const cut = cutRequests(given, { sizes, jobs: null, together: ({ name }) => name })
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

describe('rows that were too large for one job', () => {
  const jobs = { from: 5, rows: 20, allow: null }

  it.each([
    [
      20,
      jobs,
      [
        ['update', 10, true],
        ['update', 10, true],
      ],
    ],
    [
      11,
      jobs,
      [
        ['update', 6, true],
        ['update', 5, true],
      ],
    ],
    // Too few for two jobs.
    [9, jobs, [2, 2, 2, 2, 1].map((size) => ['update', size, false])],
    [
      2,
      { ...jobs, from: 1 },
      [
        ['update', 1, true],
        ['update', 1, true],
      ],
    ],
    [1, { ...jobs, from: 1 }, [['update', 1, false]]],
  ])('go as two, or as requests: %i of them', (count, given, expected) => {
    expect(shapes(cutSmaller(rows({ update: count }), { ...rules, jobs: given }))).toEqual(expected)
  })
})

describe('rows of jobs that share something', () => {
  /** The jobs and requests of updates with these names; a job takes 4 rows, and 2 at least. */
  function batches(names: readonly string[]): readonly string[] {
    const given = names.map((name) => ({ kind: 'update' as const, name }))
    const jobs = { from: 2, rows: 4, allow: null }
    const cut = cutPages([given], { ...rules, jobs, together: ({ name }) => name })
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

describe('pages of a phase', () => {
  it('fill jobs together, whatever kinds lie between', () => {
    const jobs = { from: 5, rows: 8, allow: null }
    const page = rows({ update: 7, create: 2 })
    expect(shapes(cutPages([page, page, page], { ...rules, jobs }))).toEqual([
      ['update', 8, true],
      ['update', 8, true],
      ['update', 5, true],
      ['create', 6, true],
    ])
  })

  it('send at once what is too little for a job in the whole phase', () => {
    const jobs = { from: 5, rows: 8, allow: null }
    const first = rows({ delete: 2, update: 3 })
    expect(shapes(cutPages([first, rows({ update: 3, delete: 2 })], { ...rules, jobs }))).toEqual([
      ['delete', 2, false],
      ['delete', 2, false],
      ['update', 6, true],
    ])
  })

  it('make full jobs where more rows are asked for than one takes, and one of half of it', () => {
    const jobs = { from: 12, rows: 10, allow: null }
    expect(shape({ update: 25 }, jobs).filter(([, , byJob]) => byJob)).toEqual([
      ['update', 10, true],
      ['update', 10, true],
      ['update', 5, true],
    ])
    expect(shape({ update: 24 }, jobs).filter(([, , byJob]) => !byJob)).toHaveLength(2)
    expect(shape({ update: 11 }, jobs).filter(([, , byJob]) => byJob)).toEqual([])
  })

  it('send each row once, and by a job only what may go so, in jobs that are worth it', () => {
    const kind = fc.constantFrom<Kind>('create', 'update', 'delete')
    const row = fc.record({ kind, name: fc.constantFrom('', 'a', 'b', 'c'), may: fc.boolean() })
    const page = fc.array(row, { maxLength: 30 })
    fc.assert(
      fc.property(
        fc.array(page, { maxLength: 12 }),
        fc.integer({ min: 1, max: 14 }),
        fc.boolean(),
        (pages, from, isGrouped) => {
          const together = isGrouped ? ({ name }: { name: string }): string => name : null
          const jobs = { from, rows: 10, allow: ({ may }: { may: boolean }) => may }
          const batches = cutPages(pages, { sizes: rules.sizes, jobs, together })
          const sent = batches.flatMap((batch) => batch.rows)
          expect(sent).toHaveLength(pages.flat().length)
          expect(new Set(sent)).toEqual(new Set(pages.flat()))
          for (const batch of batches.filter(({ byJob }) => byJob)) {
            expect(batch.rows.every(({ may }) => may)).toBe(true)
            expect(batch.rows.length).toBeGreaterThanOrEqual(Math.min(from, 5))
            expect(batch.rows.length).toBeLessThanOrEqual(10)
          }
        },
      ),
    )
  })

  it('keep no more rows waiting than a page has', () => {
    const name = fc.constantFrom('', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
    const page = fc.array(fc.record({ kind: fc.constant<Kind>('update'), name }), {
      minLength: 60,
      maxLength: 60,
    })
    const jobs = { from: 12, rows: 10, allow: null }
    const given = { ...rules, jobs, together: (row: { name: string }) => row.name }
    fc.assert(
      fc.property(fc.array(page, { maxLength: 8 }), (pages) => {
        let waiting: readonly { kind: Kind; name: string }[] = []
        for (const each of pages) {
          const place = { counts: { update: 1_000 }, isLast: false }
          waiting = cutPage([...waiting, ...each], given, place).waiting
          expect(waiting.length).toBeLessThanOrEqual(60)
        }
      }),
    )
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
