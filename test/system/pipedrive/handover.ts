/**
 * A company's first read while people go on editing at a steady rate: a local Pipedrive whose clock only the edits move, its
 * webhooks by HTTP into a server that really runs, and the read beside that.
 */
import { generateCompany } from '../../../examples/pipedrive/company.ts'
import { Book } from '../../../examples/pipedrive/book.ts'
import { drawEdit } from '../../../examples/pipedrive/draw-edit.ts'
import { localCrm } from '../../../examples/pipedrive/local-crm.ts'
import { newProcessName } from '../../../src/app/process-name.ts'
import { pullSync } from '../../../src/app/pull-sync.ts'
import type { ObjectReport } from '../../../src/engine/pull/pull.ts'
import type { PullSync } from '../../../src/model/sync.ts'
import { Chance } from '../../../src/simulator/chance.ts'
import { localToken } from '../../../src/simulator/pipedrive/pipedrive.ts'
import { type PipedriveServer, servePipedrive } from '../../../src/simulator/pipedrive/serve.ts'
import type { PipedriveSimulator } from '../../../src/simulator/pipedrive/simulator.ts'
import {
  password,
  pathSecret,
  serveFiles,
  type ServingProject,
} from '../../server/serving-project.ts'
import { type Held, readTables } from './held.ts'
import type { Evidence, Pass } from './judge.ts'
import { recordAnswers } from './recorder.ts'
import { keptOf } from './site.ts'

export const changesPerSecond = 200
/** By the CRM's clock, and so the time that a page of a list takes. */
const editsPerPage = 40
const editsBefore = 60
const startOfTest = Date.parse('2026-03-02T06:00:00Z')
/** Longer than any late webhook is on its way. */
const latestMs = 3_000

export interface HandoverOrder {
  readonly seed: number
  readonly share: number
}

export interface HandedOver {
  readonly evidence: Evidence
  readonly held: Held
  /** Of the first read. */
  readonly first: readonly ObjectReport[]
  /** Of a read after everything has arrived. */
  readonly second: readonly ObjectReport[]
  /** Writes while pages were read. */
  readonly during: number
  /** The server's troubles. */
  readonly told: readonly unknown[]
}

export async function handOver({ seed, share }: HandoverOrder): Promise<HandedOver> {
  const crm = await servePipedrive({ port: 0, now: () => startOfTest, seed })
  const arrivals = new Arrivals()
  const project = await serveFiles(filesOf(crm.url), { onLoaded: () => arrivals.note() })
  try {
    return await playHandover({ seed, share }, { crm, project, arrivals })
  } finally {
    await project.close()
    await crm.close()
  }
}

interface Stage {
  readonly crm: PipedriveServer
  readonly project: ServingProject
  readonly arrivals: Arrivals
}

async function playHandover(order: HandoverOrder, stage: Stage): Promise<HandedOver> {
  const { crm, project } = stage
  const { simulator } = crm
  const edit = await openCompany(order, stage)
  const before = keptOf(simulator.dump().state.records)
  const recorder = recordAnswers(simulator)
  const passes: Pass[] = []
  const note = (kind: Pass['kind'], answered: ReadonlySet<number>): void => {
    passes.push({ kind, answered, shown: recorder.take() })
  }
  edit(editsBefore)
  simulator.advance(120_000)
  await settled(stage)
  const known = delivered(simulator)
  note('load', known)
  const writesBefore = simulator.log().length
  recorder.afterPage = () => edit(editsPerPage)
  const first = await read(project)
  recorder.afterPage = null
  const during = simulator.log().length - writesBefore
  note('read', known)
  simulator.advance(latestMs)
  await settled(stage)
  note('load', delivered(simulator))
  const held = await readTables(project.workspace)
  const evidence = { before, writes: simulator.log(), events: simulator.events(), passes }
  simulator.advance(120_000)
  const second = await read(project)
  return { evidence, held, first, second, during, told: project.told }
}

/** Gives what makes so many edits, one after the other at the steady rate. */
async function openCompany(
  { seed, share }: HandoverOrder,
  { crm, project }: Stage,
): Promise<(count: number) => void> {
  const { simulator } = crm
  const company = generateCompany({ seed, share, now: startOfTest })
  const door = localCrm(crm.url, localToken)
  await door.prepare(company, {
    rates: { doubled: 0.05, late: 0.05 },
    doubledMs: [0, latestMs],
    lateMs: [1, latestMs],
  })
  const url = `${project.serving.url}/webhooks/pipedrive/${pathSecret}`
  await door.subscribe({ url, user: 'sender', password })
  const [book, chance] = [new Book(company), new Chance(seed)]
  return (count) => {
    for (let edits = 0; edits < count; ) {
      const edit = drawEdit({ chance, book, now: simulator.time() })
      // What no webhook tells of is none of what is handed over.
      if (edit.kind === 'touch') continue
      book.note(edit, Number(simulator.edit(edit)))
      simulator.advance(1_000 / changesPerSecond)
      edits += 1
    }
  }
}

function read(project: ServingProject): Promise<readonly ObjectReport[]> {
  const request = {
    objects: [],
    selection: null,
    dryRun: false,
    force: false,
    progress: () => undefined,
  } as const
  const { signal } = new AbortController()
  // As a process beside the server's.
  const workspace = { ...project.workspace, owner: newProcessName() }
  const pulled = pullSync(workspace, pullOf(project), { ...request, kind: 'reconcile', signal })
  return pulled.then(({ objects, error }) => {
    if (error !== null) throw error
    return objects
  })
}

function pullOf({ workspace }: ServingProject): PullSync {
  const [sync] = workspace.project.syncs
  if (sync?.type !== 'pull') throw new Error('the project has no pull')
  return sync
}

function delivered(simulator: PipedriveSimulator): ReadonlySet<number> {
  const events = simulator.events().filter(({ fate }) => fate === 'delivered')
  return new Set(events.map(({ seq }) => seq))
}

/** Until everything that was sent is in the warehouse. */
async function settled({ crm, project, arrivals }: Stage): Promise<void> {
  await crm.delivered()
  const journal = await project.workspace.journal()
  for (;;) {
    const next = arrivals.next()
    if ((await journal.extent()).entries === 0) return
    await next
  }
}

/** Loads, one after the other. */
class Arrivals {
  #next = Promise.withResolvers<void>()

  note(): void {
    this.#next.resolve()
    this.#next = Promise.withResolvers()
  }

  next(): Promise<void> {
    return this.#next.promise
  }
}

function filesOf(url: string): Parameters<typeof serveFiles>[0] {
  return {
    project: `version: 1
connections:
  pipedrive: { type: pipedrive, base_url: "${url}", api_token: ${localToken} }
  warehouse: { type: duckdb, path: warehouse.duckdb, create: true }
server:
  port: 0
  path_secret: ${pathSecret}
  basic_auth: { user: sender, password: ${password} }
`,
    syncs: {
      pipedrive: `type: pull
from: { connection: pipedrive, objects: [deals, organizations, persons, users, pipelines, stages] }
to: { connection: warehouse, schema: crm, tables: "{singular}_history" }
# Counters are in no webhook: only reads tell them.
fields: { exclude: ["*.*_count"], include: [organizations.employee_count] }
`,
    },
  }
}
