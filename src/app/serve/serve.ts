/**
 * What `syncline serve` does: CRMs are made to send webhooks, which go into the journal, and from there into the warehouse; and
 * whoever watches the process learns whether it can work. How that is spoken over HTTP is the server's affair.
 */
import type { ServerSettings } from '../../config/server-settings.ts'
import type { JournalExtent } from '../../journal/journal.ts'
import { SynclineError } from '../../model/error.ts'
import { appErrors } from '../errors.ts'
import type { Loader } from '../pull/event-loader.ts'
import { withinGrace } from '../run/stop-watch.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { type Desk, openDesk, waitingIn } from './desk.ts'
import { scheduledSyncs } from './scheduled-syncs.ts'
import { type RunSync, SyncRuns } from './sync-runs.ts'
import { receivesAny } from './webhook-auth.ts'
import { workAlways } from './work-always.ts'
import { workOnRequest } from './work-on-request.ts'
import type { WorkOptions } from './work.ts'

export type Listen = (
  desk: Desk,
  place: Pick<ServerSettings, 'host' | 'port' | 'behindTlsProxy'>,
) => Promise<Listening>

export interface Listening {
  /** Without a trailing slash. */
  readonly url: string
  /** Accepts nothing more, and resolves when what was in flight is answered or has had its time. */
  close(): Promise<void>
}

export interface ServeOptions extends WorkOptions {
  /** In place of the project's; null for that. */
  readonly port: number | null
  /** Does all its work inside requests: what waits is loaded, and webhooks are seen to, when a pull is run. */
  readonly isOnRequest: boolean
  readonly runSync: RunSync
}

export interface Serving extends Listening {
  readonly connections: readonly string[]
  /** False where no secret is set: then nothing is received. */
  readonly receives: boolean
  readonly isOnRequest: boolean
  /** Names of the syncs that have schedules; on request nobody keeps them. */
  readonly scheduled: readonly string[]
  /** False where no token is set: then no sync is run on request. */
  readonly runsOnRequest: boolean
  readonly waiting: JournalExtent
}

export async function serve(
  workspace: Workspace,
  listen: Listen,
  options: ServeOptions,
): Promise<Serving> {
  const { project } = workspace
  const { server } = project
  const { isOnRequest, port, runSync } = options
  if (isOnRequest && server.runToken === null) throw nobodyAsks()
  const stop = new AbortController()
  const loader = laterLoader(workspace, stop.signal)
  const runs = new SyncRuns(workspace, loader, runSync)
  const work = isOnRequest
    ? workOnRequest(workspace, runs, stop.signal, options)
    : workAlways(workspace, runs, loader, stop.signal, options)
  const desk = openDesk(workspace, work)
  const { auth } = desk
  const [waiting] = await Promise.all([waitingIn(workspace), workspace.ledger()])
  const listening = await listen(desk, { ...server, port: port ?? server.port })
  const ended = work.begin()
  return {
    ...listening,
    close: async () => {
      runs.stop()
      stop.abort(new Error('stopped with the server'))
      // What a request that is not answered holds up is left as a crash would leave it.
      const loops = withinGrace(stop.signal, ended())
      await Promise.all([listening.close(), runs.ended(), loops.catch(unlessStopped)])
    },
    connections: [...auth.connections, ...auth.signed.keys()],
    receives: receivesAny(auth),
    isOnRequest,
    scheduled: scheduledSyncs(project).map(({ name }) => name),
    runsOnRequest: desk.runs !== null,
    waiting,
  }
}

function nobodyAsks(): Error {
  return appErrors.no_run_token({
    message: 'The server is to work on request alone, and `server.run_token` is not set.',
  })
}

function unlessStopped(error: unknown): void {
  if (!(error instanceof SynclineError) || error.code !== 'app.stopped') throw error
}

/** The engine is loaded once the server is ready: who sends webhooks doesn't wait for it. */
function laterLoader(workspace: Workspace, signal: AbortSignal): Loader {
  let loader: Loader | null = null
  return {
    loadWaiting: async () => {
      loader ??= new (await import('../pull/event-loader.ts')).EventLoader(workspace, signal)
      return loader.loadWaiting()
    },
  }
}
