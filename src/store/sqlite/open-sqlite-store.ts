/**
 * Opens a store's file once per process, whoever asks and by whatever path: the openings share one
 * connection, which is closed with the last of them.
 */
import { mkdir, realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { StorePurpose } from '../purpose.ts'
import type { Store } from '../store.ts'
import { WorkerStore } from './worker-store.ts'

export interface SqliteStoreOptions {
  /** How long a write waits for another process's; 10 seconds unless said otherwise. */
  readonly busyTimeoutMs?: number
  /** The file never grows beyond so many pages of 4096 bytes. */
  readonly maxPages?: number
}

interface Opening {
  readonly store: Promise<WorkerStore>
  references: number
}

const openings = new Map<string, Opening>()
const defaultBusyTimeoutMs = 10_000

/** Makes file and folder where they are missing. The options of a file's first opening hold. */
export async function openSqliteStore(
  file: string,
  purpose: StorePurpose,
  options: SqliteStoreOptions = {},
): Promise<Store> {
  const path = await realPath(file, purpose)
  const opening = openings.get(path) ?? open(path, purpose, options)
  opening.references += 1
  try {
    return handle(path, opening, await opening.store)
  } catch (error) {
    forget(path, opening)
    throw error
  }
}

function open(path: string, purpose: StorePurpose, options: SqliteStoreOptions): Opening {
  const worker = {
    file: path,
    formatTable: purpose.formatTable,
    busyTimeoutMs: options.busyTimeoutMs ?? defaultBusyTimeoutMs,
    maxPages: options.maxPages ?? null,
  }
  const store = WorkerStore.open(worker, purpose)
  const opening = { store, references: 0 }
  openings.set(path, opening)
  return opening
}

/** One opening's own end: closing it twice must not close another's. */
function handle(path: string, opening: Opening, store: WorkerStore): Store {
  const { purpose } = store
  let isClosed = false
  const use = () => {
    if (isClosed) {
      throw purpose.errors.closed({ message: `The ${purpose.noun} in ${path} is closed.` })
    }
    return store
  }
  return {
    name: store.name,
    location: store.location,
    dialect: store.dialect,
    purpose,
    execute: async (batch) => await use().execute(batch),
    backup: async (target) => await use().backup(target),
    rewrite: async () => await use().rewrite(),
    close: async () => {
      if (isClosed) return
      isClosed = true
      if (forget(path, opening)) await store.close()
    },
  }
}

/** True when that was the last reference. */
function forget(path: string, opening: Opening): boolean {
  opening.references -= 1
  if (opening.references > 0) return false
  if (openings.get(path) === opening) openings.delete(path)
  return true
}

/** Of a file that may not exist yet; its folder does afterwards. */
async function realPath(file: string, { errors }: StorePurpose): Promise<string> {
  const path = resolve(file)
  try {
    await mkdir(dirname(path), { recursive: true })
    return await realpath(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return join(await realpath(dirname(path)), basename(path))
    if (isFullDisk(codeOf(error))) {
      throw errors.disk_full({
        message: `There is no room for the folder of ${path}.`,
        cause: error,
      })
    }
    throw errors.not_writable({
      message: `The folder of ${path} cannot be made or entered (${codeOf(error)}).`,
      cause: error,
    })
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}

/** A quota is a disk of one's own. */
function isFullDisk(code: string | undefined): boolean {
  return code === 'ENOSPC' || code === 'EDQUOT'
}
