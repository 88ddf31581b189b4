/** A project made by `init`, a local HubSpot, and the command line in this process with its output caught. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inWarehouse } from '../../src/app/init/sample-warehouse.ts'
import { runCli } from '../../src/cli/cli.ts'
import { statement } from '../../src/core/sql/working-schema.ts'
import { noLimits } from '../../src/simulator/hubspot/request/rate-limits.ts'
import { type HubSpotServer, serveHubSpot } from '../../src/simulator/hubspot/serve.ts'
import type { HubSpotOptions } from '../../src/simulator/hubspot/simulator.ts'

export interface Said {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** The one JSON document on standard output, or undefined where there was another text. */
  readonly json: JsonDocument | undefined
}

export type JsonDocument = { readonly [name: string]: unknown }

export interface CliWorld {
  readonly directory: string
  readonly hubspot: HubSpotServer
  cli(...argv: readonly string[]): Promise<Said>
  /** SQL of the test's own, in the project's warehouse. */
  sql(...texts: readonly string[]): Promise<void>
  close(): Promise<void>
}

export async function createCliWorld(options: HubSpotOptions = {}): Promise<CliWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'syncline-cli-'))
  const hubspot = await serveHubSpot({ port: 0, limits: noLimits, portalId: 4711, ...options })
  const made = await runIn(directory, ['init', '--hubspot-url', hubspot.url])
  if (made.code !== 0) throw new Error(made.stderr)
  return {
    directory,
    hubspot,
    cli: (...argv) => runIn(directory, argv),
    sql: (...texts) =>
      inWarehouse(directory, 'warehouse.duckdb', async (session) => {
        await session.execute(texts.map((text) => statement(text)))
      }),
    close: async () => {
      await hubspot.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

export async function runIn(directory: string, argv: readonly string[]): Promise<Said> {
  const [stdout, stderr] = [new Caught(), new Caught()]
  const signal = new AbortController().signal
  const environment = { stdout, stderr, variables: {}, signal, directory }
  const code = await runCli(argv, environment)
  return { code, stdout: stdout.text, stderr: stderr.text, json: jsonIn(stdout.text) }
}

export class Caught {
  text = ''

  write(text: string): void {
    this.text += text
  }
}

function jsonIn(text: string): JsonDocument | undefined {
  if (!/^\{.*\}\n$/.test(text)) return undefined
  return JSON.parse(text) as JsonDocument
}
