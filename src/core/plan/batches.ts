/**
 * How the operations of a plan become batches: what delivery sends and what a prediction counts are
 * cut by the same knife.
 */
import type { OperationKind } from '../../model/operation.ts'
import type { PlanRow } from './plan-row.ts'

/** Most records of one request, by what it does. */
export type BatchSizes = Readonly<Record<OperationKind, number>>

/** By what plan rows are cut. */
export interface BatchRules<Row> {
  readonly sizes: BatchSizes
  /** Null where nothing goes as a job. */
  readonly jobs: JobRules<Row> | null
  /**
   * Names what rows of one request or job should share, such as the parent that each of them locks; empty for a row
   * that goes with any. Null where nothing is shared.
   */
  readonly together: ((row: Row) => string) | null
}

/** What lets rows go as jobs of the CRM's, where it takes any. */
export interface JobRules<Row> {
  /** From so many operations of one kind in a phase on. */
  readonly from: number
  /** Most rows of one job. */
  readonly rows: number
  /** Null where every row may go. */
  readonly allow: ((row: Row) => boolean) | null
}

const requestPageRows = 2_000

/**
 * Jobs under way at once: more than the CRM works on side by side, so that it never waits for the next one. The
 * rows of each are in memory until it has ended.
 */
export const jobsAtOnce = 6

/**
 * Plan rows that batches are made from at once. Rows that share something are kept in one job as far as
 * jobs are at work side by side: later ones don't get in their way.
 */
export function rowsPerPage({
  jobs,
  together,
}: Pick<BatchRules<never>, 'jobs' | 'together'>): number {
  if (jobs === null) return requestPageRows
  return Math.max(requestPageRows, together === null ? jobs.rows : jobs.rows * jobsAtOnce)
}

export interface Batch<Row> {
  readonly rows: readonly Row[]
  /** Sent as a job of the CRM's, not by a request. */
  readonly byJob: boolean
}

/** Operations of a phase, by kind; none of a kind that is not named. */
export type KindCounts = Readonly<Partial<Record<OperationKind, number>>>

/** Where in its phase a page is. */
export interface PagePlace {
  /** Of the whole phase: a page alone does not tell whether a kind goes by jobs. */
  readonly counts: KindCounts
  readonly isLast: boolean
}

export interface PageCut<Row> {
  readonly batches: readonly Batch<Row>[]
  /** Rows that go in front of the next page's, since they do not fill a job yet. */
  readonly waiting: readonly Row[]
}

/**
 * Batches of one kind, deletes first. Pages keep the order of the plan, in which what waited longest comes first:
 * read by kind, the creates would never have their turn where the day ends among the updates.
 */
export function cutPage<Row extends Pick<PlanRow, 'kind'>>(
  rows: readonly Row[],
  rules: BatchRules<Row>,
  { counts, isLast }: PagePlace,
): PageCut<Row> {
  const cuts = (['delete', 'update', 'create'] as const).map((kind) => {
    const ofKind = rows.filter((row) => row.kind === kind)
    const { jobs, together } = rules
    if (jobs === null || (counts[kind] ?? 0) < jobs.from) {
      return { batches: requestsOf(ofKind, rules), waiting: [] }
    }
    const { loads, rest } = loadsOf(ofKind, { ...jobs, together }, isLast)
    const waiting = isLast ? [] : rest
    const apart = new Set([...loads.flat(), ...waiting])
    const byRequest = ofKind.filter((row) => !apart.has(row))
    const byJob = loads.map((load) => ({ rows: load, byJob: true }))
    return { batches: [...byJob, ...requestsOf(byRequest, rules)], waiting }
  })
  return {
    batches: cuts.flatMap(({ batches }) => batches),
    waiting: cuts.flatMap(({ waiting }) => waiting),
  }
}

/** Requests of rows of any kinds, of one kind each. */
export function cutRequests<Row extends Pick<PlanRow, 'kind'>>(
  rows: readonly Row[],
  rules: BatchRules<Row>,
): readonly Batch<Row>[] {
  return cutPage(rows, { ...rules, jobs: null }, { counts: {}, isLast: true }).batches
}

/** Rows of one kind whose data were too large for one job: two of them, or requests where that is too little for a job. */
export function cutSmaller<Row extends Pick<PlanRow, 'kind'>>(
  rows: readonly Row[],
  rules: BatchRules<Row>,
): readonly Batch<Row>[] {
  const half = Math.ceil(rows.length / 2)
  const isWorthIt = rules.jobs !== null && rows.length - half >= leastRows(rules.jobs)
  if (!isWorthIt) return cutRequests(rows, rules)
  return [rows.slice(0, half), rows.slice(half)].map((part) => ({ rows: part, byJob: true }))
}

function requestsOf<Row extends Pick<PlanRow, 'kind'>>(
  rows: readonly Row[],
  { sizes, together }: Pick<BatchRules<Row>, 'sizes' | 'together'>,
): readonly Batch<Row>[] {
  const [first] = rows
  if (first === undefined || first.kind === 'none') return []
  return partsOf(rows, sizes[first.kind], together).map((part) => ({ rows: part, byJob: false }))
}

/**
 * The jobs that rows of one kind fill, and the rest of those that may go as a job. A job need not be full, since rows
 * that belong together may leave room; of two neighbours one is half full at least, so that what waits of a kind,
 * half of a page and of what waited before besides the last jobs, stays within a page and a quarter.
 */
function loadsOf<Row>(
  rows: readonly Row[],
  { allow, from, rows: size, together }: JobRules<Row> & Pick<BatchRules<Row>, 'together'>,
  isLast: boolean,
): { readonly loads: readonly (readonly Row[])[]; readonly rest: readonly Row[] } {
  const allowed = allow === null ? rows : rows.filter(allow)
  const parts = partsOf(allowed, size, together)
  const least = leastRows({ from, rows: size })
  // More rows may fill the last one.
  const isReady = (part: readonly Row[], at: number): boolean =>
    part.length >= (isLast || at < parts.length - 1 ? least : size)
  return {
    loads: parts.filter(isReady),
    rest: parts.filter((part, at) => !isReady(part, at)).flat(),
  }
}

/** Fewest rows that are worth a job. */
function leastRows({ from, rows }: Pick<JobRules<never>, 'from' | 'rows'>): number {
  return Math.min(from, Math.ceil(rows / 2))
}

function partsOf<Row>(
  rows: readonly Row[],
  size: number,
  together: BatchRules<Row>['together'],
): readonly (readonly Row[])[] {
  return together === null ? pagesOf(rows, size) : partsTogether(rows, size, together)
}

function pagesOf<Row>(rows: readonly Row[], size: number): readonly (readonly Row[])[] {
  const parts: (readonly Row[])[] = []
  for (let start = 0; start < rows.length; start += size) {
    parts.push(rows.slice(start, start + size))
  }
  return parts
}

/**
 * A group's rows are neighbours, and only divided where no part has room for them; rows of no group fill
 * what is left.
 */
function partsTogether<Row>(
  rows: readonly Row[],
  size: number,
  together: (row: Row) => string,
): readonly (readonly Row[])[] {
  const groups = Map.groupBy(rows, together)
  const filling = groups.get('') ?? []
  groups.delete('')
  const parts: Row[][] = []
  for (const group of [...groups.values()].flatMap((each) => pagesOf(each, size))) {
    const last = parts.at(-1)
    if (last !== undefined && last.length + group.length <= size) last.push(...group)
    else parts.push([...group])
  }
  let filled = 0
  for (const part of parts) {
    const room = size - part.length
    part.push(...filling.slice(filled, filled + room))
    filled += room
  }
  return [...parts, ...pagesOf(filling.slice(filled), size)]
}
