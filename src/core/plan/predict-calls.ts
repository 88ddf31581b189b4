/**
 * How many API calls a delivery will make, from the same batches that it sends. What only goes wrong
 * sometimes (a lost answer, a conflict, a refused batch) is not foreseen.
 */
import type { AssociationMapping } from '../../model/sync.ts'
import { changesOnlyLinks, linkChange } from './link-change.ts'
import type { Batch, BatchRules, BatchSizes } from './batches.ts'
import type { PlanRow } from './plan-row.ts'

/**
 * - `create`, `update`, `upsert`, `delete`: requests that write records.
 * - `confirm`: reads that make sure of writes whose answers account for nothing.
 * - `associations`: requests that read, add and remove associations.
 * - `jobs`: the fewest requests of jobs; how often each is asked whether it has ended, nobody knows.
 */
export const callKinds = [
  'create',
  'update',
  'upsert',
  'delete',
  'confirm',
  'associations',
  'jobs',
] as const
export type CallKind = (typeof callKinds)[number]
export type CallsByKind = Readonly<Record<CallKind, number>>

export interface CallForecast {
  readonly byKind: CallsByKind
  readonly total: number
  /** On top, at most so many reads of what conditions judge, should the look be old by then. */
  readonly rechecks: number
  /** Operations whose batch begins when no call is left. */
  readonly beyond: number
}

/** What is counted of an operation; fields are asked of it only where rules name some. */
export type ForecastRow = Pick<PlanRow, 'kind' | 'phase' | 'changes' | 'crmValues'>

export interface CallRules extends BatchRules<ForecastRow> {
  /** Most records of one request; `read` is that of a look by id. */
  readonly sizes: BatchSizes & { readonly read: number }
  /** Fewest requests of a job. */
  readonly jobCalls: number
  /** Whether a create goes out as an upsert. */
  readonly isUpserted: (row: ForecastRow) => boolean
  /** Whether a read must confirm deletes. */
  readonly confirmsDeletes: boolean
  /** Fields that are read once more before they are written, where the look is old. */
  readonly conditional: ReadonlySet<string>
  readonly associations: readonly AssociationMapping[]
  /** Calls until a limit is reached; null for no limit. */
  readonly left: number | null
}

/** What a job does in place of requests. */
const writes: ReadonlySet<CallKind> = new Set(['create', 'update', 'upsert', 'delete'])

const noCalls: CallsByKind = {
  create: 0,
  update: 0,
  upsert: 0,
  delete: 0,
  confirm: 0,
  associations: 0,
  jobs: 0,
}

/** A forecast of match values being cleared before all else, to break rings of claims. */
export function forecastOfReleases(
  rows: number,
  { sizes }: Pick<CallRules, 'sizes'>,
): CallForecast {
  const total = Math.ceil(rows / sizes.update)
  return { byKind: { ...noCalls, update: total }, total, rechecks: 0, beyond: 0 }
}

/** The forecast with what follows. */
export function forecastBatches(
  before: CallForecast,
  batches: readonly Batch<ForecastRow>[],
  rules: CallRules,
): CallForecast {
  const byKind = { ...before.byKind }
  let { total, rechecks, beyond } = before
  for (const batch of batches) {
    // As delivery does: a batch goes out whole as long as a single call is left.
    if (rules.left !== null && total >= rules.left) beyond += batch.rows.length
    for (const kind of callKinds) {
      const calls = callsOfBatch(batch, kind, rules)
      byKind[kind] += calls
      total += calls
    }
    rechecks += rechecksOf(batch.rows, rules)
  }
  return { byKind, total, rechecks, beyond }
}

function callsOfBatch(
  { rows: batch, byJob }: Batch<ForecastRow>,
  kind: CallKind,
  rules: CallRules,
): number {
  const [first] = batch
  if (first === undefined) return 0
  if (byJob && writes.has(kind)) return 0
  const isUpsert = first.kind === 'create' && rules.isUpserted(first)
  switch (kind) {
    case 'create':
      return first.kind === 'create' && !isUpsert ? 1 : 0
    case 'upsert':
      return isUpsert ? 1 : 0
    case 'update':
      return batch.some((row) => updatesRecord(row, rules)) ? 1 : 0
    case 'delete':
      return first.kind === 'delete' ? 1 : 0
    case 'confirm':
      // A page of reads leaves out who is gone; each is then asked for alone, as it may be merged.
      return first.kind === 'delete' && rules.confirmsDeletes
        ? Math.ceil(batch.length / rules.sizes.read) + batch.length
        : 0
    case 'associations':
      return rules.associations.reduce((sum, one) => sum + callsOfLinks(batch, one, rules), 0)
    case 'jobs':
      return byJob ? rules.jobCalls : 0
    default:
      return kind satisfies never
  }
}

function updatesRecord(row: ForecastRow, { associations }: CallRules): boolean {
  return row.kind === 'update' && (associations.length === 0 || !changesOnlyLinks(row))
}

/** Before a plain association goes, what else links the pair is read; a label goes by itself. */
function callsOfLinks(
  batch: readonly ForecastRow[],
  association: AssociationMapping,
  { associations }: CallRules,
): number {
  const links = batch.map((row) => linkChange(row, association, associations))
  const removing = association.label === null ? 2 : 1
  return (
    (links.some((link) => link.old.length > 0) ? removing : 0) +
    (links.some((link) => link.new !== null) ? 1 : 0)
  )
}

function rechecksOf(batch: readonly ForecastRow[], { conditional, sizes }: CallRules): number {
  const judged = batch.filter(
    ({ kind, changes }) =>
      kind === 'update' && Object.keys(changes).some((name) => conditional.has(name)),
  )
  return Math.ceil(judged.length / sizes.read)
}
