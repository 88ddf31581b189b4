/**
 * A store over a small pool of connections. Writers of one sync meet at its lease's row, which each
 * locks first, so that plain `read committed` is enough.
 */
import type { Pool, PoolClient } from 'pg'
import type { StorePurpose } from '../purpose.ts'
import {
  ExpectationFailed,
  type Store,
  type StoreDialect,
  type StoreResult,
  type StoreRow,
  type StoreStatement,
} from '../store.ts'
import { copySchema } from './copy-schema.ts'
import { postgresDialect } from './postgres-dialect.ts'
import { isConflict, isOfConnection, postgresError } from './postgres-error.ts'

/** Deadlocks are rare (a rename against a writer); losing this often in a row means something else. */
const conflictsAtMost = 5
const copyText = 'begin isolation level repeatable read'

export interface PostgresPlace {
  /** For people; without a secret. */
  readonly location: string
  readonly schema: string
  readonly purpose: StorePurpose
  /** How long to wait for another's lock. */
  readonly waitMs: number
}

export class PostgresStore implements Store {
  readonly name = 'postgres'
  readonly location: string
  readonly dialect: StoreDialect
  readonly purpose: StorePurpose
  readonly #pool: Pool
  readonly #schema: string
  readonly #beginText: string
  readonly #inFlight = new Set<Promise<unknown>>()
  #isClosed = false

  constructor(pool: Pool, { location, schema, purpose, waitMs }: PostgresPlace) {
    this.#pool = pool
    this.#schema = schema
    this.#beginText = beginText(waitMs)
    this.location = location
    this.purpose = purpose
    this.dialect = postgresDialect(schema)
  }

  async execute(batch: readonly StoreStatement[]): Promise<readonly StoreResult[]> {
    return await this.#transaction(
      this.#beginText,
      async (client) => await executeAll(client, batch),
    )
  }

  async backup(target: string): Promise<void> {
    await this.#transaction(copyText, async (client) => {
      await copySchema(client, this.purpose, this.#schema, target)
    })
  }

  /** Dead rows go with the server's own vacuum; its log and its backups are not in our reach. */
  async rewrite(): Promise<void> {}

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    // A pool that ends leaves those who still wait for a connection waiting for ever.
    await Promise.allSettled(this.#inFlight)
    await this.#pool.end()
  }

  async #transaction<T>(begin: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
    if (this.#isClosed) {
      const { errors, noun } = this.purpose
      throw errors.closed({ message: `The ${noun} in ${this.location} is closed.` })
    }
    const asked = this.#untilNoConflict(begin, work)
    this.#inFlight.add(asked)
    try {
      return await asked
    } finally {
      this.#inFlight.delete(asked)
    }
  }

  async #untilNoConflict<T>(begin: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await once(await this.#pool.connect(), begin, work)
      } catch (error) {
        if (!isConflict(error) || attempt === conflictsAtMost) {
          throw postgresError(error, this.location, this.purpose)
        }
      }
    }
  }
}

/**
 * Promise 1: a server that was set to answer commits before they are on disk must not do so here. And
 * a worker that is frozen in the middle of a transaction must not keep the others waiting for ever.
 */
function beginText(waitMs: number): string {
  return `begin isolation level read committed;
    set local lock_timeout = ${waitMs};
    set local idle_in_transaction_session_timeout = ${waitMs};
    select set_config('synchronous_commit', 'on', true)
      where current_setting('synchronous_commit') = 'off'`
}

async function once<T>(
  client: PoolClient,
  begin: string,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  try {
    await client.query(begin)
    const result = await work(client)
    await client.query('commit')
    client.release()
    return result
  } catch (error) {
    // A connection that cannot even roll back is not given to anyone else.
    client.release(isOfConnection(error) || !(await rolledBack(client)))
    throw error
  }
}

async function rolledBack(client: PoolClient): Promise<boolean> {
  return await client.query('rollback').then(
    () => true,
    () => false,
  )
}

async function executeAll(
  client: PoolClient,
  batch: readonly StoreStatement[],
): Promise<readonly StoreResult[]> {
  const results: StoreResult[] = []
  for (const [index, statement] of batch.entries()) {
    const { rows, rowCount } = await client.query<StoreRow>(statement.text, [
      ...statement.parameters,
    ])
    const affected = rowCount ?? 0
    const { expectRows } = statement
    if (expectRows !== undefined && affected !== expectRows) {
      throw new ExpectationFailed(index, expectRows, affected)
    }
    results.push({ rows, affected })
  }
  return results
}
