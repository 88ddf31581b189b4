/** What the client sees of a fault. */
import { ApiError, badToken, expiredToken } from '../wire/api-error.ts'
import type { SimResponse } from '../../exchange.ts'
import { statusOf } from '../../fault-draw.ts'
import { gatewayPage } from '../../gateway-page.ts'
import { type Fault, faultStatuses } from './faults.ts'
import { parseBody } from '../wire/json.ts'
import type { LimitClass, RateLimits } from './rate-limits.ts'
import { emptyResponse, errorResponse } from '../wire/response.ts'
import type { Caller, Tokens } from '../store/tokens.ts'

export interface FaultContext {
  readonly now: number
  readonly requestId: string
  readonly headers: Readonly<Record<string, string>>
  readonly caller: Caller | null
  readonly limits: RateLimits
  readonly limitClass: LimitClass
  readonly tokens: Tokens
  readonly retryAfterSeconds: number
  readonly random: () => number
}

/** The answer to a request that was not, or not yet, applied. */
export function faultResponse(fault: Fault, context: FaultContext): SimResponse {
  const { now, requestId, headers, random } = context
  const error = faultError(fault, context)
  if (error !== null) return errorResponse(error, requestId, now, headers)
  const response = emptyResponse(200, requestId, now, headers)
  return spoiled({ ...response, body: '{}' }, fault, random)
}

function faultError(fault: Fault, context: FaultContext): ApiError | null {
  const { now, caller, tokens, limits, limitClass, retryAfterSeconds, random } = context
  const refuse = (policy: 'DAILY' | 'TEN_SECONDLY_ROLLING' | 'SECONDLY') =>
    caller === null ? null : limits.refuse(caller, limitClass, now, policy)
  switch (fault.kind) {
    case 'rate_limit_burst':
      return refuse('TEN_SECONDLY_ROLLING')
    case 'rate_limit_daily':
      return refuse('DAILY')
    case 'rate_limit_search':
      return refuse('SECONDLY')
    case 'server_error_before':
      return serverError(statusOf(fault, faultStatuses.server_error_before, random))
    case 'expired_token':
      if (caller === null) return badToken()
      tokens.expire(caller.token, now)
      return expiredToken(now, now)
    case 'locked':
      return new ApiError(423, { message: 'The resource is locked by another request. Try again.' })
    case 'migrating':
      return new ApiError(
        477,
        { message: 'This account is being migrated to another data centre.' },
        { 'retry-after': String(retryAfterSeconds) },
      )
    case 'drop_before':
    case 'drop_after':
    case 'apply_late':
    case 'server_error_after':
    case 'partial_failure':
    case 'silent_drop_applied':
    case 'silent_drop_unapplied':
    case 'html_page':
    case 'empty_body':
    case 'wrong_json':
    case 'no_results':
      return null
    default: {
      const unreachable: never = fault.kind
      return unreachable
    }
  }
}

function serverError(status: number): ApiError {
  return new ApiError(status, { message: 'There was a problem with the request.' })
}

/** Of HubSpot's gateway, or the one of the network before it. */
function errorPage(status: number): string {
  const title = `Error ${status}`
  return `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`
}

/** Makes of a good answer what the fault makes of it. */
export function spoiled(response: SimResponse, fault: Fault, random: () => number): SimResponse {
  switch (fault.kind) {
    case 'server_error_after':
      return failedAfter(response, statusOf(fault, faultStatuses.server_error_after, random))
    case 'html_page': {
      const status = statusOf(fault, faultStatuses.html_page, random)
      return gatewayPage(response, status, errorPage(status))
    }
    case 'empty_body':
      return { ...response, status: 200, body: '' }
    case 'wrong_json':
      return { ...response, status: 200, body: wrongJson(response.body, random) }
    case 'no_results':
      return withoutResults(response)
    case 'drop_before':
    case 'drop_after':
    case 'apply_late':
    case 'rate_limit_burst':
    case 'rate_limit_daily':
    case 'rate_limit_search':
    case 'server_error_before':
    case 'expired_token':
    case 'locked':
    case 'migrating':
    case 'partial_failure':
    case 'silent_drop_applied':
    case 'silent_drop_unapplied':
      return response
    default: {
      const unreachable: never = fault.kind
      return unreachable
    }
  }
}

function failedAfter(response: SimResponse, status: number): SimResponse {
  const requestId = response.headers['x-hubspot-correlation-id'] ?? ''
  const error = errorResponse(serverError(status), requestId, 0, response.headers)
  return { ...error, headers: { ...error.headers, date: response.headers['date'] ?? '' } }
}

/** Cut off in the middle, or something else altogether. */
function wrongJson(body: string, random: () => number): string {
  return random() < 0.5 ? body.slice(0, Math.ceil(body.length / 2)) || '{' : '["unexpected"]'
}

function withoutResults(response: SimResponse): SimResponse {
  if (response.body === '') return response
  const { paging: _paging, errors: _errors, numErrors: _count, ...rest } = parseBody(response.body)
  return { ...response, status: 200, body: JSON.stringify({ ...rest, results: [] }) }
}
