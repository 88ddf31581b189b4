/** What the commands that push share: choosing syncs, showing progress, one failing sync never stopping another. */
import { failedRows } from '../app/push/failed-rows.ts'
import { type PushRequest, type PushResult, pushSync } from '../app/push/push-sync.ts'
import type { RunRequest } from '../app/run/run-under-lease.ts'
import type { Workspace } from '../app/workspace/workspace.ts'
import type { PushRunKind } from '../model/run.ts'
import type { PushSync } from '../model/sync.ts'
import { flag, type Invocation, number, type OptionDeclarations, text } from './command.ts'
import { exitCode, exitCodeOf } from './exit-code.ts'
import type { Result } from './output.ts'
import { deliveryLines } from './render/delivery.ts'
import { errorLines } from './render/error.ts'
import { failedRowLines, failedRowsJson } from './render/failed-rows.ts'
import { progressLine, progressStep } from './render/progress.ts'
import { reportJson } from './render/report-json.ts'
import { shellWord } from './render/shell-word.ts'
import { keepHeapSmall } from './small-heap.ts'
import { choiceOptionsOf, chosenSyncsOf } from './sync-choice.ts'
import { type Judged, syncCommand } from './sync-command.ts'

export const selectionOptions = {
  ...choiceOptionsOf.push,
  key: { type: 'string', description: 'Only the row with this key.', value: '<key>' },
} as const satisfies OptionDeclarations

const failedByDefault = 5

/** For commands that deliver. */
export const showFailedOption = {
  show: {
    type: 'string',
    description: `Rows to show that were not delivered; default ${failedByDefault}.`,
    value: '<n>',
  },
} as const satisfies OptionDeclarations

export interface PushWork extends Pick<RunRequest, 'onHeld'> {
  readonly kind: PushRunKind
  /** The run whose plan is applied. */
  readonly plan?: string
  /** Shows a report on the way; gives what the JSON tells beyond the report. */
  show(workspace: Workspace, sync: PushSync, report: PushResult): Promise<Result>
  /** The exit code of a report without error. */
  judge(sync: PushSync, report: PushResult): number
}

export interface PushCommand extends PushWork {
  /** The syncs it is about, where the command line does not name them. */
  choose?(workspace: Workspace): Promise<readonly PushSync[]>
}

export function pushCommand(invocation: Invocation, command: PushCommand): Promise<number> {
  const endKeeping = keepHeapSmall()
  return syncCommand(invocation, {
    choose: (workspace) =>
      command.choose?.(workspace) ?? chosenSyncsOf('push', invocation, workspace.project),
    work: pushWork(invocation, command),
  }).finally(endKeeping)
}

/** The work of a command on one push. */
export function pushWork(
  invocation: Invocation,
  { kind, plan, show, judge, onHeld }: PushWork,
): (workspace: Workspace, sync: PushSync) => Promise<Judged> {
  return async (workspace, sync) => {
    const request = { ...pushRequest(invocation, sync, kind, plan), onHeld }
    const report = await pushSync(workspace, sync, request)
    const more = await show(workspace, sync, report)
    const { error } = report
    const { onlyKey } = request.selection
    if (onlyKey !== null && report.rows === 0) {
      invocation.output.note(`${sync.name}: no row of the model has the key ${shellWord(onlyKey)}`)
    }
    if (error !== null) for (const line of errorLines(error)) invocation.output.note(line)
    return {
      result: { ...reportJson(report), ...more },
      code: error === null ? judge(sync, report) : exitCodeOf(error),
      error,
    }
  }
}

/** What the command line asks of one sync. */
export function pushRequest(
  { output, values, signal }: Invocation,
  sync: PushSync,
  kind: PushRunKind,
  plan: string | null = null,
): PushRequest {
  return {
    kind,
    plan,
    first: flag(values, 'first'),
    force: flag(values, 'force'),
    givesUpJobs: flag(values, 'give-up-jobs'),
    selection: { onlyKey: text(values, 'key') ?? null, limit: number(values, 'limit') },
    signal,
    progress: (event) =>
      output.progress(progressLine(sync.name, event), progressStep(sync.name, event)),
  }
}

/** Shows what a delivery did, and some of the rows that it did not deliver. */
export function showDelivery({ output, values }: Invocation): PushWork['show'] {
  // Refuses a wrong number before anything is sent.
  const limit = number(values, 'show') ?? failedByDefault
  return async (workspace, sync, report) => {
    const failed = await failedRows(workspace, sync, report, limit)
    const lines = failedRowLines(sync, failed)
    for (const line of deliveryLines(sync, report, lines)) output.line(line)
    return failedRowsJson(failed)
  }
}

/** Of a delivery: whether more rows were newly rejected than the sync allows. */
export function judgeDelivery(sync: PushSync, report: PushResult): number {
  const fresh = report.outcomes.rejected - report.heldRejected
  return fresh > sync.guards.failOnRejected ? exitCode.rejected : exitCode.fine
}
