/** DuckDB as a warehouse: a file that is held only while somebody works in it. */
import { resolve } from 'node:path'
import type { DuckDBInstance } from '@duckdb/node-api'
import { duckdbDialect } from '../../core/sql/dialects/duckdb.ts'
import type { Clock } from '../../model/clock.ts'
import type { Session, Warehouse } from '../warehouse.ts'
import { DuckDbSession } from './duckdb-session.ts'
import { acquireInstance, type InstanceShare, openInMemory } from './instances.ts'
import type { DuckDbOptions } from './options.ts'

export interface DuckDbContext {
  readonly clock: Clock
  /** What a relative path is relative to. */
  readonly directory: string
}

export class DuckDbWarehouse implements Warehouse {
  readonly dialect = duckdbDialect
  readonly #options: DuckDbOptions
  readonly #context: DuckDbContext
  #memory: Promise<DuckDBInstance> | undefined

  constructor(options: DuckDbOptions, context: DuckDbContext) {
    this.#options = options
    this.#context = context
  }

  async session<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const share = await this.#acquire()
    try {
      const session = new DuckDbSession(share.instance)
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
    if (memory !== undefined) (await memory).closeSync()
  }

  async #acquire(): Promise<InstanceShare> {
    const { path, create, wait_for_lock } = this.#options
    const settings = instanceSettings(this.#options)
    if (path === ':memory:') {
      this.#memory ??= openInMemory(settings)
      // Kept until `close`: there would be nothing left to come back to.
      return { instance: await this.#memory, release: () => undefined }
    }
    return acquireInstance({
      file: resolve(this.#context.directory, path),
      create,
      settings,
      waitMs: wait_for_lock * 1000,
      clock: this.#context.clock,
    })
  }
}

function instanceSettings(options: DuckDbOptions): Record<string, string> {
  return {
    memory_limit: options.memory_limit,
    autoinstall_known_extensions: String(options.install_extensions),
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
  }
}
