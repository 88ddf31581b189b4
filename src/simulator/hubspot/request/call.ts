/** What a handler is given, and what it gives back. */
import { badRequest } from '../wire/api-error.ts'
import type { ObjectType } from '../store/object-types.ts'
import type { Portal } from '../store/portal.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Caller } from '../store/tokens.ts'
import type { WriteOrigin } from '../../write-log.ts'

/** Where documents and live portals disagree, or nobody knows, a test may choose. */
export interface Behaviour {
  /** Whether batch results come in the order of the inputs; HubSpot promises no order. */
  readonly resultOrder: 'input' | 'shuffled'
  /** Whether results repeat the input's trace id. */
  readonly echoTraceIds: boolean
  /** Whether an upsert by email may fail for single inputs, or only as a whole. */
  readonly emailUpserts: 'partial' | 'atomic'
  /** Whether a merge gives the merged record a new id. */
  readonly mergeCreatesNewId: boolean
  /** Ids of association targets: numbers live, texts in the schema. */
  readonly associationIds: 'number' | 'text'
  /** Whether the errors of a batch carry `links` and `errors`, as only the schema says. */
  readonly fullBatchErrors: boolean
}

export const defaultBehaviour: Behaviour = {
  resultOrder: 'shuffled',
  echoTraceIds: true,
  emailUpserts: 'partial',
  mergeCreatesNewId: false,
  associationIds: 'number',
  fullBatchErrors: false,
}

/** What a fault does to one input of a batch write. */
export const sabotages = [
  'partial_failure',
  'silent_drop_applied',
  'silent_drop_unapplied',
] as const
export type Sabotage = (typeof sabotages)[number]

export interface Call {
  readonly portal: Portal
  readonly now: number
  readonly origin: WriteOrigin
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly path: string
  readonly body: string | null
  /** Scheme and host for links, as the caller addressed us. */
  readonly base: string
  readonly behaviour: Behaviour
  readonly sabotage: Sabotage | null
  readonly random: () => number
  readonly caller: Caller | null
  readonly limits: RateLimits
}

export interface Reply<Body> {
  readonly status: number
  /** Null for an answer without a body. */
  readonly body: Body | null
}

export function reply<Body>(status: number, body: Body): Reply<Body> {
  return { status, body }
}

export const noContent: Reply<never> = { status: 204, body: null }

export function param(call: Call, name: string): string {
  return call.params[name] ?? ''
}

export function typeParam(call: Call, name = 'type'): ObjectType {
  return call.portal.types.get(param(call, name))
}

/** A list given as repeated keys, joined by commas, or both. */
export function listParam(query: URLSearchParams, name: string): readonly string[] {
  return query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '')
}

/** `limit` of a paged read; more than `most` is refused, not cut. */
export function limitParam(query: URLSearchParams, usual: number, most: number): number {
  const text = query.get('limit')
  if (text === null) return usual
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1) throw badRequest(`Invalid limit: ${text}`)
  if (limit > most) {
    throw badRequest(`limit of ${limit} exceeds the maximum of ${most}`)
  }
  return limit
}

/** The link of a next page: this request with another `after`. */
export function nextLink(call: Call, after: string): string {
  const query = new URLSearchParams(call.query)
  query.set('after', after)
  return `${call.base}${call.path}?${query.toString()}`
}
