/**
 * examples/crm-sales on real input, through the command line in processes of its own: a first run, one
 * with nothing to do, one after a day's changes, and one after a day of bad data.
 */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noLimits } from '../../src/simulator/hubspot/rate-limits.ts'
import { type HubSpotServer, serveHubSpot } from '../../src/simulator/hubspot/serve.ts'
import type { WriteLogEntry } from '../../src/simulator/hubspot/write-log.ts'
import { type PostgresDatabase, postgresDatabase } from '../support/postgres-server.ts'
import {
  differences,
  expectedOf,
  type Files,
  heldIn,
  type Holding,
  type Line,
  readFiles,
  type Records,
  writeFiles,
} from './crm-sales-judge.ts'
import { type Ended, ended } from './scratch-project.ts'

const root = join(import.meta.dirname, '../..')
const example = join(root, 'examples/crm-sales')
const data = process.env['CRM_SALES_DATA'] ?? join(root, '../shared/data/crm-sales')
const program = join(root, 'src/cli/main.ts')
const prepareScript = join(example, 'prepare.ts')

/** One sync's part of what `run --json` says. */
interface SyncReport {
  readonly sync: string
  readonly state: string
  readonly rows: number
  readonly planned: Readonly<Record<string, number>>
  readonly outcomes: Readonly<Record<string, number>>
  readonly reasons: Readonly<Record<string, number>>
  readonly calls: { readonly total: number }
}

/** A run of both syncs, with what the CRM saw of it. */
interface Played {
  readonly code: number | null
  readonly stderr: string
  readonly companies: SyncReport
  readonly deals: SyncReport
  readonly calls: number
  readonly writes: readonly WriteLogEntry[]
  readonly held: Holding
}

/** A copy of the example, its CRM, and the folder that its files are read from. */
class Site {
  readonly folder = mkdtempSync(join(tmpdir(), 'syncline-crm-sales-'))
  readonly hubspot: HubSpotServer
  readonly #flags: readonly string[]
  readonly #variables: Readonly<Record<string, string>>
  #seen = 0

  private constructor(hubspot: HubSpotServer, postgres: PostgresDatabase | null) {
    this.hubspot = hubspot
    this.#flags = postgres === null ? [] : ['--env', 'postgres']
    this.#variables = {
      CRM_SALES_DATA: join(this.folder, 'data'),
      HUBSPOT_URL: hubspot.url,
      HUBSPOT_ACCESS_TOKEN: 'pat-local',
      ...(postgres === null ? {} : { CRM_SALES_POSTGRES_URL: postgres.url }),
    }
    for (const part of ['syncline.yaml', 'syncs', 'models']) {
      cpSync(join(example, part), join(this.folder, part), { recursive: true })
    }
    mkdirSync(join(this.folder, 'data'))
  }

  static async open(postgres: PostgresDatabase | null): Promise<Site> {
    return new Site(await serveHubSpot({ port: 0, limits: noLimits }), postgres)
  }

  /** Puts the files where the example reads them, and loads them. */
  async prepare(files: Files): Promise<Ended> {
    writeFiles(join(this.folder, 'data'), files)
    return this.#node(prepareScript, this.folder, ...this.#flags)
  }

  command(...words: readonly string[]): Promise<Ended> {
    return this.#node(program, ...words, '-C', this.folder, ...this.#flags)
  }

  async run(...words: readonly string[]): Promise<Played> {
    const before = this.#calls()
    const { code, stdout, stderr } = await this.command('run', '--all', '--json', ...words)
    const { syncs }: { syncs: readonly [SyncReport, SyncReport] } = JSON.parse(stdout)
    const [companies, deals] = syncs
    const { simulator } = this.hubspot
    const writes = simulator.log().filter(({ seq }) => seq > this.#seen)
    this.#seen = writes.at(-1)?.seq ?? this.#seen
    const held = heldIn(simulator.dump())
    return { code, stderr, companies, deals, calls: this.#calls() - before, writes, held }
  }

  async close(): Promise<void> {
    await this.hubspot.close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  #calls(): number {
    return Object.values(this.hubspot.simulator.calls()).reduce((sum, count) => sum + count, 0)
  }

  #node(...words: readonly string[]): Promise<Ended> {
    const env = { ...process.env, ...this.#variables }
    return ended(spawn(process.execPath, words, { cwd: root, env }))
  }
}

/** A day later: of every hundredth opportunity, open ones are won, won ones bring more, lost ones change hands. */
function oneInAHundredChanged(files: Files): Files {
  const agents = files.sales_teams.flatMap((line) => line['sales_agent'] ?? [])
  const changed = files.sales_pipeline.map((line, index): Line => {
    if (index % 100 !== 42) return line
    switch (line['deal_stage']) {
      case 'In_Progress':
        return { ...line, deal_stage: 'Won', close_date: '2017-12-30', close_value: '1234.5' }
      case 'Won':
        return { ...line, close_value: `${Number(line['close_value'] ?? 0) + 10}.25` }
      default:
        return { ...line, sales_agent: agents.find((name) => name !== line['sales_agent']) ?? '' }
    }
  })
  return { ...files, sales_pipeline: changed }
}

/** What no model can repair, each in a row of its own, by the reason that must be given. */
const dirt: readonly (readonly [reason: string, column: string, value: string])[] = [
  ['rejected value.unknown_option', 'product', 'GTX Pro'],
  ['rejected lookup.unknown', 'sales_agent', 'Nobody Known'],
  ['rejected lookup.unknown', 'deal_stage', 'Postponed'],
  ['deferred dependency', 'account', 'Vandelay Industries'],
  ['rejected value.not_a_number', 'close_value', 'n/a'],
  ['rejected value.not_a_datetime', 'close_date', '2017-02-30'],
  ['rejected value.not_a_date', 'created_on', '24.04.2017'],
]

/**
 * The first won opportunities with an account get one piece of dirt each, the next comes twice, a last
 * row lacks its id, and one account gets some dirt, too.
 */
function soiled(files: Files): { readonly files: Files; readonly soiledDeals: readonly string[] } {
  const clean = files.sales_pipeline.filter(
    (line) => line['deal_stage'] === 'Won' && line['account'] !== '' && line['close_value'] !== '',
  )
  const chosen = new Map(
    dirt.map(([, column, value], index) => [clean[index], { [column]: value }] as const),
  )
  const [twice, unnamed] = clean.slice(dirt.length)
  return {
    soiledDeals: [...chosen.keys()].map((line) => line?.['opportunity_id'] ?? ''),
    files: {
      ...files,
      accounts: files.accounts.map((line, index) =>
        index === 0 ? { ...line, employees: 'many' } : line,
      ),
      sales_pipeline: [
        ...files.sales_pipeline.map((line) => ({ ...line, ...chosen.get(line) })),
        { ...twice, close_value: '1.0' },
        { ...unnamed, opportunity_id: '' },
      ],
    },
  }
}

/** The write log in the judge's words: fields by key, without what HubSpot calculates. */
function written(writes: readonly WriteLogEntry[], object: string, held: Records, site: Site) {
  const field = object === '0-2' ? 'account_key' : 'opportunity_id'
  const records = site.hubspot.simulator.dump().state.records[object] ?? []
  const keys = new Map(records.map(({ id, properties }) => [id, properties[field] ?? '']))
  const found = writes
    .filter((entry) => entry.object === object)
    .map(({ id, changes }) => {
      const names = Object.keys(changes).filter((name) => !/^(hs_|num_)/.test(name))
      const said = names.map((name) => (name === 'hubspot_owner_id' ? 'owner' : name))
      return [keys.get(id) ?? '', said.toSorted().join(' ')] as const
    })
  expect(found.every(([key]) => key in held)).toBe(true)
  return Object.fromEntries(found)
}

const there = existsSync(data)
const missing = there ? '' : ` (skipped: ${relative(root, data)} is not there)`

describe.skipIf(!there).each(['duckdb', 'postgres'])(`crm-sales on %s${missing}`, (warehouse) => {
  let postgres: PostgresDatabase | null = null
  let site: Site
  let files: Files
  let changed: Files
  let prepared: Ended
  let checked: Ended
  let first: Played
  let second: Played
  let third: Played
  let fourth: Played
  let fifth: Played
  let dirty: ReturnType<typeof soiled>

  beforeAll(async () => {
    if (warehouse === 'postgres') postgres = await postgresDatabase()
    site = await Site.open(postgres)
    files = readFiles(data)
    prepared = await site.prepare(files)
    checked = await site.command('check')
    first = await site.run('--first')
    second = await site.run()
    changed = oneInAHundredChanged(files)
    await site.prepare(changed)
    third = await site.run()
    dirty = soiled(changed)
    await site.prepare(dirty.files)
    fourth = await site.run()
    await site.prepare(changed)
    fifth = await site.run()
  })

  afterAll(async () => {
    await site.close()
    await postgres?.drop()
  })

  it('is prepared by one command, and then lacks nothing', () => {
    expect(prepared).toMatchObject({ code: 0, stderr: '' })
    expect(prepared.stdout).toContain(`${files.sales_pipeline.length} sales_pipeline`)
    expect(checked).toMatchObject({ code: 0 })
  })

  it('makes a company of every account and a deal of every opportunity, with the right values', () => {
    expect(first).toMatchObject({
      code: 0,
      companies: {
        state: 'succeeded',
        planned: { creates: files.accounts.length, updates: 0 },
        outcomes: { delivered: files.accounts.length, rejected: 0, deferred: 0 },
      },
      deals: {
        state: 'succeeded',
        planned: { creates: files.sales_pipeline.length, updates: 0 },
        outcomes: { delivered: files.sales_pipeline.length, rejected: 0, deferred: 0 },
      },
    })
    expect(first.held).toEqual(expectedOf(files))
  })

  it('takes the dirt of the files for what it is', () => {
    const without = (column: string) =>
      files.sales_pipeline.flatMap((line) =>
        line[column] === '' ? (line['opportunity_id'] ?? '') : [],
      )
    const { deals } = first.held
    for (const [column, field] of [
      ['account', 'company'],
      ['close_date', 'closedate'],
    ] as const) {
      const lacking = Object.keys(deals).filter((key) => deals[key]?.[field] === undefined)
      expect(without(column).length).toBeGreaterThan(0)
      expect(lacking.toSorted()).toEqual(without(column).toSorted())
    }
    expect(files.accounts.some((line) => line['employees']?.endsWith('.0'))).toBe(true)
  })

  it('asks for nothing and writes nothing when nothing changed', () => {
    expect(second).toMatchObject({
      code: 0,
      calls: 0,
      writes: [],
      companies: { calls: { total: 0 }, outcomes: { unchanged: files.accounts.length } },
      deals: { calls: { total: 0 }, outcomes: { unchanged: files.sales_pipeline.length } },
    })
  })

  it('writes only the rows and fields that a day changed', () => {
    const [before, after] = [expectedOf(files), expectedOf(changed)]
    const companies = differences(before.companies, after.companies)
    const deals = differences(before.deals, after.deals)
    expect(Object.keys(deals)).toHaveLength(Math.ceil((files.sales_pipeline.length - 42) / 100))
    expect(third).toMatchObject({
      code: 0,
      companies: { planned: { creates: 0, updates: Object.keys(companies).length } },
      deals: { planned: { creates: 0, updates: Object.keys(deals).length } },
    })
    expect(third.held).toEqual(after)
    expect(written(third.writes, '0-2', after.companies, site)).toEqual(companies)
    expect(written(third.writes, '0-3', after.deals, site)).toEqual(deals)
  })

  it('rejects what is wrong row by row, with the reason, and delivers the rest', () => {
    const expected: Record<string, number> = { 'rejected key.duplicate': 2, 'rejected key.null': 1 }
    for (const [reason] of dirt) expected[reason] = (expected[reason] ?? 0) + 1
    expect(fourth).toMatchObject({
      code: 1,
      companies: { state: 'succeeded', reasons: { 'rejected value.not_a_number': 1 } },
      deals: { state: 'succeeded', planned: { creates: 0, updates: 0 }, reasons: expected },
    })
    const [before, after] = [expectedOf(changed), expectedOf(dirty.files)]
    const rejectedAccount = (files.accounts[0]?.['account'] ?? '').toLowerCase()
    // A rejected row's record stays as it was; the others show what the files now add up to.
    expect(fourth.held).toEqual({
      companies: { ...after.companies, [rejectedAccount]: before.companies[rejectedAccount] },
      deals: before.deals,
    })
    expect(dirty.soiledDeals).toHaveLength(dirt.length)
  })

  it('is right again by itself once the files are', () => {
    expect(fifth).toMatchObject({
      code: 0,
      companies: { reasons: {}, planned: { rejected: 0 } },
      deals: { reasons: {}, planned: { rejected: 0, deferred: 0, creates: 0, updates: 0 } },
    })
    expect(fifth.held).toEqual(expectedOf(changed))
  })
})

describe('the preparation of crm-sales', () => {
  it('says which variable is missing, and does nothing', async () => {
    const env = { ...process.env, CRM_SALES_DATA: '', HUBSPOT_URL: 'http://127.0.0.1:9' }
    const words = [prepareScript, example]
    const variables = { ...env, HUBSPOT_ACCESS_TOKEN: 'none', CRM_SALES_POSTGRES_URL: '' }
    const { code, stderr } = await ended(spawn(process.execPath, words, { env: variables }))
    expect(code).toBe(2)
    expect(stderr).toMatch(/^prepare: CRM_SALES_DATA is not set: it names the folder/)
    expect(existsSync(join(example, 'crm-sales.duckdb'))).toBe(false)
  })
})
