/** Delivers exactly the plan that a person reviewed, or nothing. */
import { noneRemapped } from '../../core/plan/remapped.ts'
import type { Collaborators, LeaseKeeper } from '../context.ts'
import { runContext } from '../context.ts'
import type { SynclineError } from '../../model/error.ts'
import type { RunRecord } from '../../ledger/ledger.ts'
import { pushErrors } from './errors/errors.ts'
import { endOf, executableOf, execute } from './execute.ts'
import type { PlanFingerprint } from './plan/fingerprint.ts'
import { finish, openPush, type PushOptions } from './lifecycle.ts'
import { readBoundMapping } from './look/object.ts'
import { type PushReport, pushReport } from './push-report.ts'
import { refuseMovedRecords, refuseMovedRows } from './plan/unmoved.ts'

/** `options.runId` is the plan's. Guards don't stop it: a person has decided. */
export async function applyPlan(
  collaborators: Collaborators,
  lease: LeaseKeeper,
  options: PushOptions,
): Promise<PushReport> {
  const { runId, signal } = options
  const push = await openPush(collaborators, lease, { keepsPlan: (id) => id === runId })
  const { ledger, sync, clock } = push
  const record = await ledger.run(runId)
  if (record === null || record.sync !== sync.name) {
    throw pushErrors.unknown_run({ message: `Sync ${sync.name} has no plan ${runId}.` })
  }
  if (record.state !== 'planned' && record.state !== 'stopped') throw notWaiting(record)
  const startedAt = clock.now()
  const planned = record.report as PlanFingerprint
  if (planned.calls === undefined || planned.fields === undefined) {
    throw pushErrors.world_moved({
      message: `Sync ${sync.name}: plan ${runId} was made by an older version; plan again.`,
      place: sync.place,
    })
  }
  // The calls that made the plan are part of the run's.
  const callsBefore = push.callsBefore - planned.calls
  const context = runContext({ ...push, callsBefore }, runId)
  const prepared = await refuseMovedRows(context, record, planned)
  let mapping = null
  const lookedAt = clock.now()
  if (planned.metadata !== null) {
    mapping = await readBoundMapping(context, prepared.diff.columns)
    await refuseMovedRecords(context, mapping, planned)
  }
  const executable = executableOf(prepared, planned.counts, { mapping, lookedAt })
  const delivery = await execute(context, executable, signal)
  const ending = {
    ...endOf(delivery, signal),
    breaches: [],
    unsentReason: 'run.ended_early',
  }
  const { remapped = noneRemapped, predicted = null } = planned
  const plan = { ...planned, remapped, predicted }
  const result = pushReport(context, startedAt, plan, delivery, ending)
  await finish(context, 'apply', result)
  return result
}

function notWaiting({ error, id, state, sync }: RunRecord): SynclineError {
  if (error?.code === 'run.interrupted') {
    return pushErrors.unknown_run({
      message: `Run ${id} of sync ${sync} was interrupted; what it had delivered is confirmed.`,
      remedy: 'Plan again: the new plan has what is left of this one.',
    })
  }
  const message = `Run ${id} of sync ${sync} is ${state}; only a stored plan can be applied.`
  return pushErrors.unknown_run({ message })
}
