/**
 * The ways to push: plan only, run, adopt, retry. Each is a run with its states; what they share is
 * in lifecycle.ts, what happens after the plan in execute.ts.
 */
import { releaseHeld, reopenWithheld } from '../../core/sql/reopen.ts'
import { confirmPlan, recordLeft } from './deliver/confirm.ts'
import type { Collaborators, LeaseKeeper, RunContext } from '../context.ts'
import { endOf, executableOf, execute, mergeBasis, nothingDelivered } from './execute.ts'
import { breachesOf, refusalOf } from './guard.ts'
import { advance, finish, openPush, type PushOptions, withRun } from './lifecycle.ts'
import { withinDay } from './look/within-day.ts'
import { takeUpMapping, type Selection } from './plan/model.ts'
import { planPush } from './plan/plan.ts'
import { type PredictedPlan, predictCalls } from './plan/predict-calls.ts'
import { planFingerprint } from './plan/fingerprint.ts'
import { freeSuperseded } from './plan/rekeyed.ts'
import { fenceStatement } from '../working-schema.ts'
import { type PushReport, pushReport } from './push-report.ts'

export type PushMethod = (
  collaborators: Collaborators,
  lease: LeaseKeeper,
  options: PushOptions,
) => Promise<PushReport>

/** Plans, and leaves the plan in the working schema to be looked at and applied. */
export const planOnly: PushMethod = (collaborators, lease, options) =>
  withRun(collaborators, lease, options, async (context, startedAt) => {
    const plan = await planAndPredict(context, options.selection, { isAttended: true })
    await advance(context, 'plan_stored', { report: await planFingerprint(context, plan) })
    const breaches = breachesOf(context.sync, plan)
    const ending = { state: 'planned', breaches, error: null, unsentReason: '' } as const
    return pushReport(context, startedAt, plan, null, ending)
  })

/** Plans, guards, delivers and confirms. */
export const runPush: PushMethod = (collaborators, lease, options) =>
  withRun(collaborators, lease, options, async (context, startedAt) => {
    const plan = await planAndPredict(context, options.selection, { isAttended: false })
    await advance(context, 'plan_stored', { report: await planFingerprint(context, plan) })
    const breaches = breachesOf(context.sync, plan)
    const refusal = options.force ? null : refusalOf(context.sync, plan, options.first)
    if (refusal !== null) {
      await advance(context, 'guard_refused', { error: refusal })
      const ending = { state: 'stopped', breaches, error: refusal, unsentReason: '' } as const
      return pushReport(context, startedAt, plan, null, ending)
    }
    const delivery = await execute(
      context,
      executableOf(plan.prepared, plan.counts, plan),
      options.signal,
    )
    const end = endOf(delivery, options.signal)
    const ending = { ...end, breaches, unsentReason: 'run.ended_early' }
    const result = pushReport(context, startedAt, plan, delivery, ending)
    await finish(context, options.kind, result)
    return result
  })

/**
 * Takes over what the CRM already holds: rows whose values are there, or are withheld, enter the
 * baseline; nothing is sent. What differs stays due, and is what the report's plan tells.
 */
export const adopt: PushMethod = (collaborators, lease, options) =>
  withRun(collaborators, lease, options, async (context, startedAt) => {
    const finished = await planPush(context, options.selection, 'tell')
    const plan = { ...finished, predicted: null }
    await advance(context, 'plan_stored')
    await takeUpMapping(context, plan.prepared)
    if (plan.mapping !== null) await freeSuperseded(context)
    if (plan.counts.concluded > 0) await confirmPlan(context, mergeBasis(plan.prepared))
    const unsentReason = 'adopt.differs'
    if (plan.counts.operations > 0) await recordLeft(context, unsentReason)
    const left = { ...nothingDelivered, unsent: plan.counts.operations }
    const ending = { state: 'succeeded', breaches: [], error: null, unsentReason } as const
    const result = pushReport(context, startedAt, plan, left, ending)
    await finish(context, options.kind, result)
    return result
  })

/** Releases held rows and withheld fields, of one key or of all, then runs. */
export const retry: PushMethod = async (collaborators, lease, options) => {
  const push = await openPush(collaborators, lease)
  const { dialect, tables, warehouse } = push
  await warehouse.session(async (session) => {
    const columns = await session.columns(tables.baseline.schema, tables.baseline.table)
    const key = columns?.find((column) => column.name === 'key')
    if (key === undefined) return
    const { onlyKey } = options.selection
    await session.execute([
      fenceStatement(push),
      releaseHeld(dialect, tables, onlyKey),
      reopenWithheld(dialect, tables, key, onlyKey),
    ])
  })
  return runPush(collaborators, lease, options)
}

/** Only where a person reads the answer the CRM is asked beyond our part of its day, and for what is left of it. */
async function planAndPredict(
  context: RunContext,
  selection: Selection,
  { isAttended }: { readonly isAttended: boolean },
): Promise<PredictedPlan> {
  const plan = isAttended
    ? await planPush(context, selection, 'tell')
    : await planPush({ ...context, crm: withinDay(context.crm) }, selection, 'defer')
  const predicted = await predictCalls(context, plan, isAttended)
  if (predicted !== null) context.progress({ at: 'predicted', calls: predicted })
  return { ...plan, predicted }
}
