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
const administrator = 'syncline_administrator'
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
  const { pathname } = new URL(database.url)
  // No superuser, as nobody is one in a database that somebody else keeps.
  await admin.query(`create role ${administrator} login createrole password '${password}';
    create role analysts; alter database ${pathname.slice(1)} owner to ${administrator}`)
  await applyGrants()
  directory = mkdtempSync(join(tmpdir(), 'syncline-deployed-'))
  cpSync(join(deploy, 'project'), directory, { recursive: true })
})
afterAll(async () => {
  const { pathname } = new URL(database.url)
  await admin.query(`alter database ${pathname.slice(1)} owner to current_user;
    drop owned by analysts; drop owned by ${role} cascade; drop owned by ${administrator};
    drop role ${role}, analysts, ${administrator}`)
  await admin.end()
  await database.drop()
  await crm.close()
  rmSync(directory, { recursive: true, force: true })
})

function urlOf(user: string): string {
  const url = new URL(database.url)
  url.username = user
  url.password = password
  return url.href
}

/** With the lines that it leaves to the reader, and what psql does with the variable. */
async function applyGrants(): Promise<void> {
  const grants = readFileSync(join(deploy, 'cloud-run/grants.sql'), 'utf8')
  const client = new pg.Client({ connectionString: urlOf(administrator) })
  await client.connect()
  try {
    await client.query(
      grants.replaceAll(/^-- (?=.*;$)/gm, '').replace(":'password'", `'${password}'`),
    )
  } finally {
    await client.end()
  }
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
      STATE_URL: urlOf(role),
      WAREHOUSE_URL: urlOf(role),
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

it('lets analysts read the pulled tables and nothing of the state', async () => {
  await admin.query('set role analysts')
  const { rows } = await admin.query('select name from crm_sync.persons')
  const state = admin.query('select * from syncline_state_production.runs')
  await expect(state).rejects.toThrow(/permission denied for schema/)
  await admin.query('reset role')
  expect(rows).toEqual([{ name: 'Person 1' }])
})

it('leaves the administrator nothing of what the service may', async () => {
  const { rows } = await admin.query(`select pg_has_role($1, $2, 'set') as may`, [
    administrator,
    role,
  ])
  expect(rows).toEqual([{ may: false }])
})

it('lets it make no schema and no table elsewhere', async () => {
  const service = new pg.Client({ connectionString: urlOf(role) })
  await service.connect()
  for (const text of ['create schema other', 'create table public.other (id int)']) {
    await expect(service.query(text)).rejects.toThrow(/permission denied/)
  }
  await service.end()
})
