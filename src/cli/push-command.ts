/** What `plan` and `run` share: choosing syncs, showing progress, one failing sync never stopping another. */
import { type PushRequest, type PushResult, pushSync } from '../app/push-sync.ts'
import type { Workspace } from '../app/workspace.ts'
import type { PushSync } from '../model/sync.ts'
import { flag, type Invocation, number, type OptionDeclarations, text } from './command.ts'
import { exitCode, exitCodeOf, worstOf } from './exit-code.ts'
import { withWorkspace } from './project.ts'
import { errorJson, errorLines } from './render/error.ts'
import { progressLine, progressStep } from './render/progress.ts'
import { reportJson } from './render/report-json.ts'
import { choiceOptions, chosenSyncs } from './sync-choice.ts'

export const selectionOptions = {
  ...choiceOptions,
  key: { type: 'string', description: 'Only the row with this key.', value: '<key>' },
} as const satisfies OptionDeclarations

export interface PushCommand {
  readonly kind: PushRequest['kind']
  /** Shows a report on the way. */
  show(workspace: Workspace, sync: PushSync, report: PushResult): Promise<void>
  /** The exit code of a report without error. */
  judge(sync: PushSync, report: PushResult): number
}

export async function pushCommand(invocation: Invocation, command: PushCommand): Promise<number> {
  const { output, values } = invocation
  return withWorkspace(invocation, async (workspace) => {
    const syncs = chosenSyncs(invocation, workspace.project)
    const codes: number[] = []
    const results: Readonly<Record<string, unknown>>[] = []
    for (const sync of syncs) {
      if (invocation.signal.aborted) break
      try {
        const report = await pushSync(workspace, sync, request(invocation, command, sync))
        await command.show(workspace, sync, report)
        results.push(reportJson(report))
        codes.push(report.error === null ? command.judge(sync, report) : exitCodeOf(report.error))
        if (report.error !== null) for (const line of errorLines(report.error)) output.note(line)
      } catch (error) {
        for (const line of errorLines(error)) output.note(line)
        results.push({ sync: sync.name, error: errorJson(error) })
        codes.push(exitCodeOf(error))
      }
    }
    const bad = flag(values, 'all') ? workspace.project.badSyncs : []
    for (const { name } of bad) {
      output.note(`sync ${name} has configuration errors: run \`syncline validate\``)
      codes.push(exitCode.request)
    }
    output.result({ syncs: results })
    return worstOf(codes)
  })
}

function request(invocation: Invocation, command: PushCommand, sync: PushSync): PushRequest {
  const { output, values, signal } = invocation
  return {
    kind: command.kind,
    first: flag(values, 'first'),
    force: flag(values, 'force'),
    selection: { onlyKey: text(values, 'key') ?? null, limit: number(values, 'limit') },
    signal,
    progress: (event) =>
      output.progress(progressLine(sync.name, event), progressStep(sync.name, event)),
  }
}
