/**
 * Planning: model → diff → map → look at the CRM → plan rows in the working schema. Works in pages,
 * so that memory stays flat at any size, and lets the warehouse go while it waits for the CRM.
 */
import { mapRow } from '../../../core/mapping/mapping.ts'
import type { CompiledMapping } from '../../../core/mapping/mapping.ts'
import { maskMessage } from '../../../core/mapping/sensitive.ts'
import { noClaims, withClaims } from '../../../core/plan/claims.ts'
import { decide, type DecideContext } from '../../../core/plan/decide.ts'
import { decideRemoved } from '../../../core/plan/decide-removed.ts'
import { matchValue } from '../../../core/plan/match-value.ts'
import { needsLook } from '../../../core/plan/needs-look.ts'
import { concluded, type DueRow, type PlanRow } from '../../../core/plan/plan-row.ts'
import { readDueRow } from '../../../core/plan/plan-text.ts'
import { countRemapped, noneRemapped, type RemappedCounts } from '../../../core/plan/remapped.ts'
import { readDue } from '../../../core/sql/diff.ts'
import type { PlanClaims } from '../../../core/sql/plan.ts'
import type { CrmValue } from '../../../model/operation.ts'
import type { Transform } from '../../../sandbox/sandbox.ts'
import { ahead } from './ahead.ts'
import { arrange } from './arrange.ts'
import type { RunContext } from '../../context.ts'
import { describeFailure } from '../errors/failures.ts'
import type { Bindings } from '../look/bound-records.ts'
import { lookAnew } from '../look/look-anew.ts'
import { spareSurvivors } from '../look/survivors.ts'
import { vacatedKeys } from './rekeyed.ts'
import { diff, type Difference } from './difference.ts'
import { deferDue, exhaustionIn, type WhenExhausted } from './exhausted.ts'
import { digestOf, metadataText } from './fingerprint.ts'
import type { FinishedPlan } from './finished-plan.ts'
import { mayReadMetadata, reconsiderHeld } from './held-content.ts'
import type { PreparedModel, Selection } from './model.ts'
import { storePlan } from './plan-store.ts'
import { withSeen } from './seen.ts'
import { type ModelCounts, rejectUnkeyed } from './unkeyed.ts'
import { countPlan } from './totals.ts'
import { resolveTargets } from '../look/targets.ts'
import { openTransform, type SeenRow, transformPage } from './transform-page.ts'
import { requireCalls } from '../deliver/calls.ts'
import { readBoundMapping, refuseOtherObject } from '../look/object.ts'

/** Rows planned between two visits to the warehouse. */
const pageRows = 2_000

/** `whenExhausted` says what becomes of the due rows where the CRM's day turns out to be used up. */
export async function planPush(
  context: RunContext,
  selection: Selection,
  whenExhausted: WhenExhausted,
): Promise<FinishedPlan> {
  // Before anything else: a file that can't run is a fault of the configuration.
  const transform = await openTransform(context)
  await refuseOtherObject(context, () => requireCalls(context))
  context.progress({ at: 'diffing' })
  const found = await context.warehouse.session((session) => diff(context, session, selection))
  const { prepared, mapping, lookedAt, due, remapped, claims } = await planFound(
    context,
    transform,
    found,
  ).catch(async (error: unknown) => {
    const exhaustion = whenExhausted === 'defer' ? exhaustionIn(error) : null
    if (exhaustion === null) throw error
    const deferred = await deferDue(context, found, exhaustion)
    return { ...nothingPlanned, prepared: found.prepared, mapping: null, ...deferred }
  })
  const { model } = found
  const { counts, totals } = await context.warehouse.session(async (session) => {
    await rejectUnkeyed(context, session, prepared, model, due)
    if (mapping !== null) await arrange(context, session, prepared, mapping, claims)
    return countPlan(context, session, prepared, model, due)
  })
  context.progress({ at: 'planned', totals })
  return { prepared, mapping, lookedAt, counts, totals, remapped }
}

interface PlannedRows extends Met, Planned {
  readonly lookedAt: number
}

/** What the CRM is asked for the rows that differ, and what becomes of them. */
async function planFound(
  context: RunContext,
  transform: Transform | null,
  found: Difference,
): Promise<PlannedRows> {
  const met = await meetCrm(context, found)
  const { prepared, mapping, due } = met
  const { model } = found
  context.progress({ at: 'diffed', rows: model.total, due })
  const lookedAt = context.clock.now()
  const planned =
    mapping === null
      ? nothingPlanned
      : await planDue(context, transform, prepared, mapping, model, due)
  return { ...met, ...planned, lookedAt }
}

interface Met {
  readonly prepared: PreparedModel
  readonly mapping: CompiledMapping | null
  readonly due: number
}

/** The mapping and the rows due under it; without rows that need the CRM, nothing is asked of it. */
async function meetCrm(context: RunContext, found: Difference): Promise<Met> {
  const { prepared } = found
  const worthACall = found.heldForContent > 0 && (await mayReadMetadata(context))
  if (found.due === 0 && !worthACall) return { prepared, mapping: null, due: 0 }
  await requireCalls(context)
  const mapping = await readBoundMapping(context, prepared.diff.columns)
  const metadata = digestOf(metadataText(mapping))
  const informed = { ...prepared, diff: { ...prepared.diff, metadata } }
  const due = await reconsiderHeld(context, informed, found)
  return due === 0 ? { prepared, mapping: null, due } : { prepared: informed, mapping, due }
}

interface Planned {
  /** Rows that an edit of the mapping made due. */
  readonly remapped: RemappedCounts
  readonly claims: PlanClaims
}

const nothingPlanned: Planned = { remapped: noneRemapped, claims: noClaims }

async function planDue(
  context: RunContext,
  transform: Transform | null,
  prepared: PreparedModel,
  mapping: CompiledMapping,
  model: ModelCounts,
  due: number,
): Promise<Planned> {
  const decideContext: DecideContext = {
    sync: context.sync,
    mapping,
    touched: prepared.versions.touched,
    unmapped: prepared.versions.unmapped,
  }
  // Promise 6: a model with a row that can't be named is not known whole, so nothing is absent.
  const absenceIsKnown = model.wholeKeyed === model.whole
  const { diff: input } = prepared
  const bindings: Bindings = {
    key: input.baselineKey,
    vacatedOf: (keys) =>
      absenceIsKnown ? vacatedKeys(context, input, keys) : Promise.resolve(new Set()),
  }
  const pages = ahead(Math.ceil(due / pageRows), (page) =>
    context.warehouse.session((session) =>
      session.query(readDue(prepared.diff, page * pageRows, (page + 1) * pageRows)),
    ),
  )
  const { columns } = prepared.diff
  // While one page is planned, the next is read and the one before is stored.
  let storing: Promise<void> = Promise.resolve()
  let done = 0
  let { remapped } = nothingPlanned
  let claims: PlanClaims | null = null
  try {
    for await (const rows of pages) {
      const seen = await transformPage(transform, columns, mapping, rows.map(readDueRow))
      for (const row of seen) {
        remapped = countRemapped(remapped, row.due, mapping, prepared.versions)
      }
      const decided = await planPage(context, decideContext, seen, absenceIsKnown, bindings)
      const asked = seen.map((row) => row.due)
      const removed = asked.filter(({ side }) => side === 'removed')
      const planned = await spareSurvivors(context, input, removed, decided)
      claims = withClaims(claims, asked, planned)
      await storing
      storing = context.warehouse.session((session) => storePlan(context, session, planned))
      storing.catch(() => undefined)
      done += rows.length
      context.progress({ at: 'planning', done, due })
    }
  } finally {
    // Whoever plans otherwise after a failure finds nothing still on its way into the plan.
    await storing.catch(() => undefined)
  }
  await storing
  return { remapped, claims: claims ?? noClaims }
}

async function planPage(
  context: RunContext,
  decideContext: DecideContext,
  rows: readonly SeenRow[],
  absenceIsKnown: boolean,
  bindings: Bindings,
): Promise<readonly PlanRow[]> {
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
  const { sync } = context
  const looking = targets.rows.filter(({ due }) => sync.readBefore || needsLook(due, sync, mapping))
  const found = await describeFailure(context, lookAnew(context, mapping, looking, bindings))
  for (const asked of targets.rows) {
    const { values } = asked
    const { due, looked } = found.get(asked) ?? { due: asked.due, looked: null }
    if (looked?.refused) {
      const { reason, hold } = looked.refused
      const message = maskMessage(looked.refused.message, values, mapping)
      planned.push(concluded(due, { status: 'rejected', reason, message, hold }))
      continue
    }
    const records = looked?.records ?? null
    const decided =
      due.side === 'removed'
        ? decideRemoved(due, records, decideContext)
        : decide(due, values, records, decideContext)
    const row = records === null ? decided : withSeen(decided, records[0], mapping)
    if (looked?.supersedes) planned.push({ ...row, supersedes: looked.supersedes })
    // Another key gives the value up first, or keeps it; which, only the whole plan can say.
    else planned.push(looked?.taken ? { ...row, phase: 1 } : row)
  }
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
    const adopted =
      due.baseline?.origin === 'adopted' && !sync.deleteAdopted && due.baseline.released === null
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
