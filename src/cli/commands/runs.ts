/** `syncline runs`: what the state remembers, newest first. */
import { nameInState } from '../../app/run/name-in-state.ts'
import { listRuns } from '../../app/status/run-list.ts'
import { selectSyncs } from '../../app/workspace/select-syncs.ts'
import type { Workspace } from '../../app/workspace/workspace.ts'
import { type Command, flag, number } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { withWorkspace } from '../project.ts'
import { runCells, runHead, runJson } from '../render/runs.ts'
import { table } from '../render/table.ts'

const shownByDefault = 20

export const runs: Command = {
  name: 'runs',
  summary: 'Lists runs, newest first.',
  arguments: '[sync]',
  mostArguments: 1,
  options: {
    failed: {
      type: 'boolean',
      description: 'Only runs that failed, were stopped by a guard, or were given up.',
    },
    limit: {
      type: 'string',
      description: `At most so many; default ${shownByDefault}.`,
      value: '<n>',
    },
  },
  run(invocation) {
    const { output, positionals, values } = invocation
    const limit = number(values, 'limit') ?? shownByDefault
    return withWorkspace(invocation, async (workspace) => {
      const asked = positionals[0] ?? null
      const sync = asked === null ? null : await nameOf(workspace, asked)
      if (sync !== null) await requireKnown(workspace, sync)
      const found = await listRuns(workspace, { sync, failed: flag(values, 'failed'), limit })
      if (found.length === 0) output.line('no runs')
      else for (const line of table([runHead, ...found.map(runCells)])) output.line(line)
      output.result({ runs: found.map(runJson) })
      return exitCode.fine
    })
  },
}

/** As the state calls it. */
async function nameOf({ ledger, project }: Workspace, name: string): Promise<string> {
  const sync = project.syncs.find((one) => one.name === name)
  return sync === undefined ? name : nameInState(await ledger(), sync)
}

/** A sync that is gone, or has errors, has runs all the same; one that never was has none. */
async function requireKnown(workspace: Workspace, sync: string): Promise<void> {
  const { project } = workspace
  if (project.badSyncs.some(({ name }) => name === sync)) return
  const ran = await listRuns(workspace, { sync, failed: false, limit: 1 })
  if (ran.length === 0) selectSyncs(project, { names: [sync], all: false })
}
