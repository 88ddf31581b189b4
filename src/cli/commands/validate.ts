/** `syncline validate`: every error of every file, offline. */
import { formatProblems } from '../../config/format-problems.ts'
import { projectProblems } from '../../app/check/project-problems.ts'
import type { Project } from '../../config/project.ts'
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
    const loaded = await load(invocation)
    const { project } = loaded
    const problems = await projectProblems(loaded)
    const bad = new Set(problems.map(({ sync }) => sync))
    const syncs = project?.syncs.map(({ name }) => name).filter((name) => !bad.has(name)) ?? []
    if (problems.length > 0) output.line(formatProblems(problems))
    if (project !== null) {
      output.line(
        `environment ${project.environment}: ${syncs.length} good, ${badSyncs(project, syncs)} with errors`,
      )
      for (const name of syncs) output.line(`  ${name}`)
    }
    output.result({ environment: project?.environment ?? null, syncs, problems })
    return problems.length === 0 ? exitCode.fine : exitCode.request
  },
}

function badSyncs(project: Project, good: readonly string[]): number {
  return project.syncs.length + project.badSyncs.length - good.length
}
