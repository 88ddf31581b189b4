/** PostgreSQL as a warehouse, by a small pool of connections. */
import { postgresDialect } from '../../core/sql/dialects/postgres.ts'
import type { Session, Warehouse } from '../warehouse.ts'
import { PostgresClients } from './clients.ts'
import type { PostgresOptions } from './options.ts'
import { PostgresSession } from './postgres-session.ts'

export class PostgresWarehouse implements Warehouse {
  readonly dialect = postgresDialect
  readonly sortBytes = null
  readonly #clients: PostgresClients

  constructor(options: PostgresOptions) {
    this.#clients = new PostgresClients(options)
  }

  async session<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = new PostgresSession(this.#clients)
    try {
      return await work(session)
    } finally {
      session.end()
    }
  }

  close(): Promise<void> {
    return this.#clients.close()
  }
}
