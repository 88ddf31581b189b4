/** A local Pipedrive, what stands before our server, and projects that are served under a clock that a test moves. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createSimulatedClock,
  type SimulatedClock,
} from '../../src/connector/http/simulated-clock.ts'
import type { KeepingPass } from '../../src/app/subscription/keep-loop.ts'
import { noLimits } from '../../src/simulator/pipedrive/request/rate-limits.ts'
import { type PipedriveServer, servePipedrive } from '../../src/simulator/pipedrive/serve.ts'
import type { Webhook } from '../../src/simulator/pipedrive/store/webhook.ts'
import { askPipedrive } from '../support/ask-pipedrive.ts'
import type { ProjectFiles } from '../support/open-project.ts'
import { type Front, openFront } from './front.ts'
import {
  asAdministrator,
  pipedriveProject,
  serveFiles,
  type ServingProject,
} from './serving-project.ts'

export const minute = 60_000

const runToken = 'a-token-for-running-syncs'

export interface Served extends ServingProject {
  /** What each turn came to, since the start. */
  readonly turns: readonly KeepingPass[]
  /** Until another turn has ended; the first comes by itself. */
  turn(): Promise<KeepingPass>
  /** Has the pull run; gives the status. */
  run(): Promise<number>
  /** Names by id, as the warehouse has them. */
  persons(): Promise<Readonly<Record<string, unknown>>>
  /** Kinds of the runs that there were, the oldest first, since so many. */
  runs(after?: number): Promise<readonly string[]>
}

export interface ServedOptions {
  /** What the pull's `from` and `capture` say. */
  readonly objects?: string
  readonly capture?: string
  /** What the connection says beside its address. */
  readonly connection?: string
  /** What the pull is called in place of `crm`, which it was before. */
  readonly renamedTo?: string
  /** Then there is no first turn to wait for. */
  readonly isOnRequest?: boolean
}

export interface SubscribedWorld {
  readonly crm: PipedriveServer
  readonly front: Front
  /** Ours. */
  readonly clock: SimulatedClock
  /** Of the project that is served, or was last. */
  readonly directory: string
  /** Serves what is asked for, with what stands before it leading there, until the first turn has ended. */
  started(options?: ServedOptions): Promise<Served>
  /** Moves our clock, with every turn on the way. */
  minutes(served: Served, count: number): Promise<void>
  ask(method: string, path: string, body?: object): Promise<unknown>
  /** Not those that were deleted. */
  webhooks(): readonly Webhook[]
  close(): Promise<void>
}

export async function openSubscribedWorld(): Promise<SubscribedWorld> {
  const crm = await servePipedrive({
    port: 0,
    limits: noLimits,
    state: {
      records: {
        deals: [{ id: '1', values: { title: 'One', value: 10 } }],
        persons: ['1', '2', '3'].map((id) => ({ id, values: { name: `Person ${id}` } })),
      },
    },
  })
  const front = await openFront()
  const directory = mkdtempSync(join(tmpdir(), 'syncline-subscribed-'))
  const clock = createSimulatedClock(Date.now())
  const open: Served[] = []
  return {
    crm,
    front,
    clock,
    directory,
    started: async (options = {}) => {
      const { isOnRequest = false } = options
      const turns: KeepingPass[] = []
      let ended = Promise.withResolvers<KeepingPass>()
      const project = await serveFiles(
        { ...filesOf(crm, front, options), directory, clock, isOnRequest },
        {
          onTurn: (pass) => {
            turns.push(pass)
            ended.resolve(pass)
            ended = Promise.withResolvers()
          },
        },
      )
      front.target = project.serving.url
      let isOpen = true
      const served: Served = {
        ...project,
        turns,
        turn: () => ended.promise,
        run: async () => {
          const headers = { 'x-sync-secret': runToken }
          const request = { method: 'POST', headers }
          return (await fetch(`${project.serving.url}/syncs/crm/run`, request)).status
        },
        persons: async () => {
          const select = 'select cast(id as varchar), name from crm.persons'
          return Object.fromEntries(await project.query(select))
        },
        runs: async (after = 0) => {
          const ledger = await project.workspace.ledger()
          const all = await ledger.runs({ sync: 'crm', limit: 100 })
          return all
            .map(({ kind }) => kind)
            .toReversed()
            .slice(after)
        },
        close: async () => {
          if (isOpen) await project.close()
          isOpen = false
        },
      }
      open.push(served)
      if (!isOnRequest && turns.length === 0) await served.turn()
      return served
    },
    minutes: async (served, count) => {
      for (let passed = 0; passed < count; passed += 1) {
        const turned = served.turn()
        await clock.advance(minute)
        await turned
      }
    },
    ask: (method, path, body) => askPipedrive(crm, method, path, body),
    webhooks: () => crm.simulator.webhooks().filter(({ removedAt }) => removedAt === null),
    close: async () => {
      for (const each of open) await each.close()
      await front.close()
      await crm.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function filesOf(
  crm: PipedriveServer,
  front: Front,
  {
    objects = '[deals, persons]',
    capture = '{ webhooks: true }',
    connection = asAdministrator,
    renamedTo,
  }: ServedOptions,
): ProjectFiles {
  return {
    project: pipedriveProject(crm, {
      connection,
      server: `public_url: "${front.url}/"\n  run_token: ${runToken}`,
    }),
    syncs: {
      [renamedTo ?? 'crm']: `type: pull
from: { connection: crm, objects: ${objects} }
to: { connection: warehouse, schema: crm }
# Only reads tell them.
fields: { exclude: ["*.*_count"] }
capture: ${capture}
guards: { max_deletes: 100% }
${renamedTo === undefined ? '' : 'renamed_from: crm'}
`,
    },
  }
}
