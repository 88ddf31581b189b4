/**
 * A sales team's dbt project, that of examples/dbt-cutover, on one warehouse; the local Pipedrive whose records are in
 * it; and the project that pulls them.
 */
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateCompany } from '../../../examples/pipedrive/company.ts'
import { systemClock } from '../../../src/app/system-clock.ts'
import { statement } from '../../../src/core/sql/working-schema.ts'
import type { Row } from '../../../src/model/value.ts'
import { localToken } from '../../../src/simulator/pipedrive/pipedrive.ts'
import { noLimits } from '../../../src/simulator/pipedrive/request/rate-limits.ts'
import { type PipedriveServer, servePipedrive } from '../../../src/simulator/pipedrive/serve.ts'
import { openWarehouse } from '../../../src/warehouse/registry.ts'
import type { Session, Warehouse } from '../../../src/warehouse/warehouse.ts'
import { runIn } from '../../cli/cli-world.ts'
import { postgresDatabase } from '../../support/postgres-server.ts'
import { ended } from '../scratch-project.ts'
import { oldTables } from './old-tables.ts'

const example = join(import.meta.dirname, '../../../examples/dbt-cutover')
const now = Date.parse('2026-02-28T00:00:00Z')

export const warehouseTypes = ['duckdb', 'postgres'] as const
export type WarehouseType = (typeof warehouseTypes)[number]

export const pulledObjects = [
  'deals',
  'organizations',
  'persons',
  'users',
  'pipelines',
  'stages',
] as const

/** What dbt says that it did, by the name of a node: `success`, `pass`, `warn`, `fail` … */
export type Results = Readonly<Record<string, string>>

export class SalesSite {
  readonly crm: PipedriveServer
  /** Of the dbt project. */
  readonly analytics: string
  readonly #folder: string
  readonly #dbt: string
  readonly #variables: Readonly<Record<string, string>>
  readonly #connection: Readonly<Record<string, unknown>>
  readonly #type: WarehouseType
  readonly #drop: () => Promise<void>

  private constructor(site: {
    readonly crm: PipedriveServer
    readonly folder: string
    readonly dbt: string
    readonly type: WarehouseType
    readonly database: Database
  }) {
    this.crm = site.crm
    this.#folder = site.folder
    this.analytics = join(site.folder, 'analytics')
    this.#dbt = site.dbt
    this.#type = site.type
    this.#variables = site.database.variables
    this.#connection = site.database.connection
    this.#drop = site.database.drop
  }

  static async open(type: WarehouseType, dbt: string): Promise<SalesSite> {
    const folder = mkdtempSync(join(tmpdir(), 'syncline-dbt-'))
    const crm = await servePipedrive({ port: 0, now: () => now, limits: noLimits })
    const company = generateCompany({ seed: 7, share: 0.02, now })
    crm.simulator.seed({ fields: company.fields, records: company.records })
    const site = new SalesSite({ crm, folder, dbt, type, database: await database(type, folder) })
    cpSync(example, site.analytics, { recursive: true })
    await site.warehouse((session) =>
      session.execute(oldTables(company.records).map((text) => statement(text))),
    )
    site.writePull()
    return site
  }

  /** The project that pulls, with fields that it leaves out. */
  writePull(...excluded: readonly string[]): void {
    mkdirSync(join(this.#folder, 'syncs'), { recursive: true })
    const connections = {
      pipedrive: { type: 'pipedrive', base_url: this.crm.url, api_token: localToken },
      warehouse: this.#connection,
    }
    writeFileSync(join(this.#folder, 'syncline.yaml'), JSON.stringify({ version: 1, connections }))
    const sync = {
      type: 'pull',
      from: { connection: 'pipedrive', objects: pulledObjects },
      to: { connection: 'warehouse', schema: 'crm', tables: '{singular}_history' },
      fields: { exclude: ['*.*_count', ...excluded], include: ['organizations.employee_count'] },
      guards: { max_deletes: '10%' },
    }
    writeFileSync(join(this.#folder, 'syncs/pipedrive.yaml'), JSON.stringify(sync))
  }

  /** The command line, which must end well. */
  async cli(...argv: readonly string[]): Promise<string> {
    const said = await runIn(this.#folder, argv)
    if (said.code !== 0) throw new Error(`${argv.join(' ')}: ${said.stdout}${said.stderr}`)
    return said.stdout
  }

  /** `dbt <command>` in the project; deprecated properties count as errors. */
  async dbt(command: string, ...argv: readonly string[]): Promise<Results> {
    const common = ['--profiles-dir', '.', '--target', this.#type, '--threads', '2', '--quiet']
    const strict = ['--warn-error-options', '{"error": ["Deprecations"]}', '--no-version-check']
    const program = spawn(this.#dbt, [...strict, ...command.split(' '), ...common, ...argv], {
      cwd: this.analytics,
      env: { ...process.env, ...this.#variables, DO_NOT_TRACK: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const { code, stdout, stderr } = await ended(program)
    if (code !== 0) throw new Error(`dbt ${command}: exit code ${code}\n${stdout}${stderr}`)
    return this.#results(command === 'source freshness' ? 'sources' : 'run_results')
  }

  #results(file: 'sources' | 'run_results'): Results {
    const text = readFileSync(join(this.analytics, 'target', `${file}.json`), 'utf8')
    const { results } = JSON.parse(text) as {
      readonly results: readonly { readonly unique_id: string; readonly status: string }[]
    }
    return Object.fromEntries(results.map(({ unique_id, status }) => [unique_id, status]))
  }

  sql(...texts: readonly string[]): Promise<unknown> {
    return this.warehouse((session) => session.execute(texts.map((text) => statement(text))))
  }

  /** A query's columns by name, as texts, and its rows in an order of their own. */
  rows(query: string): Promise<readonly Row[]> {
    return this.warehouse(async (session, { dialect }) => {
      const found = await session.describe(query)
      const columns = found.toSorted((a, b) => (a.name < b.name ? -1 : 1))
      const texts = columns.map((column) =>
        dialect.canonicalText(dialect.quote(column.name), column),
      )
      const text = `select ${texts.join(', ')} from (${query}) as q`
      const rows = await session.query({ text, parameters: [] })
      return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    })
  }

  /** Opens it for the time of the work: dbt wants the file for itself. */
  async warehouse<T>(work: (session: Session, warehouse: Warehouse) => Promise<T>): Promise<T> {
    const { type: _, ...options } = this.#connection
    const place = { clock: systemClock, directory: this.#folder }
    const warehouse = await openWarehouse(this.#type, options, place)
    try {
      return await warehouse.session((session) => work(session, warehouse))
    } finally {
      await warehouse.close()
    }
  }

  /** What people do in the CRM, an hour after what is known of it: a deal edited, one deleted, one new; two persons become one. */
  changeRecords(): void {
    const { simulator } = this.crm
    simulator.advance(3_600_000)
    simulator.edit({ kind: 'update', object: 'deal', id: '2', values: { title: 'renamed' } })
    simulator.edit({ kind: 'delete', object: 'deal', id: '3' })
    simulator.edit({ kind: 'merge', object: 'person', id: '5', into: '6' })
    const values = { title: 'new', stage_id: 1, pipeline_id: 1, owner_id: 1 }
    simulator.edit({ kind: 'create', object: 'deal', values })
    simulator.advance(3_600_000)
  }

  /** As if what is known had been loaded two days ago, and some deal the day after. */
  async passDays(): Promise<void> {
    const aged = (table: string, interval: string, where = 'true'): string =>
      `update ${table} set _loaded_at = _loaded_at + interval '${interval}' where ${where}`
    await this.sql(
      ...pulledObjects.flatMap((object) => [
        aged(`crm.${object}_changes`, '-2 days'),
        aged(`analytics.pipedrive__${object}_latest`, '-2 days'),
      ]),
      aged('crm.deals_changes', '1 day', "_key = '4'"),
      aged('analytics.pipedrive__deals_latest', '1 day', 'id = 4'),
    )
  }

  async close(): Promise<void> {
    await this.crm.close()
    await this.#drop()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

interface Database {
  /** As in `syncline.yaml`. */
  readonly connection: Readonly<Record<string, unknown>>
  /** What the profile of dbt asks for. */
  readonly variables: Readonly<Record<string, string>>
  readonly drop: () => Promise<void>
}

async function database(type: WarehouseType, folder: string): Promise<Database> {
  if (type === 'duckdb') {
    const path = join(folder, 'sales.duckdb')
    const connection = { type, path, create: true }
    return { connection, variables: { SALES_DUCKDB: path }, drop: async () => undefined }
  }
  const { url, drop } = await postgresDatabase()
  const { hostname, port, username, password, pathname } = new URL(url)
  const variables = {
    SALES_PG_HOST: hostname,
    SALES_PG_PORT: port,
    SALES_PG_USER: username,
    SALES_PG_PASSWORD: password,
    SALES_PG_DATABASE: pathname.slice(1),
  }
  return { connection: { type, url }, variables, drop }
}
