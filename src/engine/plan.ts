/**
 * Planning: model → diff → map → look at the CRM → plan rows in the working schema. Works in pages,
 * so that memory stays flat at any size, and lets the warehouse go while it waits for the CRM.
 */
import { mapRow } from '../core/mapping/mapping.ts'
import type { CompiledMapping } from '../core/mapping/mapping.ts'
import { decide, decideRemoved, type DecideContext, matchValue } from '../core/plan/decide.ts'
import type { PlanTotals } from '../core/plan/guards.ts'
import { orderClaims } from '../core/plan/phases.ts'
import { concluded, type DueRow, type PlanRow } from '../core/plan/plan-row.ts'
import { readDueRow } from '../core/plan/plan-text.ts'
import {
  countDue,
  diffCounts,
  diffStatements,
  dueStatements,
  materialiseModel,
  readDue,
} from '../core/sql/diff.ts'
import {
  baselineSize,
  claimEdges,
  markClearFirst,
  rejectCollisions,
  setPhases,
} from '../core/sql/plan.ts'
import { createPlan } from '../core/sql/working-schema.ts'
import type { CrmValue } from '../model/operation.ts'
import type { Column, Row, ValueKind } from '../model/value.ts'
import type { Transform, TransformFailure } from '../sandbox/sandbox.ts'
import type { Session } from '../warehouse/warehouse.ts'
import type { RunContext } from './context.ts'
import { pushErrors } from './errors.ts'
import { describeFailure } from './failures.ts'
import { lookUnbound } from './bound-records.ts'
import { readMapping } from './metadata.ts'
import { type PreparedModel, prepareModel, type Selection } from './model.ts'
import { toldOfModel } from './model-query.ts'
import { storePlan } from './plan-store.ts'
import { type ModelCounts, rejectUnkeyed } from './unkeyed.ts'
import { countPlan, type PlanCounts } from './totals.ts'
import { resolveTargets } from './targets.ts'
import { openCallCap } from './calls.ts'
import { bind, checkAccount } from './account.ts'

/** Rows planned between two visits to the warehouse. */
const pageRows = 5_000

export interface FinishedPlan {
  readonly prepared: PreparedModel
  /** Null when nothing was due: then the CRM was not asked for anything. */
  readonly mapping: CompiledMapping | null
  readonly counts: PlanCounts
  readonly totals: PlanTotals
  readonly baselineRows: number
}

export async function planPush(context: RunContext, selection: Selection): Promise<FinishedPlan> {
  // Before anything else: a file that can't run is a fault of the configuration.
  const transform = await openTransform(context)
  context.progress({ at: 'diffing' })
  const { prepared, model, due, baselineRows } = await context.warehouse.session((session) =>
    diff(context, session, selection),
  )
  context.progress({ at: 'diffed', rows: model.total, due })
  const mapping = due === 0 ? null : await planDue(context, transform, prepared, model, due)
  const { counts, totals } = await context.warehouse.session(async (session) => {
    await rejectUnkeyed(context, session, prepared, model, due)
    if (mapping !== null) await arrange(context, session, mapping)
    return countPlan(context, session, prepared, model, due)
  })
  context.progress({ at: 'planned', totals })
  return { prepared, mapping, counts, totals, baselineRows }
}

async function diff(
  context: RunContext,
  session: Session,
  selection: Selection,
): Promise<{
  readonly prepared: PreparedModel
  readonly model: ModelCounts
  readonly due: number
  readonly baselineRows: number
}> {
  const { dialect, run, tables } = context
  const prepared = await prepareModel(context, session, selection)
  const copy =
    prepared.materialise === null ? [] : materialiseModel(dialect, run, prepared.materialise)
  await toldOfModel(
    context.sync,
    session.execute([...createPlan(dialect, run), ...copy, ...diffStatements(prepared.diff)]),
  )
  const model = await readCounts(context, session)
  const baselineRows = await readNumber(session, baselineSize(dialect, tables))
  refuseEmpty(context, model, baselineRows)
  refuseOtherKeys(context, prepared, model, baselineRows)
  // Rows that no key names are confirmed beside the due ones, and need the table to join.
  const unkeyed = model.total - model.keyed + model.duplicated
  if (model.changed + unkeyed === 0) return { prepared, model, due: 0, baselineRows }
  await session.execute(dueStatements(prepared.diff, { exists: true, now: context.clock.now() }))
  const due = await readNumber(session, countDue(prepared.diff))
  return { prepared, model, due, baselineRows }
}

async function readCounts(context: RunContext, session: Session): Promise<ModelCounts> {
  const [row] = await session.query(diffCounts(context.dialect, context.run))
  const [total, keyed, duplicated, changed, removed, whole, wholeKeyed, fresh] = (row ?? []).map(
    Number,
  )
  return {
    total: total ?? 0,
    keyed: keyed ?? 0,
    duplicated: duplicated ?? 0,
    changed: changed ?? 0,
    removed: removed ?? 0,
    whole: whole ?? 0,
    wholeKeyed: wholeKeyed ?? 0,
    fresh: fresh ?? 0,
  }
}

async function readNumber(
  session: Session,
  statement: Parameters<Session['query']>[0],
): Promise<number> {
  const [row] = await session.query(statement)
  return Number(row?.[0] ?? 0)
}

/** An empty answer is more often a broken query than an empty world (promise 6). */
function refuseEmpty({ sync }: RunContext, model: ModelCounts, baselineRows: number): void {
  if (model.whole > 0 || baselineRows === 0 || sync.guards.allowEmptyModel) return
  throw pushErrors.empty_model({
    message: `Sync ${sync.name}: the model gave no row, while ${baselineRows} records were pushed before.`,
    place: sync.place,
  })
}

/**
 * A key column of another type may still name the same records, or none of them: then every record
 * would be made again, or removed.
 */
function refuseOtherKeys(
  { sync }: RunContext,
  { diff: { key, baselineKey } }: PreparedModel,
  model: ModelCounts,
  baselineRows: number,
): void {
  if (key.kind === baselineKey.kind || baselineRows === 0) return
  if (model.keyed - model.duplicated > model.fresh) return
  throw pushErrors.other_keys({
    message: `Sync ${sync.name}: key column ${key.name} is now of type ${key.nativeType}, and none of its values is a key that was pushed before.`,
    place: sync.place,
  })
}

async function planDue(
  context: RunContext,
  transform: Transform | null,
  prepared: PreparedModel,
  model: ModelCounts,
  due: number,
): Promise<CompiledMapping> {
  await openCallCap(context)
  const binding = await checkAccount(context)
  const mapping = await readMapping(context, prepared.diff.columns)
  if (binding !== null) await bind(context, binding)
  const decideContext: DecideContext = {
    sync: context.sync,
    mapping,
    touched: prepared.versions.touched,
  }
  // Promise 6: a model with a row that can't be named is not known whole, so nothing is absent.
  const absenceIsKnown = model.wholeKeyed === model.whole
  const read = (session: Session, after: number): Promise<readonly Row[]> =>
    session.query(readDue(prepared.diff, after, after + pageRows))
  const planPages = async (): Promise<void> => {
    let rows = await context.warehouse.session((session) => read(session, 0))
    for (let done = 0; done < due; ) {
      const page = await transformPage(
        transform,
        prepared.diff.columns,
        mapping,
        rows.map(readDueRow),
      )
      const planned = await planPage(context, decideContext, page, absenceIsKnown)
      done = Math.min(done + pageRows, due)
      rows = await context.warehouse.session(async (session) => {
        await storePlan(context, session, planned)
        return done < due ? read(session, done) : []
      })
      context.progress({ at: 'planning', done, due })
    }
  }
  // Sessions within a session share what it holds: no page waits, so the file is opened only once.
  await (waitsForCrm(context, mapping) ? planPages() : context.warehouse.session(planPages))
  return mapping
}

/** Whether a page of the plan needs answers of the CRM, during which the warehouse is let go. */
function waitsForCrm({ sync }: RunContext, mapping: CompiledMapping): boolean {
  return sync.readBefore || mapping.fields.some(({ target }) => target !== null)
}

/** A due row as the mapping sees it. */
interface SeenRow {
  readonly due: DueRow
  /** The kinds of its values where they differ from their columns'. */
  readonly kinds?: readonly ValueKind[]
  /** Its outcome where the transform concluded it. */
  readonly ended: PlanRow | null
}

/** A transform reads the whole row, so behind it each value counts as changed when any did. */
async function transformPage(
  transform: Transform | null,
  columns: readonly Column[],
  mapping: CompiledMapping,
  rows: readonly DueRow[],
): Promise<readonly SeenRow[]> {
  if (transform === null) return rows.map((due) => ({ due, ended: null }))
  const present = rows.filter((due) => due.side !== 'removed')
  const results = await transform.apply({
    columns,
    rows: present.map((due) => due.values),
    wanted: mapping.columns.map((column) => column.name),
  })
  const resultOf = new Map(present.map((due, index) => [due, results[index]]))
  return rows.map((due): SeenRow => {
    const result = resultOf.get(due)
    if (result === undefined) return { due, ended: null }
    if (!result.ok) return { due, ended: transformFailure(due, result) }
    const isChanged = due.changed.includes(true)
    const changed = mapping.columns.map(() => isChanged)
    return { due: { ...due, values: result.values, changed }, kinds: result.kinds, ended: null }
  })
}

function transformFailure(due: DueRow, failed: TransformFailure): PlanRow {
  const { reason, message } = failed
  const status = reason === 'transform.skipped' ? 'skipped' : 'rejected'
  // A limit may be the machine's bad moment; all else stays as it is until row or transform change.
  const hold = reason === 'transform.limit' ? 'retry' : 'content'
  return concluded(due, { status, reason, message, hold })
}

async function openTransform({ sync, ...context }: RunContext): Promise<Transform | null> {
  if (sync.transform === null) return null
  if (context.openTransform === undefined) throw new Error('nothing was given to run transforms')
  return context.openTransform(sync.transform)
}

async function planPage(
  context: RunContext,
  decideContext: DecideContext,
  rows: readonly SeenRow[],
  absenceIsKnown: boolean,
): Promise<PlanRow[]> {
  const planned: PlanRow[] = []
  const toLook: { due: DueRow; values: Readonly<Record<string, CrmValue>> }[] = []
  for (const row of rows) {
    const early = concludeEarly(context, decideContext, row, absenceIsKnown)
    if ('values' in early) toLook.push({ due: row.due, values: early.values })
    else planned.push(early.row)
  }
  const { mapping } = decideContext
  const targets = await describeFailure(context, resolveTargets(context, mapping, toLook))
  planned.push(...targets.concluded)
  const found = context.sync.readBefore
    ? await describeFailure(context, lookUnbound(context, mapping, targets.rows))
    : null
  targets.rows.forEach(({ due, values }, index) => {
    const records = found?.[index] ?? null
    planned.push(
      due.side === 'removed'
        ? decideRemoved(due, records, decideContext)
        : decide(due, values, records, decideContext),
    )
  })
  return planned.toSorted((a, b) => a.sequence - b.sequence)
}

type Early = { readonly row: PlanRow } | { readonly values: Readonly<Record<string, CrmValue>> }

/** Somebody may add the owner, stage or option in the CRM, of which no row and no mapping tells. */
const curedInCrm: readonly string[] = [
  'lookup.unknown',
  'lookup.ambiguous',
  'value.unknown_option',
  'value.ambiguous_option',
]

/** What can be said without the CRM: rows that can't be mapped, and absences that don't count. */
function concludeEarly(
  { sync }: RunContext,
  decideContext: DecideContext,
  { due, kinds, ended }: SeenRow,
  absenceIsKnown: boolean,
): Early {
  if (ended !== null) return { row: ended }
  if (due.side === 'removed') {
    if (!absenceIsKnown) {
      const message = 'the model has rows without key, so no absence is certain'
      return { row: concluded(due, { status: 'skipped', reason: 'removed.uncertain', message }) }
    }
    const adopted = due.baseline?.origin === 'adopted' && !sync.deleteAdopted
    return adopted ? { row: decideRemoved(due, null, decideContext) } : { values: {} }
  }
  const mapped = mapRow(due.values, decideContext.mapping, kinds)
  if (!mapped.ok) {
    const { reason, message } = mapped
    const hold = curedInCrm.includes(reason) ? 'retry' : 'content'
    return { row: concluded(due, { status: 'rejected', reason, message, hold }) }
  }
  // A blank finds no record, and a create that carries it could not be found again.
  if (sync.match !== null && (matchValue(mapped.values, decideContext) ?? '').trim() === '') {
    const message = `the match value in column ${sync.match.column} is null or blank`
    return {
      row: concluded(due, { status: 'rejected', reason: 'match.null', message, hold: 'content' }),
    }
  }
  return { values: mapped.values }
}

/** What only the whole plan can show: collisions, and the order of release and claim. */
async function arrange(
  context: RunContext,
  session: Session,
  mapping: CompiledMapping,
): Promise<void> {
  const { dialect, run, tables } = context
  await session.execute([
    rejectCollisions(
      dialect,
      run,
      tables,
      'match_value',
      mapping.match?.mapping.sensitive !== true,
    ),
    rejectCollisions(dialect, run, tables, 'remote_id', true),
  ])
  // Only what the CRM enforces as unique must be given up before another may take it.
  if (mapping.match?.field.unique !== true) return
  const edges = await session.query(claimEdges(dialect, run))
  if (edges.length === 0) return
  const order = orderClaims(
    edges.map(([claiming, releasing]) => [Number(claiming), Number(releasing)] as const),
  )
  const byPhase = new Map<number, number[]>()
  for (const [sequence, phase] of order.phases) {
    byPhase.set(phase, [...(byPhase.get(phase) ?? []), sequence])
  }
  await session.execute([
    ...setPhases(dialect, run, byPhase),
    ...(order.clearFirst.length > 0 ? [markClearFirst(dialect, run, order.clearFirst)] : []),
  ])
}
