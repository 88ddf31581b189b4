/** Loads the project a command is about, and opens what it connects to for the command's time. */
import { registries } from '../app/workspace/registries.ts'
import { appErrors } from '../app/errors.ts'
import { openWorkspace, type Workspace } from '../app/workspace/workspace.ts'
import { loadProject, type LoadedProject } from '../config/project/load-project.ts'
import { formatProblems } from '../config/format-problems.ts'
import type { Problem } from '../config/problem.ts'
import { type Invocation, text } from './command.ts'

export async function load(invocation: Invocation): Promise<LoadedProject> {
  const loaded = await loadProject({
    directory: invocation.directory,
    environment: text(invocation.values, 'env'),
    env: invocation.variables,
    ...registries,
  })
  invocation.output.hide(loaded.redactor)
  return loaded
}

/** Runs `work` with an opened workspace; a project that can't be loaded is told whole. */
export async function withWorkspace<T>(
  invocation: Invocation,
  work: (workspace: Workspace, loaded: LoadedProject) => Promise<T>,
): Promise<T> {
  const loaded = await load(invocation)
  const { project, problems, variables } = loaded
  if (project === null) throw unusable(problems)
  const workspace = openWorkspace(project, variables)
  try {
    return await work(workspace, loaded)
  } finally {
    await workspace.close()
  }
}

function unusable(problems: readonly Problem[]): Error {
  const [first, ...more] = problems
  // Where there is no project at all, there is no place to show.
  if (first !== undefined && more.length === 0 && first.line === null) {
    return appErrors.invalid_project({ message: first.message, remedy: first.remedy })
  }
  const message = `The project can not be loaded.\n\n${formatProblems(problems)}`
  return appErrors.invalid_project({ message })
}
