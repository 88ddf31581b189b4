/** What a handler is given, and what it gives back. */
import { badRequest } from '../wire/api-error.ts'
import type { Company } from '../store/company.ts'
import type { ObjectName } from '../wire/objects.ts'
import type { RateLimits } from './rate-limits.ts'
import type { StoredRecord } from '../store/records.ts'
import type { Origin } from '../store/write-log.ts'

/** Where nobody knows, or sources disagree, a test may choose. */
export interface Behaviour {
  /** Whether answers carry the daily token headers, seen live and undocumented. */
  readonly dailyHeaders: boolean
  /** What the search in one field gives: results with a score, as the schema says, or bare names, as its example does. */
  readonly fieldSearch: 'scored' | 'bare'
  /** Whether the company syncs its contacts: only then persons take the fields of contacts. */
  readonly contactSync: boolean
}

export const defaultBehaviour: Behaviour = {
  dailyHeaders: true,
  fieldSearch: 'scored',
  contactSync: false,
}

export interface Call {
  readonly company: Company
  readonly now: number
  readonly origin: Origin
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  /** Scheme and host, as the caller addressed us. */
  readonly base: string
  readonly behaviour: Behaviour
  /** Whom the caller acts for; null where nobody needs to be known. */
  readonly user: StoredRecord | null
  readonly limits: RateLimits
  /** Of the route. */
  readonly object: ObjectName | null
}

export interface Reply<Body> {
  readonly status: number
  readonly body: Body
  readonly headers?: Readonly<Record<string, string>>
}

export function reply<Body>(status: number, body: Body): Reply<Body> {
  return { status, body }
}

/** The usual good answer. */
export function ok<Data>(data: Data): Reply<{ readonly success: true; readonly data: Data }> {
  return reply(200, { success: true, data })
}

export function param(call: Call, name: string): string {
  return call.params[name] ?? ''
}

/** The user of a route that needs one. */
export function userOf({ user }: Call): StoredRecord {
  if (user === null) throw new Error('the route has no caller')
  return user
}

/** A list joined by commas. */
export function listParam(query: URLSearchParams, name: string): readonly string[] {
  return (query.get(name) ?? '')
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '')
}

/** `limit` of a paged read; more than `most` is refused, not cut. */
export function limitParam(query: URLSearchParams, most = 500): number {
  const limit = countParam(query, 'limit', Math.min(100, most))
  if (limit < 1 || limit > most) throw badRequest(`limit must be between 1 and ${most}`)
  return limit
}

export function countParam(query: URLSearchParams, name: string, usual: number): number {
  const text = query.get(name)
  if (text === null) return usual
  const count = Number(text)
  if (text.trim() === '' || !Number.isInteger(count) || count < 0) {
    throw badRequest(`${name} must be a non-negative integer`)
  }
  return count
}

export function flagParam(query: URLSearchParams, name: string): boolean | null {
  const text = query.get(name)
  if (text === null) return null
  if (text === 'true' || text === '1') return true
  if (text === 'false' || text === '0') return false
  throw badRequest(`${name} must be true or false`)
}
