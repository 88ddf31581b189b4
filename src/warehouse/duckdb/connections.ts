/**
 * The connections of one session. Each piece of work has one to itself, because a DuckDB connection
 * does one thing at a time; a session may do several at once. Those that are idle when it ends stay
 * with the instance, for the next session.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { warehouseErrors } from '../errors.ts'
import { duckDbFailure } from './failure.ts'
import { type OpenInstance, useDatabase } from './open-file.ts'

export class Connections {
  readonly #open: OpenInstance
  readonly #taken = new Set<DuckDBConnection>()
  readonly #running = new Set<Promise<unknown>>()
  #ended = false

  constructor(open: OpenInstance) {
    this.#open = open
  }

  /** A connection for as long as the caller needs it; give it back with `release`. */
  async acquire(): Promise<DuckDBConnection> {
    if (this.#ended) {
      throw warehouseErrors.closed({ message: 'The warehouse session has ended.' })
    }
    const connection = this.#open.idle.pop() ?? (await this.call(() => this.#connect()))
    this.#taken.add(connection)
    return connection
  }

  /** Gives a connection back; `broken` ones are closed. */
  release(connection: DuckDBConnection, state: 'clean' | 'broken'): void {
    if (!this.#taken.delete(connection)) return
    if (state === 'clean' && !this.#ended) this.#open.idle.push(connection)
    else connection.closeSync()
  }

  /** Does `work` on a connection of its own. */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.acquire()
    let state: 'clean' | 'broken' = 'broken'
    try {
      const result = await work(connection)
      state = 'clean'
      return result
    } finally {
      this.release(connection, state)
    }
  }

  /** One call to DuckDB: its errors become ours, and `end` waits for it. */
  readonly call = async <T>(work: () => Promise<T>): Promise<T> => {
    const running = work()
    this.#running.add(running)
    try {
      return await running
    } catch (error) {
      throw duckDbFailure(error)
    } finally {
      this.#running.delete(running)
    }
  }

  /** Closes those still in use, after the calls that are under way. */
  async end(): Promise<void> {
    this.#ended = true
    await Promise.allSettled(this.#running)
    for (const connection of this.#taken) connection.closeSync()
    this.#taken.clear()
  }

  async #connect(): Promise<DuckDBConnection> {
    const { instance, database } = this.#open
    const connection = await instance.connect()
    if (database !== null) await useDatabase(connection, database)
    // A model's dates must not depend on the zone of the machine it runs on.
    await connection.run("set timezone = 'UTC'")
    return connection
  }
}
