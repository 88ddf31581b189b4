/** A project that pulls from a local Pipedrive, with webhooks put into its journal as a server would have left them there. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inWarehouse } from '../../src/app/init/sample-warehouse.ts'
import { statement } from '../../src/core/sql/working-schema.ts'
import { type JournalLocation, openJournal } from '../../src/journal/open-journal.ts'
import type { Row } from '../../src/model/value.ts'
import { localToken } from '../../src/simulator/pipedrive/pipedrive.ts'
import { noLimits } from '../../src/simulator/pipedrive/request/rate-limits.ts'
import { type PipedriveServer, servePipedrive } from '../../src/simulator/pipedrive/serve.ts'
import type { PipedriveOptions } from '../../src/simulator/pipedrive/simulator.ts'
import { runIn, type Said } from '../cli/cli-world.ts'
import { runToken } from '../cli/served.ts'
import { writeProject } from '../support/open-project.ts'
import { pathSecret } from './serving-project.ts'

export interface JournalProject {
  readonly directory: string
  readonly crm: PipedriveServer
  cli(...argv: readonly string[]): Promise<Said>
  /** Puts bodies into the journal; gives how many entries it has. */
  send(...bodies: readonly string[]): Promise<number>
  query(text: string): Promise<readonly Row[]>
  /** Keys that the log of an object of the sync `crm` knows. */
  keys(object: string): Promise<readonly string[]>
  close(): Promise<void>
}

/** The lines of the project that say where its state is, and where its journal is then. */
export interface StatePlace {
  readonly lines: string
  readonly journal: JournalLocation
}

export interface JournalProjectOptions {
  /** Objects by sync. */
  readonly syncs: Readonly<Record<string, string>>
  readonly records?: NonNullable<PipedriveOptions['state']>['records']
  readonly state?: StatePlace
  /** A project that is a copy of another one asks the same CRM. */
  readonly crm?: PipedriveServer
}

export async function createJournalProject({
  syncs,
  records = { stages: [{ id: '1', values: { name: 'First' } }] },
  state,
  crm: given,
}: JournalProjectOptions): Promise<JournalProject> {
  const crm = given ?? (await servePipedrive({ port: 0, limits: noLimits, state: { records } }))
  const directory = mkdtempSync(join(tmpdir(), 'syncline-journal-'))
  const texts = Object.entries(syncs).map(([name, objects]) => [name, syncText(name, objects)])
  writeProject(directory, {
    project: projectText(crm.url, state?.lines ?? ''),
    syncs: Object.fromEntries(texts),
  })
  const file = join(directory, '.syncline/dev/journal.db')
  const query: JournalProject['query'] = (text) =>
    inWarehouse(directory, 'warehouse.duckdb', (session) => session.query(statement(text)))
  return {
    directory,
    crm,
    cli: (...argv) => runIn(directory, argv),
    send: (...bodies) => append(state?.journal ?? { kind: 'sqlite', file }, bodies),
    query,
    keys: async (object) => {
      const rows = await query(`select distinct _key from crm.${object}_changes order by 1`)
      return rows.map(([key]) => key ?? '')
    },
    close: async () => {
      if (given === undefined) await crm.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function syncText(name: string, objects: string): string {
  return `type: pull
from: { connection: crm, objects: [${objects}] }
to: { connection: warehouse, schema: ${name} }
`
}

function projectText(url: string, state: string): string {
  return `version: 1
connections:
  crm: { type: pipedrive, base_url: "${url}", api_token: ${localToken} }
  warehouse: { type: duckdb, path: warehouse.duckdb, create: true, threads: 1 }
server: { path_secret: ${pathSecret}, run_token: ${runToken} }
${state}`
}

async function append(place: JournalLocation, bodies: readonly string[]): Promise<number> {
  const journal = await openJournal(place)
  for (const body of bodies) {
    const entry = { connection: 'crm', receivedAt: Date.now(), headers: {}, source: 'webhook' }
    await journal.append({ ...entry, body: new TextEncoder().encode(body) })
  }
  const { entries } = await journal.extent()
  await journal.close()
  return entries
}

let events = 0

/** What Pipedrive tells of a record that was made, or of one that is as it is since. */
export function webhook(
  entity: string,
  id: number,
  data: object = { name: `${entity} ${id}` },
  previous: object | null = null,
): string {
  events += 1
  const at = '2026-03-10T12:00:05.250Z'
  const action = previous === null ? 'create' : 'change'
  const meta = { action, entity, version: '2.0', timestamp: at }
  return JSON.stringify({
    meta: { ...meta, id: `0e5e6d62-${events}`, entity_id: String(id) },
    data: { id, add_time: at, update_time: at, is_deleted: false, ...data },
    previous,
  })
}
