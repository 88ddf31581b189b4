/**
 * One batch to its outcomes. A request is repeated, halved or resolved as core/delivery decides;
 * an operation whose fate is unknown is looked up before anything is resent (promise 4).
 */
import { RequestFailure } from '../../../connector/connector.ts'
import type { WriteResult } from '../../../connector/write.ts'
import { changesOnlyLinks } from '../../../core/plan/link-change.ts'
import { delivered, type OperationOutcome, undelivered } from '../../../core/delivery/outcome.ts'
import {
  afterOneMore,
  type Attempts,
  firstAttempt,
  maxAttempts,
  react,
} from '../../../core/delivery/retry.ts'
import { fieldKnowledge } from '../../../core/mapping/mapping.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import { associate } from './associate.ts'
import { adoptExisting } from './existing.ts'
import { resolveFates } from './fates.ts'
import { goneOutcomes } from './gone.ts'
import { deferAll, haltBy } from './halt.ts'
import { refuseLateStart } from '../../late-start.ts'
import { loadOf } from './load-of.ts'
import { holdMoved, type Rechecked } from './moved-since.ts'
import { type Busy, masked, sortResults } from './results.ts'
import type { SendContext } from './send-context.ts'

/** Of rows that the CRM did not apply however often they were sent. */
export const notAppliedReason = 'crm.not_applied'

/** Outcomes of the rows, in any order, one each. Throws only when fates could not be resolved. */
export async function send(
  context: SendContext,
  rows: readonly PlanRow[],
): Promise<readonly OperationOutcome[]> {
  // However a record was confirmed, by an answer or by a look after that was lost, its associations are still to be written.
  return associate(context, rows, await sendRecords(context, rows))
}

/** The records alone. */
async function sendRecords(
  context: SendContext,
  rows: readonly PlanRow[],
  attempts = firstAttempt,
): Promise<readonly OperationOutcome[]> {
  if (rows.length === 0) return []
  await context.lease.ensure(context.connector.timing.requestTimeoutMs)
  const { own, linksOnly } = splitByRequest(rows)
  let rechecked: Rechecked = { ready: own, moved: [] }
  let results: readonly WriteResult[] = []
  try {
    rechecked = await holdMoved(context, own)
    if (rechecked.ready.length > 0) results = await request(context, rechecked.ready)
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error
    return afterFailure(context, rows, error, attempts)
  }
  // Only the write itself may be sent again or given up. A read that fails while its answer is
  // settled says nothing of what was written: the batch stays as it is, to be resolved (promise 4).
  const outcomes = await settle(context, rechecked.ready, results, attempts)
  const untouched = linksOnly.map((row) =>
    delivered(row, { id: row.remoteId ?? '', created: false, returned: {} }),
  )
  return [...rechecked.moved, ...outcomes, ...untouched]
}

function request(context: SendContext, rows: readonly PlanRow[]): Promise<readonly WriteResult[]> {
  const { crm, mapping } = context
  const { object, operation, uniqueField, inputs } = loadOf(context, mapping, rows)
  const options = { object, beforeSend: () => refuseLateStart(context) }
  switch (operation) {
    case 'create':
      return crm.create(
        inputs.map(({ values }) => ({ uniqueField, values })),
        options,
      )
    case 'update':
      return crm.update(
        inputs.map(({ id, values, locked = {} }) => ({ id: id ?? '', values, locked })),
        options,
      )
    case 'upsert':
      return crm.upsert(
        inputs.map(({ values }) => ({ uniqueField: uniqueField ?? '', values })),
        options,
      )
    case 'delete':
      return crm.delete(
        inputs.map(({ id }) => id ?? ''),
        options,
      )
    default:
      return operation satisfies never
  }
}

function splitByRequest(rows: readonly PlanRow[]): {
  readonly own: readonly PlanRow[]
  readonly linksOnly: readonly PlanRow[]
} {
  return {
    own: rows.filter((row) => !changesOnlyLinks(row)),
    linksOnly: rows.filter(changesOnlyLinks),
  }
}

/** One outcome per row from one result per row; what the CRM did not account for is read back. */
async function settle(
  context: SendContext,
  rows: readonly PlanRow[],
  results: readonly WriteResult[],
  attempts: Attempts,
): Promise<readonly OperationOutcome[]> {
  const sorted = sortResults(context, rows, results)
  const { outcomes, existing, busy, accepted, unaccounted } = sorted
  const [adopted, confirmed, gone] = await Promise.all([
    adoptExisting(context, existing),
    resolveFates(context, context, fieldKnowledge(context.mapping), accepted),
    goneOutcomes(context, sorted.gone),
  ])
  // What a read does not show yet may show after settling.
  const readBack = await resolve(context, [...unaccounted, ...confirmed.notApplied], attempts)
  if (adopted.updates.length > 0) await context.recordResend()
  const updated = await sendRecords(context, adopted.updates, attempts)
  const later = await sendBusy(context, busy, attempts)
  return [
    ...outcomes,
    ...adopted.outcomes,
    ...updated,
    ...confirmed.outcomes,
    ...gone,
    ...readBack,
    ...later,
  ]
}

/** What the CRM was too busy for is sent again after a wait, and left to a later run in the end. */
async function sendBusy(
  context: SendContext,
  busy: readonly Busy[],
  attempts: Attempts,
): Promise<readonly OperationOutcome[]> {
  if (busy.length === 0) return []
  const reaction = react('unavailable', attempts, null, context.random())
  if (reaction.do !== 'again') {
    return busy.map(({ row, ...why }) =>
      undelivered(row, { status: 'deferred', ...why, hold: 'retry' }),
    )
  }
  await context.clock.sleep(reaction.waitMs, context.signal)
  await context.recordResend()
  return sendRecords(
    context,
    busy.map(({ row }) => row),
    reaction.next,
  )
}

async function afterFailure(
  context: SendContext,
  rows: readonly PlanRow[],
  failure: RequestFailure,
  attempts: Attempts,
): Promise<readonly OperationOutcome[]> {
  const reaction = react(failure.kind, attempts, failure.retryAfterMs, context.random())
  switch (reaction.do) {
    case 'again':
      await context.clock.sleep(reaction.waitMs, context.signal)
      await context.recordResend()
      return sendRecords(context, rows, reaction.next)
    case 'resolve':
      return resolve(context, rows, attempts)
    case 'bisect':
      return bisect(context, rows, failure)
    case 'defer':
    case 'stop':
      return deferAll(rows, failure, haltBy(context, failure))
    default:
      return reaction satisfies never
  }
}

/** Waits until a request that died can no longer be applied, asks the CRM, resends what was not. */
async function resolve(
  context: SendContext,
  rows: readonly PlanRow[],
  attempts: Attempts,
): Promise<readonly OperationOutcome[]> {
  if (rows.length === 0) return []
  const { requestTimeoutMs, settlingMs } = context.connector.timing
  await context.clock.sleep(requestTimeoutMs + settlingMs, context.signal)
  const { outcomes, notApplied } = await resolveFates(
    context,
    context,
    fieldKnowledge(context.mapping),
    rows,
  )
  if (notApplied.length === 0) return outcomes
  if (attempts.count >= maxAttempts) {
    const message = `not applied in ${attempts.count} attempts`
    const given = notApplied.map((row) =>
      undelivered(row, { status: 'deferred', reason: notAppliedReason, message, hold: 'retry' }),
    )
    return [...outcomes, ...given]
  }
  await context.recordResend()
  return [...outcomes, ...(await sendRecords(context, notApplied, afterOneMore(attempts)))]
}

/** Some input poisons the whole request: halves find it in log2(n) steps, the others go through. */
async function bisect(
  context: SendContext,
  rows: readonly PlanRow[],
  failure: RequestFailure,
): Promise<readonly OperationOutcome[]> {
  const [only] = rows
  if (rows.length === 1 && only !== undefined) {
    const { reason } = failure
    const { message } = masked(context, only, failure.message)
    return [undelivered(only, { status: 'rejected', reason, message, hold: 'content' })]
  }
  const middle = Math.ceil(rows.length / 2)
  const first = await sendRecords(context, rows.slice(0, middle))
  return [...first, ...(await sendRecords(context, rows.slice(middle)))]
}
