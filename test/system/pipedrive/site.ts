/**
 * The example's two weeks in one process, with a clock that only the driver moves: a local Pipedrive that sends its
 * webhooks by HTTP, the server that takes them, the journal, the loader, and reads. What the judge needs is noted.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Book } from '../../../examples/pipedrive/book.ts'
import { type Company, generateCompany } from '../../../examples/pipedrive/company.ts'
import { drawEdit } from '../../../examples/pipedrive/draw-edit.ts'
import { type LocalCrm, localCrm } from '../../../examples/pipedrive/local-crm.ts'
import { latest, type Luck, lucks } from '../../../examples/pipedrive/luck.ts'
import {
  momentsOfWeek,
  type Player,
  playEdits,
  playWeek,
} from '../../../examples/pipedrive/play-week.ts'
import { EventLoader } from '../../../src/app/pull/event-loader.ts'
import { openDesk } from '../../../src/app/serve/desk.ts'
import type { Listening } from '../../../src/app/serve/serve.ts'
import type { Workspace } from '../../../src/app/workspace/workspace.ts'
import { startServer } from '../../../src/server/start-server.ts'
import { Chance } from '../../../src/simulator/chance.ts'
import { localToken } from '../../../src/simulator/pipedrive/pipedrive.ts'
import { type PipedriveServer, servePipedrive } from '../../../src/simulator/pipedrive/serve.ts'
import type { WarehouseName } from '../../support/empty-warehouse.ts'
import { openProject, pullAsUsual } from '../../support/open-project.ts'
import { postgresDatabase } from '../../support/postgres-server.ts'
import type { Drift, Evidence, Pass } from './judge.ts'
import { delivered, keptOf } from './noted.ts'
import { recordAnswers, type Recorder } from './recorder.ts'
import { readTables, type Held } from './held.ts'
import { type Compared, compareWithTruth, writeTruth } from './truth-tables.ts'

export const example = join(import.meta.dirname, '../../../examples/pipedrive')
/** Of what changed, where that is read at all. */
const readsPerWeek = 4

const startOfTest = Date.parse('2026-02-28T00:00:00Z')

export interface Order {
  readonly luck: Luck
  readonly share: number
  readonly seed: number
  readonly momentsPerDay: number
  /** Whether what changed is read between the moments, too. */
  readonly incremental: boolean
  readonly warehouse: WarehouseName
}

export interface Played {
  readonly evidence: Evidence
  /** What each read reported, by object. */
  readonly reports: readonly Readonly<Record<string, Drift>>[]
  /** After the last reconcile. */
  readonly reconciled: Held
  /** After the webhooks that came later still. */
  readonly held: Held
  readonly compared: Compared
}

export async function play(order: Order): Promise<Played> {
  const server = await servePipedrive({ port: 0, now: () => startOfTest, seed: order.seed })
  const directory = mkdtempSync(join(tmpdir(), 'syncline-pipedrive-'))
  const warehouse = await warehouses[order.warehouse]()
  try {
    writeFiles(server, directory, warehouse.connection)
    const site = await openSite(server, directory)
    const played = await playAt(site, order)
    return { ...played, compared: await compareWithTruth(directory) }
  } finally {
    await server.close()
    await warehouse.drop()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function playAt(site: Site, order: Order): ReturnType<Site['play']> {
  try {
    return await site.play(order)
  } finally {
    await site.close()
  }
}

/** What the example's file says of its warehouse. */
const ofExample = 'type: duckdb\n    path: pipedrive.duckdb\n    create: true'

interface WarehouseOfSite {
  /** The same of this one. */
  readonly connection: string
  drop(): Promise<void>
}

const warehouses: Readonly<Record<WarehouseName, () => Promise<WarehouseOfSite>>> = {
  // For the few rows of a load a second thread costs more than it takes over.
  DuckDB: () =>
    Promise.resolve({ connection: `${ofExample}\n    threads: 1`, drop: () => Promise.resolve() }),
  PostgreSQL: async () => {
    const { url, drop } = await postgresDatabase()
    return { connection: `type: postgres\n    url: ${url}`, drop }
  },
}

function writeFiles(server: PipedriveServer, directory: string, connection: string): void {
  for (const part of ['syncline.yaml', 'syncs']) {
    cpSync(join(example, part), join(directory, part), { recursive: true })
  }
  const file = join(directory, 'syncline.yaml')
  const text = readFileSync(file, 'utf8')
  if (!text.includes(ofExample)) throw new Error('the example has another warehouse')
  writeFileSync(file, text.replace(ofExample, connection))
  const env = [
    `PIPEDRIVE_URL=${server.url}`,
    `PIPEDRIVE_API_TOKEN=${localToken}`,
    'WEBHOOK_PATH_SECRET=a-secret-of-a-path',
    'WEBHOOK_PASSWORD=a-password-of-a-user',
  ]
  writeFileSync(join(directory, '.env'), `${env.join('\n')}\n`)
}

async function openSite(server: PipedriveServer, directory: string): Promise<Site> {
  const workspace = await openProject(directory)
  const desk = openDesk(workspace, {
    onReception: (trouble) => {
      throw trouble
    },
    onReceived: () => undefined,
  })
  const listening = await startServer(desk, { ...workspace.project.server, port: 0 })
  return new Site(server, workspace, listening)
}

class Site {
  readonly #server: PipedriveServer
  readonly #workspace: Workspace
  readonly #listening: Listening
  readonly #loader: EventLoader
  readonly #recorder: Recorder
  readonly #crm: LocalCrm
  readonly #passes: Pass[] = []
  readonly #reports: Readonly<Record<string, Drift>>[] = []

  constructor(server: PipedriveServer, workspace: Workspace, listening: Listening) {
    this.#server = server
    this.#workspace = workspace
    this.#listening = listening
    this.#loader = new EventLoader(workspace, new AbortController().signal)
    this.#recorder = recordAnswers(server.simulator)
    this.#crm = localCrm(server.url, localToken)
  }

  async play({
    luck,
    share,
    seed,
    momentsPerDay,
    incremental,
  }: Order): Promise<Omit<Played, 'compared'>> {
    const { simulator } = this.#server
    const company = generateCompany({ seed, share, now: startOfTest })
    await this.#prepare(company, luck)
    const before = keptOf(simulator.dump().state.records)
    const chance = new Chance(seed)
    const betweenMoments = incremental
      ? this.#readings(momentsPerDay, () => player)
      : async (): Promise<void> => {
          if (chance.happens(0.05)) await this.#load()
        }
    const book = new Book(company)
    const player: Player = { crm: this.#crm, book, chance, momentsPerDay, betweenMoments }
    // The first is of everything, whatever it is called.
    await this.#read('run', 'whole')
    await this.#crm.advance(3_600_000)
    await playWeek(player)
    // Some happen in the very second of the read, and some while pages are read.
    await playEdits(player, { count: 20, isBurst: false, mostMs: 1 })
    await this.#interrupted(player, () => this.#read('reconcile', 'whole'))
    await playWeek(player)
    if (luck === 'bad') await this.#goAndComeBack(player)
    await this.#read('reconcile', 'whole')
    const reconciled = await readTables(this.#workspace)
    await this.#crm.advance(latest)
    await this.#load()
    const held = await readTables(this.#workspace)
    const writes = simulator.log()
    const events = simulator.events()
    const evidence = { before, writes, events, passes: this.#passes }
    const warehouse = await this.#workspace.warehouse('warehouse')
    await warehouse.session((session) => writeTruth(session, evidence))
    return { evidence, reports: this.#reports, reconciled, held }
  }

  async close(): Promise<void> {
    await this.#listening.close()
    await this.#workspace.close()
  }

  async #prepare(company: Company, luck: Luck): Promise<void> {
    await this.#crm.prepare(company, lucks[luck] ?? {})
    const { basicAuth, pathSecret } = this.#workspace.project.server
    if (luck === 'none' || basicAuth === null) return
    const url = `${this.#listening.url}/webhooks/pipedrive/${pathSecret}`
    await this.#crm.subscribe({ ...basicAuth, url })
  }

  /** What has arrived goes into the warehouse. */
  async #load(): Promise<void> {
    await this.#server.delivered()
    const answered = delivered(this.#server.simulator)
    const { failed } = await this.#loader.loadWaiting()
    for (const error of failed.values()) throw error
    this.#passes.push({ kind: 'load', answered, shown: this.#recorder.take() })
  }

  async #read(command: 'run' | 'reconcile', kind: 'whole' | 'incremental'): Promise<void> {
    await this.#load()
    const answered = delivered(this.#server.simulator)
    const { objects, error } = await pullAsUsual(this.#workspace, command)
    if (error !== null) throw error
    this.#passes.push({ kind, answered, shown: this.#recorder.take() })
    this.#reports.push(Object.fromEntries(objects.map((one) => [one.object, one.drift])))
  }

  /** Reads what changed, after each so many moments. */
  #readings(momentsPerDay: number, player: () => Player): () => Promise<void> {
    const momentsPerRead = Math.ceil(momentsOfWeek(momentsPerDay) / readsPerWeek)
    let moments = 0
    return async () => {
      moments += 1
      if (moments % momentsPerRead !== 0) return
      await this.#interrupted(player(), () => this.#read('run', 'incremental'))
    }
  }

  async #interrupted(player: Player, read: () => Promise<void>): Promise<void> {
    this.#recorder.afterPage = this.#interruptions(player)
    await read()
    this.#recorder.afterPage = null
  }

  /** Values that the read shows as they were known, although an older webhook will tell others. */
  async #goAndComeBack({ book }: Player): Promise<void> {
    const { simulator } = this.#server
    for (const id of book.active('deal').slice(0, 5)) {
      for (const [value, kind] of [[7], [8, 'late'], [7, 'lost']] as const) {
        if (kind !== undefined) simulator.planMisfortune({ kind, object: 'deal' })
        const edit = { kind: 'update', object: 'deal', id: String(id), values: { value } } as const
        await this.#crm.perform(edit, 'person')
        await this.#crm.advance(120_000)
      }
    }
  }

  /** Every third page is followed by edits, with minutes before and after them. */
  #interruptions({ book, chance }: Player): () => void {
    const { simulator } = this.#server
    let pages = 0
    return () => {
      pages += 1
      if (pages % 3 !== 0) return
      simulator.advance(120_000)
      for (let edits = 0; edits < 4; edits += 1) {
        const edit = drawEdit({ chance, book, now: simulator.time() })
        book.note(edit, Number(simulator.edit(edit)))
        simulator.advance(1)
      }
      simulator.advance(120_000)
    }
  }
}
