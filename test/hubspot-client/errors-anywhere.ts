/** The errors that any endpoint can answer: how each comes about at the local HubSpot, and what it looks like. */
import type { PlannedFault } from '../../src/simulator/hubspot/request/faults.ts'
import { type LimitSettings, noLimits } from '../../src/simulator/hubspot/request/rate-limits.ts'
import type { HubSpotSimulator } from '../../src/simulator/hubspot/simulator.ts'
import type { CommonError } from './documented.ts'
import { tokens } from './portal.ts'

/** How a caller differs from one that is let in. */
export interface CallerTraits {
  readonly token?: string
  /** Added to every request's query. */
  readonly query?: string
}

export interface CommonRow {
  readonly caller?: CallerTraits
  /** One call is made after each. */
  readonly provoke?: readonly ((simulator: HubSpotSimulator) => void)[]
  readonly answers: readonly Expected[]
}

export interface Expected {
  readonly status: number
  /** Absent for a page. */
  readonly message?: RegExp
  /** Null where the body has none. */
  readonly category?: string | null
  /** More of the body. */
  readonly body?: object
  /** Null for a header that is absent. */
  readonly headers?: Readonly<Record<string, string | null>>
  /** What the rate headers say, by the ends of their names, where the endpoint has them. */
  readonly rates?: Readonly<Record<string, string>>
  /** What befell the request, and whether it was applied; null where either may be. */
  readonly fault?: { readonly kind: PlannedFault['kind']; readonly applied: boolean | null }
}

const none = { max: 0, windowMs: 10_000 }

function limited(limits: Partial<LimitSettings>): NonNullable<CommonRow['provoke']> {
  return [(simulator) => simulator.configure({ limits: { ...noLimits, ...limits } })]
}

function faulty(...faults: readonly PlannedFault[]): NonNullable<CommonRow['provoke']> {
  return faults.map((fault) => (simulator) => simulator.planFault(fault))
}

function serverError(
  status: number,
  kind: 'server_error_before' | 'server_error_after',
): CommonRow {
  const applied = kind === 'server_error_after'
  return {
    provoke: faulty({ kind, status }),
    answers: [
      { status, message: /^There was a problem/, category: null, fault: { kind, applied } },
    ],
  }
}

function pages(...statuses: readonly number[]): CommonRow {
  const kind = 'html_page'
  return {
    provoke: faulty(...statuses.map((status) => ({ kind, status }) as const)),
    answers: statuses.map((status) => ({ status, fault: { kind, applied: null } })),
  }
}

const unauthorized = { status: 401, headers: { 'x-hubspot-auth-failure': '401 Unauthorized' } }

export const commonRows: Readonly<Record<CommonError, CommonRow>> = {
  '401 unknown': {
    caller: { token: tokens.unknown },
    answers: [
      {
        ...unauthorized,
        category: 'INVALID_AUTHENTICATION',
        message: /^Authentication credentials not found\. This API supports OAuth 2\.0/,
      },
    ],
  },
  '401 expired': {
    caller: { token: tokens.expired },
    answers: [
      {
        ...unauthorized,
        category: 'EXPIRED_AUTHENTICATION',
        message: /^The OAuth token used to make this call expired \d+ second\(s\) ago\.$/,
        body: { context: { 'expire time': ['2026-03-10T12:00:00.000Z'] } },
      },
    ],
  },
  '403': {
    caller: { token: tokens.withoutScopes },
    answers: [
      {
        status: 403,
        category: 'MISSING_SCOPES',
        message: /^This app hasn't been granted all required scopes/,
      },
    ],
  },
  '414': {
    caller: { query: 'x'.repeat(16_384) },
    answers: [{ status: 414, message: /^URI Too Long$/, category: null }],
  },
  '423': {
    provoke: faulty({ kind: 'locked' }),
    answers: [
      {
        status: 423,
        message: /locked/,
        category: null,
        headers: { 'retry-after': null },
        fault: { kind: 'locked', applied: false },
      },
    ],
  },
  '429 burst': {
    provoke: limited({ burst: none, associations: none }),
    answers: [
      {
        status: 429,
        message: /^You have reached your ten_secondly_rolling limit\.$/,
        category: null,
        body: { errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING' },
        headers: { 'retry-after': null },
        rates: { max: '0', remaining: '0', 'interval-milliseconds': '10000' },
      },
    ],
  },
  '429 daily': {
    provoke: limited({ daily: 0 }),
    answers: [
      {
        status: 429,
        message: /^You have reached your daily limit\.$/,
        category: null,
        body: { errorType: 'RATE_LIMIT', policyName: 'DAILY' },
        headers: { 'retry-after': null },
        rates: { daily: '0', 'daily-remaining': '0' },
      },
    ],
  },
  '429 search': {
    provoke: limited({ search: { max: 0, windowMs: 1000 } }),
    answers: [
      {
        status: 429,
        message: /^You have reached your secondly limit\.$/,
        category: 'RATE_LIMITS',
        headers: { 'retry-after': null },
      },
    ],
  },
  '477': {
    provoke: faulty({ kind: 'migrating' }),
    answers: [
      {
        status: 477,
        message: /migrated/,
        category: null,
        headers: { 'retry-after': '3600' },
        fault: { kind: 'migrating', applied: false },
      },
    ],
  },
  '500': serverError(500, 'server_error_before'),
  '502': serverError(502, 'server_error_after'),
  '503': serverError(503, 'server_error_before'),
  '504': serverError(504, 'server_error_after'),
  'page 502-504': pages(502, 503, 504),
  'page 521-526': pages(521, 522, 523, 524, 525, 526),
}
