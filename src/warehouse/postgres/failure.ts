/** PostgreSQL's errors as ours, by SQLSTATE; without one, the connection itself failed. */
import { SynclineError } from '../../model/error.ts'
import { warehouseErrors } from '../errors.ts'

type Failure = (typeof warehouseErrors)[keyof typeof warehouseErrors]

/** By the whole SQLSTATE, else by its class of two characters. */
const table: Readonly<Record<string, Failure>> = {
  '08': warehouseErrors.unreachable,
  '28': warehouseErrors.auth,
  '42501': warehouseErrors.auth,
  '3D000': warehouseErrors.missing_database,
  '40': warehouseErrors.conflict,
  // `if not exists` is no lock: who creates at the same moment as another is told that it exists.
  '42710': warehouseErrors.conflict,
  '42P06': warehouseErrors.conflict,
  '42P07': warehouseErrors.conflict,
  '53100': warehouseErrors.disk_full,
  '53': warehouseErrors.unreachable,
  '57P': warehouseErrors.unreachable,
  '58030': warehouseErrors.unreachable,
}

export interface FailedQuery {
  readonly text: string
  /** How many characters we put before the text that the caller knows. */
  readonly prefix: number
}

/** Any error of a PostgreSQL call; one of our own passes through. `host` is named in messages. */
export function postgresFailure(host: string, cause: unknown, query?: FailedQuery): SynclineError {
  if (cause instanceof SynclineError) return cause
  const message = messageOf(cause)
  const state = sqlState(cause)
  if (state === null) {
    return warehouseErrors.unreachable({ message: `PostgreSQL at ${host}: ${message}`, cause })
  }
  const failure = isCatalogRace(cause)
    ? warehouseErrors.conflict
    : (table[state] ?? table[state.slice(0, 3)] ?? table[state.slice(0, 2)])
  if (failure !== undefined) return failure({ message: `PostgreSQL at ${host}: ${message}`, cause })
  const line = query === undefined ? null : lineOf(cause, query)
  return warehouseErrors.query({
    message: `${message}${line === null ? '' : ` (line ${line})`}`,
    cause,
    ...(line === null ? {} : { place: { file: 'query', line } }),
  })
}

function messageOf(cause: unknown): string {
  // Node tries several addresses and then throws an error without a message of its own.
  if (cause instanceof AggregateError && cause.message === '') {
    return cause.errors.map(messageOf).join('; ')
  }
  return cause instanceof Error ? cause.message : String(cause)
}

function sqlState(cause: unknown): string | null {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return null
  return typeof cause.code === 'string' && /^[0-9A-Z]{5}$/.test(cause.code) && 'severity' in cause
    ? cause.code
    : null
}

/** Whether two transactions wrote the same entry of the catalog, which is neither a row of ours nor a wrong statement. */
function isCatalogRace(cause: unknown): boolean {
  const inCatalog =
    typeof cause === 'object' &&
    cause !== null &&
    'schema' in cause &&
    cause.schema === 'pg_catalog'
  return inCatalog || /^tuple concurrently (updated|deleted)$/.test(messageOf(cause))
}

function lineOf(cause: unknown, { text, prefix }: FailedQuery): number | null {
  if (typeof cause !== 'object' || cause === null || !('position' in cause)) return null
  const position = Number(cause.position) - prefix
  if (!(position > 0)) return null
  return text.slice(prefix, prefix + position).split('\n').length
}
