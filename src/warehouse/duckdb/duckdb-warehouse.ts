/** DuckDB as a warehouse: a file that is held only while somebody works in it. */
import { resolve } from 'node:path'
import { duckdbDialect } from '../../core/sql/dialects/duckdb.ts'
import type { Clock } from '../../model/clock.ts'
import type { Session, Warehouse } from '../warehouse.ts'
import { DuckDbSession } from './duckdb-session.ts'
import { acquireInstance, closeInstance, closeUnused, type InstanceShare } from './instances.ts'
import { type OpenInstance, openInMemory } from './open-file.ts'
import { bytesOf, type DuckDbOptions } from './options.ts'

export interface DuckDbContext {
  readonly clock: Clock
  /** What a relative path is relative to. */
  readonly directory: string
}

export class DuckDbWarehouse implements Warehouse {
  readonly dialect = duckdbDialect
  readonly sortBytes: number
  readonly #options: DuckDbOptions
  readonly #context: DuckDbContext
  #memory: Promise<OpenInstance> | undefined

  constructor(options: DuckDbOptions, context: DuckDbContext) {
    this.sortBytes = sortable * bytesOf(options.memory_limit)
    this.#options = options
    this.#context = context
  }

  async session<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const share = await this.#acquire()
    try {
      const session = new DuckDbSession(share.open)
      try {
        return await work(session)
      } finally {
        await session.end()
      }
    } finally {
      share.release()
    }
  }

  async close(): Promise<void> {
    const memory = this.#memory
    this.#memory = undefined
    if (memory !== undefined) closeInstance(await memory)
    else await closeUnused({ file: this.#file() })
  }

  #file(): string {
    return resolve(this.#context.directory, this.#options.path)
  }

  async #acquire(): Promise<InstanceShare> {
    const { path, create, wait_for_lock } = this.#options
    const settings = instanceSettings(this.#options)
    if (path === ':memory:') {
      this.#memory ??= openInMemory(settings)
      // Kept until `close`: there would be nothing left to come back to.
      return { open: await this.#memory, release: () => undefined }
    }
    return acquireInstance({
      file: this.#file(),
      create,
      settings,
      waitMs: wait_for_lock * 1000,
      clock: this.#context.clock,
    })
  }
}

/** Somewhat more than its memory DuckDB sorts without ado; beyond that it writes to disk again and again. */
const sortable = 1.25

const tuning = {
  // A run's tables are dropped at its end, mostly before the log has as much; while a checkpoint is
  // written, memory holds what the log has twice.
  checkpoint_threshold: '64MB',
  // Joining groups of rows is for the end (`closeUnused`): it takes whole groups into memory,
  // and doing it at each checkpoint writes the same rows again and again.
  max_vacuum_tasks: '0',
  // Beyond `memory_limit` DuckDB keeps what it has freed, and rows that are not written yet. Each thread
  // frees into a pool of its own, which the others can't use: together they hold the limit once more.
  allocator_flush_threshold: '1MB',
  allocator_bulk_deallocation_flush_threshold: '1MB',
  write_buffer_row_group_count: '1',
} as const

function instanceSettings(options: DuckDbOptions): Record<string, string> {
  return {
    ...tuning,
    memory_limit: options.memory_limit,
    autoinstall_known_extensions: String(options.install_extensions),
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
  }
}
