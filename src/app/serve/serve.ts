/**
 * What `syncline serve` does: CRMs are made to send webhooks, which go into the journal, and from there into the warehouse; and
 * whoever watches the process learns whether it can work. How that is spoken over HTTP is the server's affair.
 */
import type { Project } from '../../config/project.ts'
import type { ServerSettings } from '../../config/server-settings.ts'
import type { JournalExtent } from '../../journal/journal.ts'
import type { Clock } from '../../model/clock.ts'
import { signatureOf, sources } from '../../connector/registry.ts'
import type { VerifyWebhook } from '../../connector/source.ts'
import { SynclineError } from '../../model/error.ts'
import { crmConnections } from '../workspace/crm-connection.ts'
import type { Loader } from '../pull/event-loader.ts'
import { appErrors } from '../errors.ts'
import type { KeepListener, KeepLoop } from '../subscription/keep-loop.ts'
import type { RequestKeepers } from '../subscription/request-keepers.ts'
import { type LoadListener, type LoadLoop, startLoadLoop } from './load-loop.ts'
import type { ScheduleListener } from './schedule-loop.ts'
import { type JournalStanding, standingOf } from '../status/journal-standing.ts'
import { withinGrace } from '../run/stop-watch.ts'
import { subscribedConnections } from '../subscription/subscribed-connections.ts'
import { type Ran, type RunSync, SyncRuns } from './sync-runs.ts'
import { systemClock } from '../system-clock.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** A webhook whose sender was believed. */
export interface Webhook {
  readonly connection: string
  readonly contentType: string | null
  readonly body: Uint8Array
}

/** `refused`: it can be no event of the connection's, and is not kept; its sender is to be told. */
export type Received = 'kept' | 'refused'

/** Whom to believe: every secret that is not null must be told, and the connection be one of these. */
export interface WebhookAuth extends Pick<ServerSettings, 'pathSecret' | 'basicAuth'> {
  readonly connections: ReadonlySet<string>
  /** Connections whose senders sign, by name: their signature is asked for in place of those secrets. */
  readonly signed: ReadonlyMap<string, (headers: WebhookHeaders, body: Uint8Array) => boolean>
}

type WebhookHeaders = Parameters<VerifyWebhook>[0]

export interface Desk {
  readonly auth: WebhookAuth
  readonly maxBodyBytes: number
  /** Resolves when the webhook is on disk (promise 1); only then may its sender be told. */
  receive(webhook: Webhook): Promise<Received>
  /** Null where no sync is run on request. */
  readonly runs: RunDesk | null
  /** How the journal stands. Rejects with what keeps us from working. */
  requireReady(): Promise<JournalStanding>
}

export interface RunDesk {
  /** Who tells it may have syncs run. */
  readonly token: string
  /** Resolves when the run has ended. */
  run(name: string): Promise<Ran>
}

export interface Listening {
  /** Without a trailing slash. */
  readonly url: string
  /** Accepts nothing more, and resolves when what was in flight is answered or has had its time. */
  close(): Promise<void>
}

export type Listen = (
  desk: Desk,
  place: Pick<ServerSettings, 'host' | 'port' | 'behindTlsProxy'>,
) => Promise<Listening>

/** Told when reception begins to fail, and with null when it works again. */
export type OnReception = (trouble: unknown) => void

export interface ServeOptions {
  /** In place of the project's; null for that. */
  readonly port: number | null
  /** Does all its work inside requests: what waits is loaded, and webhooks are seen to, when a pull is run. */
  readonly isOnRequest: boolean
  readonly onReception: OnReception
  readonly loading: LoadListener
  readonly keeping: KeepListener
  readonly runSync: RunSync
  readonly scheduling: ScheduleListener
  /** By which webhooks are looked after and schedules are kept. */
  readonly clock: Clock
}

export interface DeskOptions {
  /** By which syncs are run on request. */
  readonly runs?: Pick<SyncRuns, 'run'>
  /** As `OnReception`; waited for before the sender is told. */
  readonly onReception: (trouble: unknown) => unknown
  /** Something is in the journal that was not. */
  readonly onReceived: () => void
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
  const { server } = workspace.project
  const { port, runSync } = options
  if (options.isOnRequest && server.runToken === null) throw nobodyAsks()
  const stop = new AbortController()
  const loader = laterLoader(workspace, stop.signal)
  const runs = new SyncRuns(workspace, loader, runSync)
  const work = options.isOnRequest
    ? workOnRequest(workspace, runs, stop.signal, options)
    : workAlways(workspace, runs, loader, stop.signal, options)
  const desk = openDesk(workspace, work)
  const { auth } = desk
  const [waiting] = await Promise.all([extent(workspace), workspace.ledger()])
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
    isOnRequest: options.isOnRequest,
    scheduled: scheduledSyncs(workspace),
    runsOnRequest: desk.runs !== null,
    waiting,
  }
}

/** What a server does beside answering, and what it has the desk do. */
interface Work extends DeskOptions {
  readonly runs: Pick<SyncRuns, 'run'>
  /** Gives what resolves when everything begun has ended. */
  begin(): () => Promise<unknown>
}

/** Loads, webhooks and schedules have loops of their own. */
function workAlways(
  workspace: Workspace,
  runs: SyncRuns,
  loader: Loader,
  signal: AbortSignal,
  { onReception, loading, keeping, scheduling, clock }: ServeOptions,
): Work {
  let loop: LoadLoop | null = null
  let keepLoop: KeepLoop | null = null
  const reception = new Reception(onReception, clock, (ms) => keepLoop?.interrupted(ms))
  return {
    runs,
    onReception: reception.tell,
    onReceived: () => loop?.wake(),
    begin: () => {
      loop = startLoadLoop(loader, systemClock, signal, loading)
      const { ended } = loop
      const receives = (): boolean => reception.works()
      const kept = startKeeping(workspace, clock, signal, receives, keeping).then((started) => {
        keepLoop = started
        return started?.ended
      })
      const scheduled = startSchedules(workspace, runs, clock, scheduling)
      return () => Promise.all([ended, kept, scheduled])
    },
  }
}

/** Nothing goes on between requests. */
function workOnRequest(
  workspace: Workspace,
  runs: SyncRuns,
  signal: AbortSignal,
  { onReception, keeping, clock }: ServeOptions,
): Work {
  const targets = subscribedConnections(workspace.project)
  let keepers: Promise<RequestKeepers> | null = null
  const opened = (): Promise<RequestKeepers> => {
    keepers ??= import('../subscription/request-keepers.ts').then(
      (module) => new module.RequestKeepers(workspace, targets, clock, signal, keeping),
    )
    return keepers
  }
  const reception = new Reception(onReception, clock, async (ms) =>
    (await opened()).interrupted(ms),
  )
  return {
    runs: {
      run: async (name) => {
        await (await opened()).before(name)
        return runs.run(name)
      },
    },
    onReception: reception.tell,
    onReceived: () => undefined,
    begin: () => async () => (await keepers)?.ended(),
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

export function openDesk(
  workspace: Workspace,
  { onReception, onReceived, runs }: DeskOptions,
): Desk {
  const { project } = workspace
  let failing = false
  const mayTell = new Map(
    crmConnections(project).map(({ name, type }) => [name, sources.get(type)?.events?.mayTell]),
  )
  return {
    auth: webhookAuth(project),
    maxBodyBytes: project.server.maxBodyBytes,
    receive: async ({ connection, contentType, body }) => {
      if (mayTell.get(connection)?.(body) === false) return 'refused'
      const headers = contentType === null ? {} : { 'content-type': contentType }
      const entry = { connection, receivedAt: systemClock.now(), headers, source: 'webhook', body }
      try {
        await (await workspace.journal()).append(entry)
      } catch (error) {
        // Told once, not for each of the thousands that may fail until it is over.
        if (!failing) await onReception(error)
        failing = true
        throw error
      }
      onReceived()
      if (failing) await onReception(null)
      failing = false
      return 'kept'
    },
    runs: runs === undefined ? null : runDesk(project, runs),
    requireReady: shared(async () => {
      const stateId = workspace.ledger().then((ledger) => ledger.stateId())
      const [waiting] = await Promise.all([extent(workspace), stateId])
      return standingOf(waiting, project.server, systemClock.now())
    }),
  }
}

function runDesk({ server }: Project, runs: Pick<SyncRuns, 'run'>): RunDesk | null {
  const { runToken: token } = server
  return token === null ? null : { token, run: (name) => runs.run(name) }
}

/** Where some pull has webhooks or had some; what sees to them is loaded once the server is ready. */
async function startKeeping(
  workspace: Workspace,
  clock: Clock,
  signal: AbortSignal,
  receives: () => boolean,
  listener: KeepListener,
): Promise<KeepLoop | null> {
  const targets = subscribedConnections(workspace.project)
  if (targets.length === 0) return null
  const { startKeepLoop } = await import('../subscription/keep-loop.ts')
  return startKeepLoop(workspace, targets, clock, signal, receives, listener)
}

function scheduledSyncs({ project }: Workspace): readonly string[] {
  return project.syncs.filter(({ schedules }) => schedules.length > 0).map(({ name }) => name)
}

/** Resolves when the server has stopped and what was begun has ended. */
async function startSchedules(
  workspace: Workspace,
  runs: SyncRuns,
  clock: Clock,
  listener: ScheduleListener,
): Promise<void> {
  if (scheduledSyncs(workspace).length === 0) return
  const { startScheduleLoop } = await import('./schedule-loop.ts')
  await startScheduleLoop(workspace, runs, clock, listener).ended
}

/** Tells as well how long it failed, once it works again. */
class Reception {
  readonly tell: (trouble: unknown) => Promise<void>
  #failsSince: number | null = null

  constructor(tell: OnReception, clock: Clock, after: (ms: number) => void | Promise<void>) {
    this.tell = async (trouble) => {
      tell(trouble)
      if (trouble !== null) this.#failsSince ??= clock.monotonic()
      else if (this.#failsSince !== null) {
        const noted = after(clock.monotonic() - this.#failsSince)
        this.#failsSince = null
        await noted
      }
    }
  }

  works(): boolean {
    return this.#failsSince === null
  }
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

function webhookAuth(project: Project): WebhookAuth {
  const { pathSecret, basicAuth } = project.server
  const crms = crmConnections(project)
  const signed = crms.flatMap(({ name, type, options }) => {
    const verify = signatureOf(type, options)
    return verify === null ? [] : [[name, signedNow(verify)] as const]
  })
  const bySignature = new Map(signed)
  const others = crms.filter(({ name }) => !bySignature.has(name))
  const connections = new Set(others.map(({ name }) => name))
  return { pathSecret, basicAuth, connections, signed: bySignature }
}

function signedNow(verify: VerifyWebhook): (headers: WebhookHeaders, body: Uint8Array) => boolean {
  return (headers, body) => verify(headers, body, systemClock.now())
}

/** Whether there is any sender that would be believed. */
export function receivesAny({ pathSecret, basicAuth, signed }: WebhookAuth): boolean {
  return pathSecret !== null || basicAuth !== null || signed.size > 0
}

async function extent(workspace: Workspace): Promise<JournalExtent> {
  return await (await workspace.journal()).extent()
}

/** However many ask at once, the work is done once. */
function shared<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null
  return () => {
    running ??= work().finally(() => {
      running = null
    })
    return running
  }
}
