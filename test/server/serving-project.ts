/** A project with one CRM, and its server on a free port of this process. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeepListener } from '../../src/app/keep-loop.ts'
import type { LoadListener } from '../../src/app/load-loop.ts'
import { registries } from '../../src/app/registries.ts'
import { serve, type Serving } from '../../src/app/serve.ts'
import { systemClock } from '../../src/app/system-clock.ts'
import { openWorkspace, type Workspace } from '../../src/app/workspace.ts'
import { loadProject } from '../../src/config/load-project.ts'
import type { Clock } from '../../src/model/clock.ts'
import { startServer } from '../../src/server/start-server.ts'

export const pathSecret = 'a-secret-of-a-path'
export const password = 'a-password-of-a-user'
export const basic = `Basic ${Buffer.from(`sender:${password}`).toString('base64')}`
export const webhookPath = `/webhooks/crm/${pathSecret}`

export function projectFile(state = ''): string {
  return `version: 1
connections:
  crm: { type: hubspot, access_token: a-token-of-the-crm }
  warehouse: { type: duckdb, path: warehouse.duckdb }
server:
  port: 0
  max_body_bytes: 20000
  path_secret: ${pathSecret}
  basic_auth: { user: sender, password: ${password} }
${state}`
}

export interface ServingProject {
  readonly serving: Serving
  readonly workspace: Workspace
  /** What was told about reception, in order; null for that it goes on. */
  readonly told: readonly unknown[]
  close(): Promise<void>
}

export interface ServedFiles {
  readonly project: string
  /** By name, without extension. */
  readonly syncs?: Readonly<Record<string, string>>
  /** Where there are files already, and are to stay; else in a place of their own. */
  readonly directory?: string
  readonly clock?: Clock
}

type Turns = Pick<KeepListener, 'onTurn'>

export function serveProject(state?: string): Promise<ServingProject> {
  return serveFiles({ project: projectFile(state) })
}

export async function serveFiles(
  { project: file, syncs = {}, directory: given, clock = systemClock }: ServedFiles,
  { onTurn = () => undefined, ...listener }: Partial<LoadListener & Turns> = {},
): Promise<ServingProject> {
  const directory = given ?? mkdtempSync(join(tmpdir(), 'syncline-serve-'))
  writeFileSync(join(directory, 'syncline.yaml'), file)
  rmSync(join(directory, 'syncs'), { recursive: true, force: true })
  mkdirSync(join(directory, 'syncs'))
  for (const [name, text] of Object.entries(syncs)) {
    writeFileSync(join(directory, 'syncs', `${name}.yaml`), text)
  }
  const { project, problems } = await loadProject({ directory, env: {}, ...registries })
  if (project === null) throw new Error(JSON.stringify(problems))
  const workspace = openWorkspace(project, {})
  const told: unknown[] = []
  const serving = await serve(workspace, startServer, {
    port: null,
    onReception: (trouble) => told.push(trouble),
    loading: {
      onTrouble: (trouble) => told.push(trouble),
      onLoaded: () => undefined,
      ...listener,
    },
    keeping: { onTrouble: (trouble) => told.push(trouble), onTurn },
    // The command line brings this with it.
    runSync: () => Promise.reject(new Error('no sync is run here')),
    scheduling: { onTrouble: (trouble) => told.push(trouble), onEnded: () => undefined },
    clock,
  })
  return {
    serving,
    workspace,
    told,
    close: async () => {
      await serving.close()
      await workspace.close()
      if (given === undefined) rmSync(directory, { recursive: true, force: true })
    },
  }
}
