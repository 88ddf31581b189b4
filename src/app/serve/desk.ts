/** Answers whoever comes to a server: senders of webhooks, who asks for runs, and who watches whether it can work. */
import type { Project } from '../../config/project.ts'
import { sources } from '../../connector/registry.ts'
import type { JournalExtent } from '../../journal/journal.ts'
import { type JournalStanding, standingOf } from '../status/journal-standing.ts'
import { systemClock } from '../system-clock.ts'
import { crmConnections } from '../workspace/crm-connection.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Ran, SyncRuns } from './sync-runs.ts'
import { type WebhookAuth, webhookAuth } from './webhook-auth.ts'

/** A webhook whose sender was believed. */
export interface Webhook {
  readonly connection: string
  readonly contentType: string | null
  readonly body: Uint8Array
}

/** `refused`: it can be no event of the connection's, and is not kept; its sender is to be told. */
export type Received = 'kept' | 'refused'

export interface Desk {
  readonly auth: WebhookAuth
  readonly maxBodyBytes: number
  /** Resolves when the webhook is on disk (promise 1); only then may its sender be told. */
  receive(webhook: Webhook): Promise<Received>
  /** Null where no sync is run on request. */
  readonly runs: RunDesk | null
  /** How many syncs nobody runs and nothing is loaded for, as they have configuration errors. */
  readonly badSyncs: number
  /** How the journal stands. Rejects with what keeps us from working. */
  requireReady(): Promise<JournalStanding>
}

export interface RunDesk {
  /** Who tells it may have syncs run. */
  readonly token: string
  /** Resolves when the run has ended. */
  run(name: string): Promise<Ran>
}

export interface DeskOptions {
  /** By which syncs are run on request. */
  readonly runs?: Pick<SyncRuns, 'run'>
  /** As `OnReception`; waited for before the sender is told. */
  readonly onReception: (trouble: unknown) => unknown
  /** Something is in the journal that was not. */
  readonly onReceived: () => void
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
    badSyncs: project.badSyncs.length,
    requireReady: shared(async () => {
      const stateId = workspace.ledger().then((ledger) => ledger.stateId())
      const [waiting] = await Promise.all([waitingIn(workspace), stateId])
      return standingOf(waiting, project.server, systemClock.now())
    }),
  }
}

function runDesk({ server }: Project, runs: Pick<SyncRuns, 'run'>): RunDesk | null {
  const { runToken: token } = server
  return token === null ? null : { token, run: (name) => runs.run(name) }
}

/** What the journal holds that is not loaded. */
export async function waitingIn(workspace: Workspace): Promise<JournalExtent> {
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
