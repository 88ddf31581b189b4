/** `syncline validate`: every error of every file, offline. */
import { formatProblems } from '../../config/format-problems.ts'
import type { Command } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { load } from '../project.ts'

export const validate: Command = {
  name: 'validate',
  summary: 'Checks all files of the project, offline.',
  arguments: '',
  mostArguments: 0,
  options: {},
  async run(invocation) {
    const { output } = invocation
    const { project, problems } = await load(invocation)
    const syncs = project?.syncs.map((sync) => sync.name) ?? []
    if (problems.length > 0) output.line(formatProblems(problems))
    if (project !== null) {
      output.line(
        `environment ${project.environment}: ${syncs.length} good, ${project.badSyncs.length} with errors`,
      )
      for (const name of syncs) output.line(`  ${name}`)
    }
    output.result({ environment: project?.environment ?? null, syncs, problems })
    return problems.length === 0 ? exitCode.fine : exitCode.request
  },
}
