/** A copy of the example with a CRM of its own, worked with through the command line in other processes. */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { PostgresDatabase } from '../../support/postgres-server.ts'
import { type Ended, ended } from '../scratch-project.ts'
import { oneInAHundredChanged, type Soiled, soiled } from './days.ts'
import { type Files, readFiles, writeFiles } from './files.ts'
import type { Holding } from './records.ts'

const root = join(import.meta.dirname, '../../..')
const program = join(root, 'src/cli/main.ts')
export const example = join(root, 'examples/crm-sales')
export const prepareScript = join(example, 'prepare.ts')

const data = process.env['CRM_SALES_DATA'] ?? join(root, '../shared/data/crm-sales')
/** Whether the real input is on this machine. */
export const isThere = existsSync(data)
/** What the name of a skipped test says. */
export const missing = isThere ? '' : ` (skipped: ${relative(root, data)} is not there)`

/** The part of a local CRM that the example's tests need, whichever it is. */
export interface LocalCrm {
  /** Of the connection, and the tag of its syncs. */
  readonly name: 'hubspot' | 'salesforce'
  /** What `.env` would say. */
  readonly variables: Readonly<Record<string, string>>
  calls(): Readonly<Record<string, number>>
  /** What was written after the write of this number. */
  writtenSince(seq: number): readonly Written[]
  held(): Holding
  close(): Promise<void>
}

/** A write in the judge's words. */
export interface Written {
  readonly seq: number
  /** Null where it is neither. */
  readonly of: keyof Holding | null
  readonly key: string
  /** Names of the fields that changed, sorted. */
  readonly fields: string
  readonly requestId: string | null
}

/** One sync's part of what `run --json` says. */
export interface SyncReport {
  readonly sync: string
  readonly state: string
  readonly rows: number
  readonly planned: Readonly<Record<string, number>>
  readonly outcomes: Readonly<Record<string, number>>
  readonly reasons: Readonly<Record<string, number>>
  readonly calls: { readonly total: number }
}

/** A run of both syncs, with what the CRM saw of it. */
export interface Played {
  readonly code: number | null
  readonly stderr: string
  readonly accounts: SyncReport
  readonly opportunities: SyncReport
  /** Requests that arrived, by what they do. */
  readonly calls: Readonly<Record<string, number>>
  readonly writes: readonly Written[]
  readonly held: Holding
}

/** Prepared and checked, a first run, one with nothing to do, one after a day's changes, a bad day, a good one. */
export interface Days {
  readonly files: Files
  readonly changed: Files
  readonly dirty: Soiled
  readonly prepared: Ended
  readonly checked: Ended
  readonly first: Played
  readonly idle: Played
  readonly next: Played
  readonly bad: Played
  readonly good: Played
}

export class Site {
  readonly #folder = mkdtempSync(join(tmpdir(), 'syncline-crm-sales-'))
  readonly #crm: LocalCrm
  readonly #flags: readonly string[]
  readonly #variables: Readonly<Record<string, string>>
  #seen = 0

  constructor(crm: LocalCrm, postgres: PostgresDatabase | null) {
    this.#crm = crm
    this.#flags = postgres === null ? [] : ['--env', 'postgres']
    this.#variables = {
      CRM_SALES_DATA: join(this.#folder, 'data'),
      ...unreachable,
      ...crm.variables,
      ...(postgres === null ? {} : { CRM_SALES_POSTGRES_URL: postgres.url }),
    }
    for (const part of ['syncline.yaml', 'syncs', 'models']) {
      cpSync(join(example, part), join(this.#folder, part), { recursive: true })
    }
    mkdirSync(join(this.#folder, 'data'))
  }

  async play(): Promise<Days> {
    const files = readFiles(data)
    const prepared = await this.#prepare(files)
    const checked = await this.#command('check', '--tag', this.#crm.name)
    const first = await this.#run('--first')
    const idle = await this.#run()
    const changed = oneInAHundredChanged(files)
    await this.#prepare(changed)
    const next = await this.#run()
    const dirty = soiled(changed)
    await this.#prepare(dirty.files)
    const bad = await this.#run()
    await this.#prepare(changed)
    const good = await this.#run()
    return { files, changed, dirty, prepared, checked, first, idle, next, bad, good }
  }

  async close(): Promise<void> {
    await this.#crm.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** Puts the files where the example reads them, and loads them. */
  #prepare(files: Files): Promise<Ended> {
    writeFiles(join(this.#folder, 'data'), files)
    const words = [prepareScript, this.#folder, '--crm', this.#crm.name]
    return this.#node(...words, ...this.#flags)
  }

  #command(...words: readonly string[]): Promise<Ended> {
    return this.#node(program, ...words, '-C', this.#folder, ...this.#flags)
  }

  async #run(...words: readonly string[]): Promise<Played> {
    const before = this.#crm.calls()
    const said = await this.#command('run', '--tag', this.#crm.name, '--json', ...words)
    const writes = this.#crm.writtenSince(this.#seen)
    this.#seen = writes.at(-1)?.seq ?? this.#seen
    const { syncs }: { syncs: readonly [SyncReport, SyncReport] } = JSON.parse(said.stdout)
    return {
      code: said.code,
      stderr: said.stderr,
      accounts: syncs[0],
      opportunities: syncs[1],
      calls: more(this.#crm.calls(), before),
      writes,
      held: this.#crm.held(),
    }
  }

  #node(...words: readonly string[]): Promise<Ended> {
    const env = { ...process.env, ...this.#variables }
    return ended(spawn(process.execPath, words, { cwd: root, env }))
  }
}

/** The variables of both CRMs are set, as `.env` sets them; nobody listens at the other one. */
const unreachable = {
  HUBSPOT_URL: 'http://127.0.0.1:9',
  HUBSPOT_ACCESS_TOKEN: 'none',
  SALESFORCE_URL: 'http://127.0.0.1:9',
  SALESFORCE_CLIENT_ID: 'none',
  SALESFORCE_CLIENT_SECRET: 'none',
  CRM_SALES_POSTGRES_URL: '',
} as const

function more(
  after: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const differing = Object.entries(after).map(([name, count]) => [
    name,
    count - (before[name] ?? 0),
  ])
  return Object.fromEntries(differing.filter(([, count]) => count !== 0))
}
