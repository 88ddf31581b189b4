/** Everything that is wrong with a project's files, as far as can be told without a connection. */
import { sortProblems } from '../../config/format-problems.ts'
import type { LoadedProject } from '../../config/project/load-project.ts'
import type { Problem } from '../../config/problem.ts'
import { SynclineError } from '../../model/error.ts'
import { faulty, type Finding } from './finding.ts'
import { transformProblems } from './transform-problems.ts'

/** By file and line: those that loading found, and row transforms that can't run. */
export async function projectProblems({
  problems,
  project,
}: Pick<LoadedProject, 'problems' | 'project'>): Promise<readonly Problem[]> {
  const transforms = project === null ? [] : await transformProblems(project)
  return sortProblems([...problems, ...transforms])
}

/** A problem in the form in which a check tells what it found. */
export function problemFinding(problem: Problem): Finding {
  const { code, column, expected, file, found, line, message, nearest, path, remedy } = problem
  const details = [
    ...(expected === null
      ? []
      : [`Expected ${expected}${found === null ? '' : `, found ${found}`}.`]),
    ...(nearest === null ? [] : [`Did you mean ${nearest}?`]),
  ]
  const place = {
    file,
    ...(line === null ? {} : { line }),
    ...(column === null ? {} : { column }),
    ...(path === null ? {} : { path }),
  }
  const definition = { kind: 'config', summary: '', remedy } as const
  const told = { message: [message, ...details].join(' '), place }
  return faulty('configuration', new SynclineError(code, definition, told))
}
