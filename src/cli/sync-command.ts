/** Works on one chosen sync after the other; one that fails never stops another. */
import { runInTheWay } from '../app/serve/sync-runs.ts'
import type { Workspace } from '../app/workspace/workspace.ts'
import type { Sync } from '../model/sync.ts'
import { flag, type Invocation, text } from './command.ts'
import { exitCode, exitCodeOf, worstOf } from './exit-code.ts'
import type { Output, Result } from './output.ts'
import { withWorkspace } from './project.ts'
import { errorJson, errorLines } from './render/error.ts'

/** What became of the work on one sync. */
export interface Judged {
  /** Its part of the JSON. */
  readonly result: Result
  readonly code: number
  /** What ended it early, or kept it from beginning; null for nothing. */
  readonly error: unknown
}

export interface SyncCommand<Chosen extends Sync> {
  /** The syncs it is about, in their order. */
  choose(workspace: Workspace): readonly Chosen[] | Promise<readonly Chosen[]>
  work(workspace: Workspace, sync: Chosen): Promise<Judged>
  /** What the work did not reach, as errors to tell at the end. */
  missed?(workspace: Workspace): Promise<readonly Error[]>
}

export function syncCommand<Chosen extends Sync>(
  invocation: Invocation,
  command: SyncCommand<Chosen>,
): Promise<number> {
  const { output, values } = invocation
  return withWorkspace(invocation, async (workspace) => {
    const syncs = await command.choose(workspace)
    const codes: number[] = []
    const results: Result[] = []
    for (const sync of syncs) {
      if (invocation.signal.aborted) break
      const { result, code } = await workOn(
        workspace,
        sync,
        (error) => tellError(output, error),
        command.work,
      )
      results.push(result)
      codes.push(code)
    }
    for (const error of (await command.missed?.(workspace)) ?? []) {
      tellError(output, error)
      codes.push(exitCodeOf(error))
    }
    // Whether a file that can't be read has the tag, nobody knows.
    const isMany = flag(values, 'all') || text(values, 'tag') !== undefined
    const bad = isMany ? workspace.project.badSyncs : []
    for (const { name } of bad) {
      output.note(`sync ${name} has configuration errors: run \`syncline validate\``)
      codes.push(exitCode.request)
    }
    output.result({ syncs: results })
    return worstOf(codes)
  })
}

/** What is thrown is told, and is what the work came to. */
export async function workOn<Chosen extends Sync>(
  workspace: Workspace,
  sync: Chosen,
  tell: (error: unknown) => void,
  work: SyncCommand<Chosen>['work'],
): Promise<Judged> {
  try {
    return await work(workspace, sync)
  } catch (error) {
    tell(error)
    const run = await runInTheWay(workspace, sync.name, error)
    const told = { sync: sync.name, ...(run === undefined ? {} : { run }) }
    return { result: { ...told, error: errorJson(error) }, code: exitCodeOf(error), error }
  }
}

export function tellError(output: Output, error: unknown): void {
  for (const line of errorLines(error)) output.note(line)
}
