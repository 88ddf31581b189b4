/** A test's project in this process: its files, what is opened of them, and its pull. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type PullResult, pullSync } from '../../src/app/pull/pull-sync.ts'
import { registries } from '../../src/app/workspace/registries.ts'
import { openWorkspace, type Workspace } from '../../src/app/workspace/workspace.ts'
import { loadProject } from '../../src/config/project/load-project.ts'
import { isOf, type PullSync } from '../../src/model/sync.ts'

export interface ProjectFiles {
  readonly project: string
  /** By name, without extension. */
  readonly syncs?: Readonly<Record<string, string>>
}

/** Syncs that were there before are so no longer. */
export function writeProject(directory: string, { project, syncs = {} }: ProjectFiles): void {
  writeFileSync(join(directory, 'syncline.yaml'), project)
  rmSync(join(directory, 'syncs'), { recursive: true, force: true })
  mkdirSync(join(directory, 'syncs'))
  for (const [name, text] of Object.entries(syncs)) {
    writeFileSync(join(directory, 'syncs', `${name}.yaml`), text)
  }
}

export async function openProject(
  directory: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Workspace> {
  const { project, problems, variables } = await loadProject({ directory, env, ...registries })
  if (project === null || problems.length > 0) throw new Error(JSON.stringify(problems))
  return openWorkspace(project, variables)
}

/** Of several the first. */
export function pullOf({ project }: Workspace): PullSync {
  const pull = project.syncs.find((one) => isOf('pull', one))
  if (pull === undefined) throw new Error('the project has no pull')
  return pull
}

/** What a pull does that is asked for nothing in particular. */
export const asUsual = { objects: [], selection: null, dryRun: false, force: false } as const

export function pullAsUsual(workspace: Workspace, kind: 'run' | 'reconcile'): Promise<PullResult> {
  const { signal } = new AbortController()
  const asked = { ...asUsual, kind, signal, progress: () => undefined }
  return pullSync(workspace, pullOf(workspace), asked)
}
