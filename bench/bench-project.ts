/** A throw-away project: a DuckDB file with generated rows, one model and one sync that pushes it. */
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { measure, type Measured } from './measured-process.ts'
import { program } from './program.ts'
import type { BenchField, BenchTarget } from './targets.ts'

/** What DuckDB may use, of both sides of a comparison. */
export const duckDbSettings = { memory_limit: '256MB', threads: '2' } as const

export const benchTable = 'customers'
export const benchKey = 'customer_id'

export interface BenchProject {
  readonly directory: string
  readonly warehouseFile: string
  /** Bytes of the state, its log included; 0 before the first run. */
  stateBytes(): Promise<number>
  /** Works in the warehouse file, which nobody else may hold meanwhile. */
  inWarehouse<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>
  /** `syncline run customers …` as a process of its own. */
  run(...words: readonly string[]): Promise<BenchRun>
  remove(): Promise<void>
}

export interface BenchRun extends Measured {
  readonly report: RunReport
}

/** What the command line promises of a run, as far as benchmarks look at it. */
export interface RunReport {
  readonly state: string
  readonly rows: number
  readonly outcomes: Readonly<Record<string, number>>
  readonly calls: { readonly total: number; readonly by_endpoint: readonly EndpointReport[] }
  readonly started_at: string
  readonly ended_at: string
}

export interface EndpointReport {
  readonly endpoint: string
  readonly calls: number
  readonly failed: number
  readonly bytesSent: number
}

export interface ProjectRequest {
  readonly rows: number
  readonly target: BenchTarget
  /** The target's own unless others are measured; the first is what records are matched by. */
  readonly fields?: readonly BenchField[]
  readonly crmUrl: string
  /** From how many operations on rows go by jobs; by requests alone where absent. */
  readonly bulkFrom?: number
}

export async function makeProject(request: ProjectRequest): Promise<BenchProject> {
  const directory = await mkdtemp(join(tmpdir(), 'syncline-bench-'))
  const warehouseFile = join(directory, 'warehouse.duckdb')
  await mkdir(join(directory, 'syncs'))
  await mkdir(join(directory, 'models'))
  await writeFile(join(directory, 'syncline.yaml'), projectFile(request))
  await writeFile(join(directory, 'syncs', 'customers.yaml'), syncFile(request))
  await writeFile(join(directory, 'models', 'customers.sql'), modelFile(fieldsOf(request)))
  const project: BenchProject = {
    directory,
    warehouseFile,
    stateBytes: () => stateBytes(directory),
    inWarehouse: (work) => inWarehouse(warehouseFile, work),
    run: (...words) => run(directory, words),
    remove: () => rm(directory, { recursive: true, force: true }),
  }
  try {
    await project.inWarehouse((connection) => fill(connection, request))
  } catch (error) {
    await project.remove()
    throw error
  }
  return project
}

function fieldsOf({ fields, target }: ProjectRequest): readonly BenchField[] {
  return fields ?? target.fields
}

function projectFile({ target, crmUrl }: ProjectRequest): string {
  return `version: 1
connections:
  warehouse:
    type: duckdb
    path: warehouse.duckdb
    memory_limit: ${duckDbSettings.memory_limit}
    threads: ${duckDbSettings.threads}
  ${target.name}: ${target.connection(crmUrl)}
`
}

/** `read_before: false` is what a hand-written loop does, too. */
function syncFile(request: ProjectRequest): string {
  const { target, bulkFrom = 'never' } = request
  // The match field is written from its own column without being listed.
  const [match, ...listed] = fieldsOf(request)
  if (match === undefined) throw new Error('a project to measure has fields')
  const lines = listed.map(({ field, column }) => `  ${field}: ${column}`)
  return `type: push
from: { connection: warehouse, model: models/customers.sql, key: ${benchKey} }
to: { connection: ${target.name}, object: ${target.object}, match: { ${match.field}: ${match.column} } }
mode: upsert
read_before: false
bulk_from: ${bulkFrom}
fields:
${lines.join('\n')}
`
}

function modelFile(fields: readonly BenchField[]): string {
  return `select ${[benchKey, ...fields.map(({ column }) => column)].join(', ')} from ${benchTable}\n`
}

async function fill(connection: DuckDBConnection, request: ProjectRequest): Promise<void> {
  const columns = fieldsOf(request).map(({ column, expression }) => `${expression} as ${column}`)
  await connection.run(
    `create table ${benchTable} as select i as ${benchKey}, ${columns.join(', ')} from range(1, ${request.rows + 1}) as t(i)`,
  )
  await connection.run('checkpoint')
}

async function inWarehouse<T>(
  file: string,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(file, { ...duckDbSettings })
  try {
    const connection = await instance.connect()
    try {
      return await work(connection)
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

async function run(directory: string, words: readonly string[]): Promise<BenchRun> {
  const measured = await measure([program, 'run', 'customers', '--json', ...words], directory)
  const { syncs }: { syncs: readonly RunReport[] } = JSON.parse(
    measured.stdout.trim().split('\n').at(-1) ?? '',
  )
  const [report] = syncs
  if (report?.state !== 'succeeded') throw new Error(`the run did not succeed: ${measured.stdout}`)
  return { ...measured, report }
}

async function stateBytes(directory: string): Promise<number> {
  const file = join(directory, '.syncline', 'dev', 'state.db')
  const sizes = await Promise.all(
    ['', '-wal', '-shm'].map((suffix) =>
      stat(`${file}${suffix}`).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
