/**
 * A project of its own on a bad day: made by `init`, with a local HubSpot on a port, and run by the
 * command line in this process. What a person would see is read from `--json`.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { inWarehouse } from '../../src/app/init/sample-warehouse.ts'
import { runCli } from '../../src/cli/cli.ts'
import { statement } from '../../src/core/sql/working-schema.ts'
import type { Row } from '../../src/model/value.ts'
import { noLimits } from '../../src/simulator/hubspot/request/rate-limits.ts'
import { type HubSpotServer, serveHubSpot } from '../../src/simulator/hubspot/serve.ts'
import type { HubSpotOptions } from '../../src/simulator/hubspot/simulator.ts'
import { closeUnused } from '../../src/warehouse/duckdb/instances.ts'

export interface ToldError {
  readonly code: string
  readonly message: string
  readonly remedy: string
  readonly place: { readonly file: string; readonly line?: number } | null
}

export interface Said {
  readonly exit: number
  readonly errors: readonly ToldError[]
  /** The reports of the syncs that had one. */
  readonly reports: readonly Readonly<Record<string, unknown>>[]
  /** All of standard output and standard error. */
  readonly text: string
}

export type Variables = Readonly<Record<string, string>>

export const sampleCustomers = 100

export class BadDay {
  readonly directory: string
  readonly hubspot: HubSpotServer

  private constructor(directory: string, hubspot: HubSpotServer) {
    this.directory = directory
    this.hubspot = hubspot
  }

  static async begin(options: HubSpotOptions = {}): Promise<BadDay> {
    const directory = mkdtempSync(join(tmpdir(), 'syncline-bad-day-'))
    const hubspot = await serveHubSpot({ port: 0, limits: noLimits, portalId: 4711, ...options })
    const day = new BadDay(directory, hubspot)
    assert.equal((await day.cli(['init', '--hubspot-url', hubspot.url])).exit, 0)
    // Whoever finds the file held waits no longer than a moment.
    day.edit('syncline.yaml', (text) =>
      text.replace('path: "warehouse.duckdb"', 'path: "warehouse.duckdb"\n    wait_for_lock: 0.2'),
    )
    return day
  }

  async end(): Promise<void> {
    await this.hubspot.close()
    rmSync(this.directory, { recursive: true, force: true })
  }

  path(file: string): string {
    return join(this.directory, file)
  }

  /** What happens by itself a moment after the last use: nobody holds the warehouse any longer. */
  letGo(): Promise<void> {
    return closeUnused({ file: this.path('warehouse.duckdb') })
  }

  read(file: string): string {
    return readFileSync(this.path(file), 'utf8')
  }

  write(file: string, text: string): void {
    writeFileSync(this.path(file), text)
  }

  /** Changes a file; gives what changes it back. Fails where the change would be none. */
  edit(file: string, change: (text: string) => string): () => void {
    const before = this.read(file)
    const after = change(before)
    assert.notEqual(after, before)
    this.write(file, after)
    return () => this.write(file, before)
  }

  cli(argv: readonly string[], variables: Variables = {}): Promise<Said> {
    return sayIn(this.directory, argv, variables)
  }

  /** `run customers --first`. */
  run(variables: Variables = {}): Promise<Said> {
    return this.cli(['run', 'customers', '--first'], variables)
  }

  /** SQL of the test's own, in the project's warehouse. */
  async sql(...texts: readonly string[]): Promise<void> {
    await inWarehouse(this.directory, 'warehouse.duckdb', (session) =>
      session.execute(texts.map((text) => statement(text))),
    )
  }

  query(text: string): Promise<readonly Row[]> {
    return inWarehouse(this.directory, 'warehouse.duckdb', (session) =>
      session.query(statement(text)),
    )
  }

  /** Contacts in the CRM, and how many of them share an address with another. */
  contacts(): { readonly records: number; readonly doubled: number } {
    const records = this.hubspot.simulator.dump().state.records?.['0-1'] ?? []
    const emails = new Set(records.map((record) => record.properties['email']))
    return { records: records.length, doubled: records.length - emails.size }
  }

  /** Nothing was written: neither to the CRM nor as confirmed. */
  async expectNothingWritten(schema = 'syncline_dev'): Promise<void> {
    assert.deepEqual(this.hubspot.simulator.log(), [])
    const [tables] = await this.query(
      `select count(*)::varchar from duckdb_tables() where schema_name = '${schema}' and table_name = 'customers__baseline'`,
    )
    if (tables?.[0] === '0') return
    const rows = await this.query(`select count(*)::varchar from ${schema}.customers__baseline`)
    assert.deepEqual(rows, [['0']])
  }

  /** The next run is right, and the one after it has nothing to do. */
  async expectRightRun(customers = sampleCustomers, variables: Variables = {}): Promise<void> {
    const next = await this.run(variables)
    assert.deepEqual([next.exit, next.errors], [0, []])
    assert.deepEqual(this.contacts(), { records: customers, doubled: 0 })
    const written = this.hubspot.simulator.log().length
    const quiet = await this.run(variables)
    assert.deepEqual([quiet.exit, quiet.errors], [0, []])
    assert.partialDeepStrictEqual(quiet.reports, [
      { outcomes: { unchanged: customers, delivered: 0 } },
    ])
    assert.equal(this.hubspot.simulator.log().length, written)
  }
}

export async function sayIn(
  directory: string,
  argv: readonly string[],
  variables: Variables = {},
): Promise<Said> {
  let stdout = ''
  let stderr = ''
  const results: Readonly<Record<string, unknown>>[] = []
  const exit = await runCli(argv, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    onResult: (result) => results.push(result),
    variables,
    signal: new AbortController().signal,
    directory,
  })
  const documents = results.flatMap((result) => [result, ...listIn(result['syncs'])])
  const found = results.flatMap((result) => listIn(result['findings']))
  const told = [...documents, ...found].flatMap(({ error }) => (error ? [error as ToldError] : []))
  return {
    exit,
    errors: told,
    reports: documents.filter((one) => 'outcomes' in one),
    text: stdout + stderr,
  }
}

/** Exactly one error, with its code, its cause in the message, and what to do. */
export function expectOneError(
  said: Said,
  exit: number,
  code: string,
  cause: string | RegExp,
  remedy: string | RegExp = /\w+ \w+/,
): void {
  expect([said.exit, said.errors.map((error) => error.code)]).toEqual([exit, [code]])
  const [error] = said.errors
  expect(error?.message).toMatch(cause)
  expect(error?.remedy).toMatch(remedy)
  expect(said.text).toContain(`${code}: `)
}

function listIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? (value as Readonly<Record<string, unknown>>[]) : []
}
