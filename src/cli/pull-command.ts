/** What the commands that pull share: choosing objects, showing progress and report. */
import type { Loader } from '../app/pull/event-loader.ts'
import {
  mostWithheldKeys,
  type PullRequest,
  type PullResult,
  pullSync,
} from '../app/pull/pull-sync.ts'
import { type PullRunResult, runPull } from '../app/pull/run-pull.ts'
import type { Workspace } from '../app/workspace/workspace.ts'
import type { PullSync } from '../model/sync.ts'
import { flag, type Invocation, number, type OptionDeclarations, texts } from './command.ts'
import { exitCodeOf } from './exit-code.ts'
import { errorLines } from './render/error.ts'
import { pullJson, pullLines } from './render/pull.ts'
import { pullProgressLine, pullProgressStep } from './render/pull-progress.ts'
import type { Judged } from './sync-command.ts'

export const objectOption = {
  object: {
    type: 'string',
    multiple: true,
    description:
      'Of a pull, only this object; may be given several times, or as a list with commas.',
    value: '<name>',
  },
} as const satisfies OptionDeclarations

/** For commands that may withhold deletes. */
export const showWithheldOption = {
  show: {
    type: 'string',
    description: `Records to name that a guard kept from being deleted; default ${mostWithheldKeys}.`,
    value: '<n>',
  },
} as const satisfies OptionDeclarations

export interface PullCommand extends Pick<PullRequest, 'kind' | 'selection' | 'onHeld'> {
  /** The exit code of a report without error. */
  judge(report: PullResult): number
  /** Loads the journal first; null for what only reads. */
  readonly loaderOf: ((workspace: Workspace) => Loader) | null
}

/** The work of a command on one pull. */
export function pullWork(
  { output, values, signal }: Invocation,
  { kind, selection, judge, loaderOf, onHeld }: PullCommand,
): (workspace: Workspace, sync: PullSync) => Promise<Judged> {
  // Refuses a wrong option before anything is read.
  const objects = texts(values, 'object')
  const dryRun = flag(values, 'dry-run')
  const withheldKeys = number(values, 'show') ?? mostWithheldKeys
  return async (workspace, sync) => {
    const request: PullRequest = {
      kind,
      objects,
      selection,
      dryRun,
      force: flag(values, 'force'),
      withheldKeys,
      signal,
      onHeld,
      progress: (event) =>
        output.progress(pullProgressLine(sync.name, event), pullProgressStep(sync.name, event)),
    }
    const report: PullResult & Partial<PullRunResult> =
      loaderOf === null
        ? await pullSync(workspace, sync, request)
        : await runPull(workspace, sync, loaderOf(workspace), request)
    for (const line of pullLines(sync, report, { dryRun })) output.line(line)
    const { error } = report
    if (error !== null) for (const line of errorLines(error)) output.note(line)
    return {
      result: pullJson(report, { dryRun }),
      code: error === null ? judge(report) : exitCodeOf(error),
      error,
    }
  }
}
