/**
 * Refuses to apply a plan that the world has left behind: each thing it rests on is looked at again,
 * before the first write.
 */
import {
  type CompiledMapping,
  fieldKnowledge,
  recordFields,
} from '../../../core/mapping/mapping.ts'
import { sameValue } from '../../../core/mapping/same-value.ts'
import { restsOnLook } from '../../../core/plan/needs-look.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import { readPlanRow } from '../../../core/plan/plan-text.ts'
import { movedRows } from '../../../core/sql/compare-due.ts'
import { diffStatements, dueStatements, materialiseModel } from '../../../core/sql/diff.ts'
import { planLength, readPlan } from '../../../core/sql/plan.ts'
import { dropScratch } from '../../../core/sql/drop-run.ts'
import type { RunRecord } from '../../../ledger/ledger.ts'
import { checkTables } from '../../../core/sql/names.ts'
import { boundRecords } from '../look/bound-records.ts'
import type { RunContext } from '../../context.ts'
import { pushErrors } from '../errors/errors.ts'
import { describeFailure } from '../errors/failures.ts'
import { readCurrent } from '../deliver/read-current.ts'
import { recordsMatching } from '../look/look.ts'
import { readPages } from '../look/read-values.ts'
import { seenOf } from './seen.ts'
import {
  digestOf,
  mappingDigest,
  metadataText,
  optionsText,
  type PlanFingerprint,
} from './fingerprint.ts'
import { type PreparedModel, prepareModel } from './model.ts'
import { findMovedLink } from './unmoved-links.ts'
import { toldOfModel } from './model-query.ts'

const pageRows = 5_000

/** The model and the baseline, compared by a diff of their own. */
export async function refuseMovedRows(
  context: RunContext,
  record: RunRecord,
  planned: PlanFingerprint,
): Promise<PreparedModel> {
  const { ledger, sync, warehouse, dialect } = context
  const { generation } = await ledger.sync(sync.name)
  if (generation !== planned.generation) moved(context, 'another run changed the baseline')
  const check = { ...context, run: checkTables(context.workingSchema, context.runId) }
  return warehouse.session(async (session) => {
    const fresh = await prepareModel(check, session, planned.selection)
    // The due rows are chosen as they were for the plan; the metadata itself is compared later.
    const metadata = planned.metadata === null ? null : digestOf(planned.metadata)
    const prepared = { ...fresh, diff: { ...fresh.diff, metadata } }
    if (mappingDigest(prepared) !== planned.fields) moved(context, 'the mapping changed')
    if (optionsText(sync) !== planned.options) moved(context, 'the sync’s options changed')
    const copy =
      prepared.materialise === null
        ? []
        : materialiseModel(dialect, check.run, prepared.materialise)
    // Held rows are judged at the time of the plan: an attempt that became due since is no move.
    await toldOfModel(
      sync,
      session.execute([
        ...copy,
        ...diffStatements(prepared.diff),
        ...dueStatements(prepared.diff, record.startedAt),
      ]),
    )
    const { columns } = prepared.diff
    const due = await session.columns(context.run.due.schema, context.run.due.table)
    const statement = movedRows(dialect, context.run.due, check.run.due, columns)
    const [row] = due === null ? [['0']] : await session.query(statement)
    await session.execute(dropScratch(dialect, check.run))
    if (row?.[0] !== '0') moved(context, `${row?.[0]} rows of the model changed`)
    return { ...prepared, diff: { ...prepared.diff, run: context.run } }
  })
}

/** The CRM's fields, and the values that each operation expects to find. */
export async function refuseMovedRecords(
  context: RunContext,
  mapping: CompiledMapping,
  planned: PlanFingerprint,
): Promise<void> {
  if (metadataText(mapping) !== planned.metadata) moved(context, 'the CRM’s fields changed')
  const { dialect, run, sync, warehouse } = context
  const [length] = await warehouse.session((session) => session.query(planLength(dialect, run)))
  const last = Number(length?.[0] ?? 0)
  for (let after = 0; after < last; after += pageRows) {
    const rows = await warehouse.session((session) =>
      session.query(readPlan(dialect, run, { after, through: after + pageRows })),
    )
    const all = rows.map(readPlanRow)
    const page = sync.readBefore ? all : all.filter((row) => restsOnLook(row, mapping))
    await refuseMovedPage(
      context,
      mapping,
      page.filter((row) => row.status === null),
    )
    await refuseMovedConcluded(
      context,
      mapping,
      page.filter((row) => row.seen !== null && row.presence !== null),
    )
  }
}

async function refuseMovedPage(
  context: RunContext,
  mapping: CompiledMapping,
  rows: readonly PlanRow[],
): Promise<void> {
  const knowledge = fieldKnowledge(mapping)
  const current = await describeFailure(context, readCurrent(context, knowledge, rows))
  await refuseNewMatches(context, mapping, rows)
  for (const row of rows) {
    const record = current.get(row.sequence)
    if (row.kind === 'create') {
      // A value that another operation of the plan gives up is still there, and expected.
      if (record !== undefined && row.phase === 0) {
        moved(context, `record ${record.id} appeared for key ${row.key}`)
      }
      continue
    }
    if (record === undefined) {
      moved(context, `record ${row.remoteId} of key ${row.key} is gone`)
      continue
    }
    for (const [name, change] of Object.entries(row.changes)) {
      const field = knowledge.fields.get(name)
      if (field === undefined || change.crm === undefined) continue
      if (!sameValue(field, record.values[name] ?? null, change.crm)) {
        moved(context, wasEdited(row, name))
      }
    }
  }
  const link = await findMovedLink(context, rows, current)
  if (link !== null) moved(context, wasEdited(link.row, link.association))
}

function wasEdited({ remoteId, key }: PlanRow, name: string): string {
  return `${name} of record ${remoteId} (key ${key}) was edited in the CRM`
}

/** Rows that need no request bind and confirm their records as the plan saw them (promise 1). */
async function refuseMovedConcluded(
  context: RunContext,
  mapping: CompiledMapping,
  rows: readonly PlanRow[],
): Promise<void> {
  const fields = recordFields(mapping).map(({ field }) => field.name)
  const options = { object: context.sync.object, fields }
  const ids = rows.map((row) => row.remoteId ?? '')
  const read = readPages(context, ids, (page) => context.crm.readById(page, options))
  const found = await describeFailure(context, read)
  for (const { key, remoteId, seen } of rows) {
    const record = found.get(remoteId ?? '')
    if (seenOf(record, mapping) === seen) continue
    const what = record === undefined ? 'is gone' : 'is not as it was in the CRM'
    moved(context, `record ${remoteId} of key ${key} ${what}`)
  }
}

/**
 * Where creates carry a key of our own, a record that somebody made since is found by the match value
 * only. The plan would have adopted it.
 */
async function refuseNewMatches(
  context: RunContext,
  mapping: CompiledMapping,
  rows: readonly PlanRow[],
): Promise<void> {
  if (mapping.match === null || mapping.identity?.field.name === mapping.match.field.name) return
  const creates = rows.filter((row) => row.kind === 'create' && row.matchValue !== null)
  const values = creates.map((row) => row.matchValue ?? '')
  const options = { object: context.sync.object, fields: [] }
  const read = recordsMatching(context, mapping, values, options)
  const { found } = await describeFailure(context, read)
  const ids = [...found.values()].flat().map(({ id }) => id)
  // A record of another key, which may lose the value in this plan, matched when it was made, too.
  const bound = new Set((await boundRecords(context, { kind: 'text' }, ids)).map(([id]) => id))
  for (const row of creates) {
    const record = found.get(row.matchValue ?? '')?.find(({ id }) => !bound.has(id))
    if (record !== undefined) moved(context, `record ${record.id} appeared for key ${row.key}`)
  }
}

function moved({ sync, runId }: RunContext, what: string): never {
  throw pushErrors.world_moved({
    message: `Sync ${sync.name}: plan ${runId} no longer holds: ${what}.`,
    place: sync.place,
  })
}
