/** A container that is lost with its disk right after it answered a webhook: the change arrives all the same. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { localToken } from '../../src/simulator/pipedrive/pipedrive.ts'
import { noLimits } from '../../src/simulator/pipedrive/request/rate-limits.ts'
import { type PipedriveServer, servePipedrive } from '../../src/simulator/pipedrive/serve.ts'
import { type PostgresDatabase, postgresDatabase } from '../support/postgres-server.ts'

const program = join(import.meta.dirname, '../../src/cli/main.ts')
const configuration = join(import.meta.dirname, '../../deploy/project')
const pathSecret = 'a-secret-of-a-path'
const password = 'a-password-of-a-user'
const runToken = 'a-token-for-running-syncs'

let crm: PipedriveServer
let state: PostgresDatabase
let warehouse: PostgresDatabase
let folders: string[]
let children: ChildProcess[]

beforeEach(async () => {
  crm = await servePipedrive({
    port: 0,
    limits: noLimits,
    state: { records: { stages: [{ id: '1', values: { name: 'First' } }] } },
  })
  state = await postgresDatabase()
  warehouse = await postgresDatabase()
  folders = []
  children = []
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  await crm.close()
  await state.drop()
  await warehouse.drop()
})

interface Container {
  readonly url: string
  /** At once, with everything that it had on its disk. */
  lose(): Promise<void>
}

/** From a fresh copy of the configuration, as an image brings it. */
async function started(): Promise<Container> {
  const folder = mkdtempSync(join(tmpdir(), 'syncline-container-'))
  folders.push(folder)
  cpSync(configuration, folder, { recursive: true })
  const env = {
    ...process.env,
    SYNCLINE_ENV: 'production',
    PORT: '0',
    // Nobody delivers there: what this container receives, the test sends.
    PUBLIC_URL: 'http://127.0.0.1:9',
    PIPEDRIVE_URL: crm.url,
    PIPEDRIVE_API_TOKEN: localToken,
    STATE_URL: state.url,
    WAREHOUSE_URL: warehouse.url,
    WEBHOOK_PATH_SECRET: pathSecret,
    WEBHOOK_PASSWORD: password,
    RUN_TOKEN: runToken,
  }
  const stdio = ['ignore', 'pipe', 'ignore'] as const
  const child = spawn(process.execPath, [program, 'serve', '--json'], {
    cwd: folder,
    env,
    stdio: [...stdio],
  })
  children.push(child)
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const { url } = JSON.parse(String(line)) as { readonly url: string }
  return {
    // It listens everywhere.
    url: url.replace('0.0.0.0', '127.0.0.1'),
    lose: async () => {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true })
    },
  }
}

async function send({ url }: Container, id: number): Promise<number> {
  const at = '2026-03-10T12:00:05.250Z'
  const body = JSON.stringify({
    meta: {
      action: 'create',
      entity: 'stage',
      version: '2.0',
      timestamp: at,
      id: `0e5e6d62-5f1c-4d0b-9c30-${String(id).padStart(12, '0')}`,
      entity_id: String(id),
    },
    data: { id, name: `Stage ${id}`, add_time: at, update_time: at, is_deleted: false },
    previous: null,
  })
  const authorization = `Basic ${Buffer.from(`pipedrive:${password}`).toString('base64')}`
  const path = `/webhooks/pipedrive/${pathSecret}`
  const headers = { authorization }
  return (await fetch(`${url}${path}`, { method: 'POST', headers, body })).status
}

async function run({ url }: Container): Promise<number> {
  const headers = { 'x-sync-secret': runToken }
  const response = await fetch(`${url}/syncs/pipedrive/run`, { method: 'POST', headers })
  await response.text()
  return response.status
}

/** Stages of which webhooks told. */
async function told(): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: warehouse.url })
  await client.connect()
  try {
    const text = `select distinct _key as key from crm_sync.stages_changes where _origin = 'webhook' order by 1`
    const { rows } = await client.query<{ readonly key: string }>(text)
    return rows.map(({ key }) => key)
  } finally {
    await client.end()
  }
}

it('has every change that was answered, after one container after the other is lost', async () => {
  const answered: string[] = []
  for (const id of [71, 72, 73]) {
    const container = await started()
    expect(await send(container, id)).toBe(200)
    await container.lose()
    answered.push(String(id))
  }
  expect(folders.filter((folder) => existsSync(folder))).toEqual([])
  const successor = await started()
  // Whoever was lost while it loaded may hold the sync for a moment: what a run left, the next one brings.
  let found: readonly string[] = []
  for (let time = 0; time < 30 && found.length < answered.length; time += 1) {
    await setTimeout(time * 100)
    expect(await run(successor)).toBe(200)
    found = await told()
  }
  expect(found).toEqual(answered)
  await successor.lose()
})
