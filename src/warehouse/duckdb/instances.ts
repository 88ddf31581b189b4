/**
 * The one place that opens DuckDB files: each once per process, by real path, and closed with its
 * last user. A second instance on one file in one process loses rows silently. Nothing here or
 * elsewhere opens the file by other means: closing any descriptor of it would drop DuckDB's lock.
 */
import { realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { DuckDBInstance } from '@duckdb/node-api'
import type { Clock } from '../../model/clock.ts'
import { warehouseErrors } from '../errors.ts'
import { loadDuckDb } from './driver.ts'
import { duckDbOpenFailure, holderOf } from './failure.ts'

export interface InstanceRequest {
  readonly file: string
  readonly create: boolean
  readonly settings: Readonly<Record<string, string>>
  readonly waitMs: number
  readonly clock: Clock
}

/** A user's share of an instance. `release` must be called once, with no connection left open. */
export interface InstanceShare {
  readonly instance: DuckDBInstance
  release(): void
}

interface Shared {
  readonly opening: Promise<DuckDBInstance>
  users: number
}

const retryMs = 100

const shared = new Map<string, Shared>()

/**
 * Opens the file or joins those who have it open; the settings of the first apply. Waits while
 * another process holds it, then throws `warehouse.held`.
 */
export async function acquireInstance(request: InstanceRequest): Promise<InstanceShare> {
  const path = realPath(request)
  let entry = shared.get(path)
  if (entry === undefined) {
    entry = { opening: open(path, request), users: 0 }
    shared.set(path, entry)
  }
  const joined = entry
  joined.users += 1
  try {
    const instance = await joined.opening
    return { instance, release: () => release(path, joined, instance) }
  } catch (error) {
    if (shared.get(path) === joined) shared.delete(path)
    throw error
  }
}

/** An instance of its own, in memory. */
export async function openInMemory(
  settings: Readonly<Record<string, string>>,
): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await loadDuckDb()
  return DuckDBInstance.create(':memory:', { ...settings })
}

function release(path: string, entry: Shared, instance: DuckDBInstance): void {
  entry.users -= 1
  if (entry.users > 0) return
  if (shared.get(path) === entry) shared.delete(path)
  instance.closeSync()
}

async function open(path: string, request: InstanceRequest): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await loadDuckDb()
  const { clock, waitMs } = request
  const started = clock.monotonic()
  for (;;) {
    try {
      return await DuckDBInstance.create(path, { ...request.settings })
    } catch (cause) {
      const holder = holderOf(cause)
      if (holder === null) throw duckDbOpenFailure(request.file, cause)
      const left = waitMs - (clock.monotonic() - started)
      if (left <= 0) {
        throw warehouseErrors.held({
          message: `${request.file} is held by ${holder.name}; waited ${waitMs / 1000} s.`,
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
  try {
    return realpathSync(file)
  } catch (cause) {
    if (!create) throw missing(`There is no file ${file}.`, cause)
  }
  try {
    return join(realpathSync(dirname(file)), basename(file))
  } catch (cause) {
    throw missing(`There is no folder ${dirname(file)} to create ${basename(file)} in.`, cause)
  }
}

function missing(message: string, cause: unknown): Error {
  return warehouseErrors.missing_file({ message, cause })
}
