/** Connects to a store's schema, which is made where it is missing. */
import type { types } from 'pg'
import { postgresPlace } from '../../model/postgres-url.ts'
import type { StorePurpose } from '../purpose.ts'
import type { Store } from '../store.ts'
import { quoteIdentifier } from './postgres-dialect.ts'
import { isAlreadyThere, postgresError } from './postgres-error.ts'
import { PostgresStore } from './postgres-store.ts'

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string
  /** `syncline_state` unless said otherwise. */
  readonly schema?: string
  /** How long to wait for a connection, and for another's lock; 10 seconds unless said otherwise. */
  readonly waitMs?: number
  /** After so long without an answer the server counts as gone; as long as it takes where absent. */
  readonly answerMs?: number
}

type TypeId = Parameters<typeof types.getTypeParser>[0]

const defaultSchema = 'syncline_state'
const connectionsAtMost = 4
const defaultWaitMs = 10_000

export async function openPostgresStore(
  options: PostgresStoreOptions,
  purpose: StorePurpose,
): Promise<Store> {
  const { schema = defaultSchema, waitMs = defaultWaitMs, answerMs } = options
  const location = locationOf(options.url, schema, purpose)
  const { default: pg } = await importDriver(purpose)
  const pool = new pg.Pool({
    connectionString: options.url,
    max: connectionsAtMost,
    connectionTimeoutMillis: waitMs,
    ...(answerMs === undefined ? {} : { query_timeout: answerMs }),
    keepAlive: true,
    // An idle pool must not keep a command from ending.
    allowExitOnIdle: true,
    application_name: 'syncline',
    types: {
      // Fences and times stay below 2^53; the driver would give every bigint as text.
      getTypeParser: (oid: TypeId, format?: 'text' | 'binary') =>
        oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
    },
  })
  // An idle connection that dies is replaced with the next use, which reports what is then wrong.
  pool.on('error', () => undefined)
  // One that dies in use fails its query; unheard, its second report would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const store = new PostgresStore(pool, { location, schema, purpose, waitMs })
  try {
    await ensureSchema(store, schema)
    return store
  } catch (error) {
    await store.close()
    throw postgresError(error, location, purpose)
  }
}

/** Looks first: whoever may not create schemas can be given one. */
async function ensureSchema(store: Store, schema: string): Promise<void> {
  const [found] = await store.execute([
    {
      text: 'select nspname from pg_catalog.pg_namespace where nspname = $1',
      parameters: [schema],
    },
  ])
  if (found?.affected !== 0) return
  try {
    const text = `create schema if not exists ${quoteIdentifier(schema)}`
    await store.execute([{ text, parameters: [] }])
  } catch (error) {
    if (!isAlreadyThere(error)) throw error
  }
}

function locationOf(url: string, schema: string, { errors, noun }: StorePurpose): string {
  const place = postgresPlace(url)
  if (place !== null) return `${place} (schema ${schema})`
  throw errors.unreachable({
    message: `The address of the ${noun} is no PostgreSQL url.`,
    remedy: 'Write it as postgres://user:password@host:port/database.',
  })
}

async function importDriver({ errors }: StorePurpose): Promise<typeof import('pg')> {
  try {
    return await import('pg')
  } catch (error) {
    throw errors.driver_missing({
      message: 'The PostgreSQL driver cannot be loaded.',
      cause: error,
    })
  }
}
