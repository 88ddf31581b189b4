/**
 * How the operations of a plan become batches: what delivery sends and what a prediction counts are
 * cut by the same knife.
 */
import type { PlanRow } from './plan-row.ts'

/** Most records of one request, by what it does. */
export type BatchSizes = Readonly<Record<'create' | 'update' | 'delete', number>>

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
  /** From so many rows of one kind on. */
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
 * Plan rows that batches are made from at once; no batch spans two such pages. Rows that share something
 * are kept in one job as far as jobs are at work side by side: later ones don't get in their way.
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

/** Batches of one kind, deletes first: what they free, a create of the same phase may claim. */
export function cutBatches<Row extends Pick<PlanRow, 'kind'>>(
  rows: readonly Row[],
  { sizes, jobs, together }: BatchRules<Row>,
): Batch<Row>[] {
  return (['delete', 'update', 'create'] as const).flatMap((kind) => {
    const ofKind = rows.filter((row) => row.kind === kind)
    const { loads, byRequest } = divide(ofKind, jobs, together)
    const requests = partsOf(byRequest, sizes[kind], together)
    return [
      ...loads.map((load) => ({ rows: load, byJob: true })),
      ...requests.map((part) => ({ rows: part, byJob: false })),
    ]
  })
}

/** What is left for a last job may be too little for one. */
function divide<Row>(
  rows: readonly Row[],
  jobs: JobRules<Row> | null,
  together: BatchRules<Row>['together'],
): { readonly loads: readonly (readonly Row[])[]; readonly byRequest: readonly Row[] } {
  if (jobs === null) return { loads: [], byRequest: rows }
  const allowed = jobs.allow === null ? rows : rows.filter(jobs.allow)
  const loads = partsOf(allowed, jobs.rows, together).filter((load) => load.length >= jobs.from)
  const byJob = new Set(loads.flat())
  return { loads, byRequest: rows.filter((row) => !byJob.has(row)) }
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
