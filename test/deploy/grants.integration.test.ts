/** deploy/cloud-run/grants.sql on a real PostgreSQL: the role that it makes can do its work, and nothing else. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runCli } from '../../src/cli/cli.ts'
import { noLimits } from '../../src/simulator/pipedrive/request/rate-limits.ts'
import { localToken } from '../../src/simulator/pipedrive/pipedrive.ts'
import { type PipedriveServer, servePipedrive } from '../../src/simulator/pipedrive/serve.ts'
import { Caught } from '../cli/cli-world.ts'
import { type PostgresDatabase, postgresDatabase } from '../support/postgres-server.ts'

const deploy = join(import.meta.dirname, '../../deploy')
const role = 'syncline_service'
const password = 'a-password-of-the-service'

let crm: PipedriveServer
let database: PostgresDatabase
let admin: pg.Client
let directory: string

beforeAll(async () => {
  crm = await servePipedrive({
    port: 0,
    limits: noLimits,
    state: { records: { persons: [{ id: '1', values: { name: 'Person 1' } }] } },
  })
  database = await postgresDatabase()
  admin = new pg.Client({ connectionString: database.url })
  await admin.connect()
  // What psql does with the variable.
  const grants = readFileSync(join(deploy, 'cloud-run/grants.sql'), 'utf8')
  await admin.query(grants.replace(":'password'", `'${password}'`))
  directory = mkdtempSync(join(tmpdir(), 'syncline-deployed-'))
  cpSync(join(deploy, 'project'), directory, { recursive: true })
})
afterAll(async () => {
  await admin.query(`drop owned by ${role} cascade; drop role ${role}`)
  await admin.end()
  await database.drop()
  await crm.close()
  rmSync(directory, { recursive: true, force: true })
})

function urlOfService(): string {
  const url = new URL(database.url)
  url.username = role
  url.password = password
  return url.href
}

/** In the container's environment, as the role. */
async function cli(...argv: readonly string[]): Promise<{ code: number; said: string }> {
  const [stdout, stderr] = [new Caught(), new Caught()]
  const code = await runCli(argv, {
    stdout,
    stderr,
    signal: new AbortController().signal,
    directory,
    variables: {
      SYNCLINE_ENV: 'production',
      PORT: '4100',
      PIPEDRIVE_URL: crm.url,
      PIPEDRIVE_API_TOKEN: localToken,
      PUBLIC_URL: 'https://hooks.example.com',
      STATE_URL: urlOfService(),
      WAREHOUSE_URL: urlOfService(),
      WEBHOOK_PATH_SECRET: 'a-secret-of-a-path',
      WEBHOOK_PASSWORD: 'a-password-of-a-user',
      RUN_TOKEN: 'a-token-for-running-syncs',
    },
  })
  return { code, said: stdout.text + stderr.text }
}

it.each([
  ['check', []],
  ['run', ['pipedrive']],
  ['reconcile', ['pipedrive']],
  ['check', ['--fix']],
  ['status', ['--lag']],
])('lets the service do what %s %j does', async (command, rest) => {
  expect(await cli(command, ...rest)).toMatchObject({ code: 0 })
})

it('has its records where the project says', async () => {
  const { rows } = await admin.query('select name from crm_sync.persons')
  expect(rows).toEqual([{ name: 'Person 1' }])
})

it('lets it make no schema and no table elsewhere', async () => {
  const service = new pg.Client({ connectionString: urlOfService() })
  await service.connect()
  for (const text of ['create schema other', 'create table public.other (id int)']) {
    await expect(service.query(text)).rejects.toThrow(/permission denied/)
  }
  await service.end()
})
