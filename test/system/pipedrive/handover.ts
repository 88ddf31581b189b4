/**
 * A company's first read while people go on editing at a steady rate: a local Pipedrive whose clock only the edits move, its
 * webhooks by HTTP into a server that really runs, and the read beside that.
 */
import { generateCompany } from '../../../examples/pipedrive/company.ts'
import { Book } from '../../../examples/pipedrive/book.ts'
import { drawEdit } from '../../../examples/pipedrive/draw-edit.ts'
import { localCrm } from '../../../examples/pipedrive/local-crm.ts'
import { anotherName } from '../../../src/app/process-name.ts'
import type { ObjectReport } from '../../../src/engine/pull/pull.ts'
import { Chance } from '../../../src/simulator/chance.ts'
import { localToken } from '../../../src/simulator/pipedrive/pipedrive.ts'
import { type PipedriveServer, servePipedrive } from '../../../src/simulator/pipedrive/serve.ts'
import {
  password,
  pipedriveProject,
  serveFiles,
  type ServingProject,
  webhookPath,
} from '../../server/serving-project.ts'
import { pullAsUsual } from '../../support/open-project.ts'
import { type Held, readTables } from './held.ts'
import type { Evidence, Pass } from './judge.ts'
import { delivered, keptOf } from './noted.ts'
import { recordAnswers } from './recorder.ts'

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
  const project = await serveFiles({ project: pipedriveProject(crm), syncs: { crm: handoverPull } })
  try {
    return await playHandover({ seed, share }, { crm, project })
  } finally {
    await project.close()
    await crm.close()
  }
}

interface Stage {
  readonly crm: PipedriveServer
  readonly project: ServingProject
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
  note('whole', known)
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
  const url = `${project.serving.url}${webhookPath}`
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

async function read({ workspace }: ServingProject): Promise<readonly ObjectReport[]> {
  // As a process beside the server's.
  const { objects, error } = await pullAsUsual(
    { ...workspace, owner: anotherName(workspace.owner) },
    'reconcile',
  )
  if (error !== null) throw error
  return objects
}

/** Until everything that was sent is in the warehouse. */
async function settled({ crm, project }: Stage): Promise<void> {
  await crm.delivered()
  await project.allLoaded()
}

export const handoverPull = `type: pull
from: { connection: crm, objects: [deals, organizations, persons, users, pipelines, stages] }
to: { connection: warehouse, schema: crm, tables: "{singular}_history" }
# Counters are in no webhook: only reads tell them.
fields: { exclude: ["*.*_count"], include: [organizations.employee_count] }
`
