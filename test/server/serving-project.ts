/** A project with one CRM, and its server on a free port of this process. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeepListener } from '../../src/app/subscription/keep-loop.ts'
import type { LoadListener } from '../../src/app/serve/load-loop.ts'
import { serve, type Serving } from '../../src/app/serve/serve.ts'
import { runPull } from '../../src/app/pull/run-pull.ts'
import type { RunSync } from '../../src/app/serve/sync-runs.ts'
import { systemClock } from '../../src/app/system-clock.ts'
import { selectSyncs } from '../../src/app/workspace/select-syncs.ts'
import type { Workspace } from '../../src/app/workspace/workspace.ts'
import { statement } from '../../src/core/sql/working-schema.ts'
import type { Clock } from '../../src/model/clock.ts'
import type { Row } from '../../src/model/value.ts'
import { startServer } from '../../src/server/start-server.ts'
import { localToken } from '../../src/simulator/pipedrive/pipedrive.ts'
import { openProject, type ProjectFiles, writeProject } from '../support/open-project.ts'

export const pathSecret = 'a-secret-of-a-path'
export const password = 'a-password-of-a-user'
export const basic = `Basic ${Buffer.from(`sender:${password}`).toString('base64')}`
export const webhookPath = `/webhooks/crm/${pathSecret}`

export function projectFile(state = ''): string {
  return `version: 1
connections:
  crm: { type: hubspot, access_token: a-token-of-the-crm }
  warehouse: { type: duckdb, path: warehouse.duckdb, threads: 1 }
server:
  port: 0
  max_body_bytes: 20000
  path_secret: ${pathSecret}
  basic_auth: { user: sender, password: ${password} }
${state}`
}

/** What the connection says beside its address, unless told. */
export const asAdministrator = `api_token: ${localToken}`

/** Of a local Pipedrive; `connection` and `server` are what is said of these beside what it needs. */
export function pipedriveProject(
  { url }: { readonly url: string },
  { connection = asAdministrator, server = '' } = {},
): string {
  return `version: 1
connections:
  crm: { type: pipedrive, base_url: "${url}", ${connection} }
  warehouse: { type: duckdb, path: warehouse.duckdb, create: true, threads: 1 }
server:
  port: 0
  path_secret: ${pathSecret}
  basic_auth: { user: sender, password: ${password} }
  ${server}
`
}

export interface ServingProject {
  readonly serving: Serving
  readonly workspace: Workspace
  /** What was told about reception, in order; null for that it goes on. */
  readonly told: readonly unknown[]
  /** Until nothing waits in the journal. */
  allLoaded(): Promise<void>
  /** SQL in the warehouse. */
  query(text: string): Promise<readonly Row[]>
  close(): Promise<void>
}

export interface ServedFiles extends ProjectFiles {
  /** Where there are files already, and are to stay; else in a place of their own. */
  readonly directory?: string
  readonly clock?: Clock
  /** Whether it works on request alone; syncs are run then, too. */
  readonly isOnRequest?: boolean
}

/** What a run is but for the words of the command line. */
const runHere: RunSync = async (workspace, { name, loader, signal }) => {
  const [sync] = selectSyncs(workspace.project, { names: [name], all: false })
  if (sync?.type !== 'pull') throw new Error('only pulls are run here')
  const { error } = await runPull(workspace, sync, loader, {
    kind: 'run',
    objects: [],
    selection: null,
    dryRun: false,
    force: false,
    signal,
    progress: () => undefined,
  })
  const code = error === null ? 0 : 3
  return { exitCode: code, errorCode: error?.code ?? null, isCancelled: false, document: '{}' }
}

type Turns = Pick<KeepListener, 'onTurn'>

export function serveProject(state?: string): Promise<ServingProject> {
  return serveFiles({ project: projectFile(state) })
}

export async function serveFiles(
  { directory: given, clock = systemClock, isOnRequest = false, ...files }: ServedFiles,
  {
    onTurn = () => undefined,
    onLoaded = () => undefined,
    ...listener
  }: Partial<LoadListener & Turns> = {},
): Promise<ServingProject> {
  const directory = given ?? mkdtempSync(join(tmpdir(), 'syncline-serve-'))
  writeProject(directory, files)
  const workspace = await openProject(directory)
  let loaded = Promise.withResolvers<void>()
  const told: unknown[] = []
  const serving = await serve(workspace, startServer, {
    port: null,
    isOnRequest,
    onReception: (trouble) => told.push(trouble),
    loading: {
      onTrouble: (trouble) => told.push(trouble),
      ...listener,
      onLoaded: (load) => {
        onLoaded(load)
        loaded.resolve()
        loaded = Promise.withResolvers()
      },
    },
    keeping: { onTrouble: (trouble) => told.push(trouble), onTurn },
    // The command line brings this with it.
    runSync: isOnRequest ? runHere : () => Promise.reject(new Error('no sync is run here')),
    scheduling: { onTrouble: (trouble) => told.push(trouble), onEnded: () => undefined },
    clock,
  })
  return {
    serving,
    workspace,
    told,
    allLoaded: async () => {
      const journal = await workspace.journal()
      for (;;) {
        // Whatever is loaded after the look ends the wait.
        const next = loaded.promise
        if ((await journal.extent()).entries === 0) return
        await next
      }
    },
    query: async (text) => {
      const warehouse = await workspace.warehouse('warehouse')
      return warehouse.session((session) => session.query(statement(text)))
    },
    close: async () => {
      await serving.close()
      await workspace.close()
      if (given === undefined) rmSync(directory, { recursive: true, force: true })
    },
  }
}
