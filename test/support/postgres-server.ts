/**
 * A real PostgreSQL for tests: one server per test run, started by the first test file that asks and
 * shared by all worker processes; one new database per call. A keeper process of its own holds the
 * server and ends it when the run's main process is gone, however it went.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, watch } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import pg from 'pg'
import { quickFolder } from './quick-folder.ts'

export interface PostgresDatabase {
  readonly url: string
  /** Ends all its connections and removes it. */
  drop(): Promise<void>
}

/** A new, empty database on the run's server; `options` are those of `create database`. */
export async function postgresDatabase(options = ''): Promise<PostgresDatabase> {
  const serverUrl = await (server ??= sharedServer())
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(serverUrl, `create database ${name} ${options}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return {
    url: url.href,
    drop: () => administer(serverUrl, `drop database if exists ${name} with (force)`),
  }
}

let server: Promise<string> | undefined

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** More than its databases and its log: a database more is three hundred files, most of whose cost is a disk's. */
const serverBytes = 2 ** 32

/** The url of the run's server, which the process that makes the folder first starts. */
async function sharedServer(): Promise<string> {
  const owner = isMainThread ? process.ppid : process.pid
  const folder = join(quickFolder(serverBytes), `syncline-postgres-${owner}`)
  const ready = join(folder, 'ready.json')
  // A folder left by a run whose main process had the same id: its keeper is gone or on its way.
  if (existsSync(folder) && !keeperIsAlive(folder)) rmSync(folder, { recursive: true, force: true })
  if (madeFirst(folder)) return await startKeeper(folder, owner)
  await appears(folder, ready)
  return readReady(ready)
}

function madeFirst(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** True also before the keeper wrote its id: then it is just starting. */
function keeperIsAlive(folder: string): boolean {
  const file = join(folder, 'keeper.pid')
  if (!existsSync(file)) return true
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0)
    return true
  } catch {
    return false
  }
}

async function startKeeper(folder: string, owner: number): Promise<string> {
  const script = fileURLToPath(new URL('./postgres-keeper.ts', import.meta.url))
  const keeper = spawn(process.execPath, [script, folder, String(owner)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const [message] = (await Promise.race([
    once(keeper, 'message'),
    once(keeper, 'exit').then(([code]) => [{ failed: `the keeper ended with code ${code}` }]),
  ])) as [{ url: string } | { failed: string }]
  if ('failed' in message) throw new Error(`PostgreSQL did not start: ${message.failed}`)
  keeper.disconnect()
  keeper.unref()
  return message.url
}

async function appears(folder: string, file: string): Promise<void> {
  const watcher = watch(folder)
  try {
    while (!existsSync(file)) await once(watcher, 'change', { signal: AbortSignal.timeout(60_000) })
  } finally {
    watcher.close()
  }
}

function readReady(file: string): string {
  const message = JSON.parse(readFileSync(file, 'utf8')) as { url: string } | { failed: string }
  if ('failed' in message) throw new Error(`PostgreSQL did not start: ${message.failed}`)
  return message.url
}
