/** Gives what the driver or the server said its name among the errors of the store's purpose. */
import { SynclineError } from '../../model/error.ts'
import type { StorePurpose, StoreTrouble } from '../purpose.ts'
import { ExpectationFailed } from '../store.ts'

/** SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html) or its class of two characters. */
const states: Readonly<Record<string, StoreTrouble>> = {
  '08': 'unreachable',
  '28': 'refused',
  '3D': 'not_writable',
  '25006': 'not_writable',
  '42501': 'not_writable',
  '53100': 'disk_full',
  '53': 'unreachable',
  '55P03': 'locked',
  '40': 'locked',
  '57': 'unreachable',
  '58': 'disk',
  XX001: 'damaged',
  XX002: 'damaged',
}

const serializationFailure = '40001'
const deadlock = '40P01'

/** The server undid the transaction for another's sake: the same batch may simply be tried again. */
export function isConflict(error: unknown): boolean {
  const code = codeOf(error)
  return code === serializationFailure || code === deadlock
}

/** `location` names the database without its password. */
export function postgresError(error: unknown, location: string, purpose: StorePurpose): Error {
  if (error instanceof ExpectationFailed || error instanceof SynclineError) return error
  const text = error instanceof Error ? error.message || String(codeOf(error)) : String(error)
  return purpose.errors[nameOf(codeOf(error))]({
    message: `The ${purpose.noun} in ${location}: ${text}.`,
    cause: error,
  })
}

/** Not the server said it, nor we: the connection failed, or nothing was heard on it for too long. */
export function isOfConnection(error: unknown): boolean {
  if (error instanceof ExpectationFailed || error instanceof SynclineError) return false
  return !isState(codeOf(error))
}

function nameOf(code: string | undefined): StoreTrouble {
  if (!isState(code)) return 'unreachable'
  return states[code] ?? states[code.slice(0, 2)] ?? 'statement'
}

function isState(code: string | undefined): code is string {
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code)
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** Two processes made the same schema at once, and `if not exists` saw neither. */
export function isAlreadyThere(error: unknown): boolean {
  const code = codeOf(error instanceof SynclineError ? error.cause : error)
  return code === '42P06' || code === '23505'
}
