/** A throw-away project whose server receives webhooks for one connection. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { program } from './program.ts'
import { type ServerProcess, startProcess } from './server-process.ts'

/** A path secret, which is what CRMs can all send. */
const secret = 'a-secret-for-benchmarks'
export const webhookPath = `/webhooks/crm/${secret}`

export interface ServingFolder {
  readonly directory: string
  /** `syncline serve` as a process of its own. */
  serve(): Promise<ServerProcess>
  remove(): Promise<void>
}

/** The state is in a file where no PostgreSQL is named. */
export async function makeServingFolder(postgresUrl?: string): Promise<ServingFolder> {
  const directory = await mkdtemp(join(tmpdir(), 'syncline-bench-serve-'))
  const state = postgresUrl === undefined ? '' : `state: { url: ${JSON.stringify(postgresUrl)} }\n`
  await writeFile(
    join(directory, 'syncline.yaml'),
    `version: 1
connections:
  crm: { type: hubspot, access_token: a-token-for-benchmarks }
  warehouse: { type: duckdb, path: warehouse.duckdb }
server: { port: 0, path_secret: ${secret} }
${state}`,
  )
  return {
    directory,
    serve: () => startProcess([program, 'serve', '--json'], directory),
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}
