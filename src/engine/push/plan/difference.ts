/** The rows of a model that differ from the baseline, and whether these differences count. */
import { diffCounts, diffStatements, materialiseModel } from '../../../core/sql/diff.ts'
import { countSettled, forgetSettled } from '../../../core/sql/waiting.ts'
import { createPlan } from '../../../core/sql/working-schema.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import type { RunContext } from '../../context.ts'
import { bindSync, fenceStatement } from '../../working-schema.ts'
import { pushErrors } from '../errors/errors.ts'
import { chooseDue, type DueRows } from './held-content.ts'
import { type PreparedModel, prepareModel, type Selection } from './model.ts'
import { toldOfModel } from './model-query.ts'
import type { ModelCounts } from './unkeyed.ts'

export interface Difference extends DueRows {
  readonly prepared: PreparedModel
  readonly model: ModelCounts
}

export async function diff(
  context: RunContext,
  session: Session,
  selection: Selection,
): Promise<Difference> {
  const { dialect, run } = context
  const prepared = await prepareModel(context, session, selection)
  const copy =
    prepared.materialise === null ? [] : materialiseModel(dialect, run, prepared.materialise)
  await toldOfModel(
    context.sync,
    session.execute([...createPlan(dialect, run), ...copy, ...diffStatements(prepared.diff)]),
  )
  const model = await readCounts(context, session)
  const { baselineRows } = prepared
  refuseEmpty(context, model, baselineRows)
  await keepKeyColumn(context, session, baselineRows)
  if (selection.onlyKey === null) await settleHeld(context, session, prepared)
  // Rows that no key names are confirmed beside the due ones, and need the table to join.
  const unkeyed = model.total - model.keyed + model.duplicated
  const none = { due: 0, heldForContent: 0 }
  const rows = model.changed + unkeyed === 0 ? none : await chooseDue(context, session, prepared)
  return { prepared, model, ...rows }
}

/** Who is held and not due any more would be told to wait, or to have failed, for ever (promise 9). */
async function settleHeld(
  context: RunContext,
  session: Session,
  { diff: input }: PreparedModel,
): Promise<void> {
  if (!input.withHeld) return
  const [settled] = await session.query(countSettled(input))
  if (settled?.[0] === '0') return
  await session.execute([fenceStatement(context), forgetSettled(input)])
}

async function readCounts(context: RunContext, session: Session): Promise<ModelCounts> {
  const [row] = await session.query(diffCounts(context.dialect, context.run))
  const [total, keyed, duplicated, changed, removed, whole, wholeKeyed] = (row ?? []).map(Number)
  return {
    total: total ?? 0,
    keyed: keyed ?? 0,
    duplicated: duplicated ?? 0,
    changed: changed ?? 0,
    removed: removed ?? 0,
    whole: whole ?? 0,
    wholeKeyed: wholeKeyed ?? 0,
  }
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
 * Another column of the same type may hold the keys of other rows: each row would then be written over
 * the record of another.
 */
async function keepKeyColumn(
  context: RunContext,
  session: Session,
  baselineRows: number,
): Promise<void> {
  const { bound, sync } = context
  const known = bound.keyColumn
  if (known === sync.key) return
  if (known !== null && baselineRows > 0) {
    throw pushErrors.other_key_column({
      message: `Sync ${sync.name}: the key is column ${sync.key}, but the keys that were pushed before come from column ${known}.`,
      place: sync.place,
    })
  }
  await bindSync(context, session, { key_column: sync.key })
}
