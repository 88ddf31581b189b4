/**
 * The connections to one PostgreSQL database. Every one is set the same way before its first use:
 * what a value's text looks like must depend neither on the server's settings nor on the role's.
 */
import type { Pool, PoolClient, QueryArrayConfig, QueryArrayResult } from 'pg'
import type { Parameter } from '../../core/sql/statement.ts'
import { loadPostgres } from './driver.ts'
import { SynclineError } from '../../model/error.ts'
import { postgresPlace } from '../../model/postgres-url.ts'
import { warehouseErrors } from '../errors.ts'
import { postgresFailure } from './failure.ts'
import { type Denied, grantsFor } from './grants.ts'
import type { PostgresOptions } from './options.ts'

const settings =
  "set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set extra_float_digits = 1; set standard_conforming_strings = on"

/** Texts stay the texts the server sent: nothing passes through a JavaScript number or date. */
const rawTypes = { getTypeParser: () => (text: string) => text }

export type TextResult = QueryArrayResult<(string | null)[]>

export class PostgresClients {
  readonly #options: PostgresOptions
  readonly #ready = new WeakSet<PoolClient>()
  readonly #host: string
  #pool: Promise<Pool> | undefined

  constructor(options: PostgresOptions) {
    this.#options = options
    this.#host = postgresPlace(options.url) ?? 'the configured url'
  }

  /** Does `work` on a connection of its own; a connection on which anything failed is not used again. */
  async use<T>(work: (client: PostgresClient) => Promise<T>): Promise<T> {
    const client = await this.acquire()
    let result: T
    try {
      result = await work(client)
    } catch (error) {
      client.release(true)
      throw await this.#withGrants(error, client.denied)
    }
    client.release(false)
    return result
  }

  /** The same error, with what somebody has to grant where it can be told; on a connection of its own. */
  async #withGrants(error: unknown, denied: Denied | null): Promise<unknown> {
    if (denied === null || !(error instanceof SynclineError)) return error
    try {
      const client = await this.acquire()
      try {
        const grants = await grantsFor(denied, async (text, parameters) => {
          const { rows } = await client.query(text, parameters)
          return rows
        })
        if (grants === null) return error
        const { cause, message } = error
        return warehouseErrors.auth({ message, cause, remedy: grants })
      } finally {
        client.release(false)
      }
    } catch {
      // The denial matters more than that nobody can be asked about it.
      return error
    }
  }

  async acquire(): Promise<PostgresClient> {
    try {
      this.#pool ??= this.#open()
      const connection = await (await this.#pool).connect()
      const client = new PostgresClient(connection, this.#host)
      if (!this.#ready.has(connection)) {
        try {
          await connection.query(settings)
        } catch (error) {
          client.release(true)
          throw error
        }
        this.#ready.add(connection)
      }
      return client
    } catch (error) {
      throw postgresFailure(this.#host, error)
    }
  }

  async close(): Promise<void> {
    const pool = this.#pool
    this.#pool = undefined
    if (pool !== undefined) await (await pool).end()
  }

  async #open(): Promise<Pool> {
    const { Pool } = await loadPostgres()
    const pool = new Pool({
      connectionString: this.#options.url,
      max: this.#options.max_connections,
      connectionTimeoutMillis: this.#options.connect_timeout * 1000,
      application_name: 'syncline',
      keepAlive: true,
      allowExitOnIdle: true,
    })
    // An idle connection that breaks is replaced on the next use; without a listener it would end the process.
    pool.on('error', () => undefined)
    return pool
  }
}

export class PostgresClient {
  readonly #connection: PoolClient
  readonly #host: string
  #denied: Denied | null = null

  constructor(connection: PoolClient, host: string) {
    this.#connection = connection
    this.#host = host
    connection.on('error', ignore)
  }

  /** The statement that a missing permission refused. */
  get denied(): Denied | null {
    return this.#denied
  }

  /** One statement; `prefix` is how many characters of it the caller has not written. */
  async query(
    text: string,
    parameters: readonly (Parameter | readonly (string | null)[])[] = [],
    prefix = 0,
  ): Promise<TextResult> {
    // The extended protocol takes a single statement, so a text can't smuggle in a second one.
    const query: QueryArrayConfig<unknown[]> & { readonly queryMode: 'extended' } = {
      text,
      values: [...parameters],
      rowMode: 'array',
      types: rawTypes,
      queryMode: 'extended',
    }
    try {
      return await this.#connection.query<(string | null)[]>(query)
    } catch (error) {
      const known = text.slice(prefix)
      if (isDenial(error)) this.#denied = { message: error.message, text: known }
      throw postgresFailure(this.#host, error, { text, prefix })
    }
  }

  release(failed: boolean): void {
    this.#connection.off('error', ignore)
    this.#connection.release(failed)
  }
}

/** Insufficient privilege. */
function isDenial(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === '42501'
}

/** The error also rejects the query that was under way, which is where it is told. */
function ignore(): void {}
