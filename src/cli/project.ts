/** Loads the project a command is about, and opens what it connects to for the command's time. */
import { registries } from '../app/workspace/registries.ts'
import { appErrors } from '../app/errors.ts'
import { openWorkspace, type Workspace } from '../app/workspace/workspace.ts'
import { loadProject, type LoadedProject } from '../config/load-project.ts'
import { type Problem, problemText } from '../config/problem.ts'
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
  const told = problems.map((one) => (one.line === null ? one.message : problemText(one)))
  return appErrors.invalid_project({
    message: told.join('\n  '),
    ...(first === undefined || more.length > 0 ? {} : { remedy: first.remedy }),
  })
}
