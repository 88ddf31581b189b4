/**
 * The connections of one session. Each piece of work has one to itself, because a DuckDB connection
 * does one thing at a time; a session may do several at once.
 */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { warehouseErrors } from '../errors.ts'
import { duckDbFailure } from './failure.ts'

export class Connections {
  readonly #instance: DuckDBInstance
  readonly #all = new Set<DuckDBConnection>()
  readonly #idle: DuckDBConnection[] = []
  readonly #running = new Set<Promise<unknown>>()
  #ended = false

  constructor(instance: DuckDBInstance) {
    this.#instance = instance
  }

  /** A connection for as long as the caller needs it; give it back with `release`. */
  async acquire(): Promise<DuckDBConnection> {
    if (this.#ended) {
      throw warehouseErrors.closed({ message: 'The warehouse session has ended.' })
    }
    return this.#idle.pop() ?? this.call(() => this.#open())
  }

  /** Gives a connection back; `broken` ones are closed. */
  release(connection: DuckDBConnection, state: 'clean' | 'broken'): void {
    if (state === 'clean' && !this.#ended) this.#idle.push(connection)
    else this.#close(connection)
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

  /** Closes all of them, after the calls that are under way. */
  async end(): Promise<void> {
    this.#ended = true
    await Promise.allSettled(this.#running)
    for (const connection of this.#all) connection.closeSync()
    this.#all.clear()
    this.#idle.length = 0
  }

  async #open(): Promise<DuckDBConnection> {
    const connection = await this.#instance.connect()
    this.#all.add(connection)
    // A model's dates must not depend on the zone of the machine it runs on.
    await connection.run("set timezone = 'UTC'")
    return connection
  }

  #close(connection: DuckDBConnection): void {
    if (this.#all.delete(connection)) connection.closeSync()
  }
}
