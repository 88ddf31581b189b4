/**
 * The one place that opens DuckDB files: each once per process, by real path, and closed soon after
 * its last user. A second instance on one file in one process loses rows silently. Nothing here or
 * elsewhere opens the file by other means: closing any descriptor of it would drop DuckDB's lock.
 */
import type { DuckDBInstance } from '@duckdb/node-api'
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Clock } from '../../model/clock.ts'
import { doubleQuoted } from '../../core/sql/dialects/quoting.ts'
import { warehouseErrors } from '../errors.ts'
import { duckDbOpenFailure, holderOf } from './failure.ts'
import { type OpenInstance, openFile } from './open-file.ts'

export interface InstanceRequest {
  readonly file: string
  readonly create: boolean
  readonly settings: Readonly<Record<string, string>>
  readonly waitMs: number
  readonly clock: Clock
}

/** A user's share of an instance. `release` must be called once, with no connection left in use. */
export interface InstanceShare {
  readonly open: OpenInstance
  release(): void
}

interface Shared {
  readonly opening: Promise<OpenInstance>
  users: number
  /** Set while nobody uses it: when it fires, the file is closed. */
  lingering: NodeJS.Timeout | null
  /** Set while one is written before the file is closed. */
  checkpoint: Promise<void> | null
  /** Set while the file is tidied to be closed. */
  closing: Promise<void> | null
}

const retryMs = 100

/**
 * How long a file stays open behind its last user. Closing writes a checkpoint; a push at full speed
 * comes back to the file several times a second, and one that waits for a rate limit lets go of it.
 */
const lingerMs = 200

const shared = new Map<string, Shared>()

/**
 * Opens the file or joins those who have it open; the settings of the first apply. Waits while
 * another process holds it, then throws `warehouse.held`.
 */
export async function acquireInstance(request: InstanceRequest): Promise<InstanceShare> {
  const path = realPath(request)
  let entry = shared.get(path)
  if (entry === undefined) {
    const none = { lingering: null, checkpoint: null, closing: null }
    entry = { opening: open(path, request), users: 0, ...none }
    shared.set(path, entry)
  }
  const joined = entry
  joined.users += 1
  if (joined.lingering !== null) clearTimeout(joined.lingering)
  joined.lingering = null
  try {
    const opened = await joined.opening
    return { open: opened, release: () => release(path, joined, opened) }
  } catch (error) {
    if (shared.get(path) === joined) shared.delete(path)
    throw error
  }
}

/** Closes an instance of which no connection is in use. */
export function closeInstance({ instance, idle }: OpenInstance): void {
  for (const connection of idle.splice(0)) connection.closeSync()
  instance.closeSync()
}

/** Tidies the file and closes it at once, or waits for who does, unless somebody uses it, or it is not open. */
export async function closeUnused(request: Pick<InstanceRequest, 'file'>): Promise<void> {
  const path = existingPath(request.file)
  const entry = path === null ? undefined : shared.get(path)
  if (path === null || entry === undefined) return
  if (entry.closing === null && entry.users > 0) return
  entry.closing ??= tidyAndClose(path, entry).finally(() => {
    entry.closing = null
  })
  await entry.closing
}

async function tidyAndClose(path: string, entry: Shared): Promise<void> {
  // Counts as a user meanwhile, so that the timer does not close it.
  entry.users += 1
  const opened = await entry.opening
  if (entry.lingering !== null) clearTimeout(entry.lingering)
  entry.lingering = null
  try {
    await tidyWhenClosed(opened)
  } finally {
    entry.users -= 1
    await close(path, entry, opened)
  }
}

/**
 * Has the checkpoint that closing writes join small groups of rows into larger ones, of each table one task at most. Else
 * (`max_vacuum_tasks` is 0) every checkpoint would write again what the one before had written.
 */
async function tidyWhenClosed({ instance }: OpenInstance): Promise<void> {
  await runAside(instance, 'set global max_vacuum_tasks = 1')
}

/** On a connection that nobody else is given. */
async function runAside(instance: DuckDBInstance, statement: string): Promise<void> {
  const connection = await instance.connect()
  try {
    await connection.run(statement)
  } finally {
    connection.closeSync()
  }
}

function release(path: string, entry: Shared, opened: OpenInstance): void {
  entry.users -= 1
  if (entry.users > 0) return
  entry.lingering = setTimeout(() => void close(path, entry, opened), lingerMs)
}

async function close(path: string, entry: Shared, opened: OpenInstance): Promise<void> {
  const isUnused = (): boolean => entry.users === 0 && shared.get(path) === entry
  if (!isUnused()) return
  entry.checkpoint ??= writeCheckpoint(path, opened).finally(() => {
    entry.checkpoint = null
  })
  await entry.checkpoint
  // Somebody may have come to use it meanwhile.
  if (!isUnused()) return
  if (entry.lingering !== null) clearTimeout(entry.lingering)
  shared.delete(path)
  closeInstance(opened)
}

/**
 * Writes what closing would write, beside the event loop: for as long as DuckDB closes a file, the process does nothing else, and a
 * server answers no webhook. One that fails, as somebody has begun to write, is left to who closes later.
 */
async function writeCheckpoint(path: string, { instance, database }: OpenInstance): Promise<void> {
  if (database === null || !existsSync(`${path}.wal`)) return
  await runAside(instance, `checkpoint ${doubleQuoted(database)}`).catch(() => undefined)
}

async function open(path: string, request: InstanceRequest): Promise<OpenInstance> {
  const { clock, waitMs } = request
  const started = clock.monotonic()
  for (;;) {
    try {
      return await openFile(path, request.settings)
    } catch (cause) {
      const holder = holderOf(cause)
      if (holder === null) throw duckDbOpenFailure(request.file, cause)
      const waited = clock.monotonic() - started
      const left = waitMs - waited
      if (left <= 0) {
        throw warehouseErrors.held({
          message: `${request.file} is held by ${holder.name}; waited ${Math.round(waited / 1000)} s.`,
          cause,
        })
      }
      await clock.sleep(Math.min(retryMs, left))
    }
  }
}

/** Resolves links without opening the file; the folder must exist, the file only if not `create`. */
function realPath(request: InstanceRequest): string {
  const { file, create } = request
  const existing = existingPath(file)
  if (existing !== null) return existing
  if (!create) throw missing(`There is no file ${file}.`)
  try {
    return join(realpathSync(dirname(file)), basename(file))
  } catch (cause) {
    throw missing(`There is no folder ${dirname(file)} to create ${basename(file)} in.`, cause)
  }
}

function existingPath(file: string): string | null {
  try {
    return realpathSync(file)
  } catch {
    return null
  }
}

function missing(message: string, cause?: unknown): Error {
  return warehouseErrors.missing_file({ message, cause })
}
