/** What the client sees of a fault. */
import type { SimResponse } from '../../exchange.ts'
import { type ApiError, blockedPage, refused, unauthorized } from '../wire/api-error.ts'
import { statusesAnywhere, statusOf } from '../../fault-draw.ts'
import { gatewayPage } from '../../gateway-page.ts'
import type { Fault } from './faults.ts'
import type { Demand, RateLimits } from './rate-limits.ts'
import { errorResponse, jsonResponse } from '../wire/response.ts'
import type { Caller, Tokens } from '../store/tokens.ts'

export interface FaultContext {
  readonly now: number
  readonly headers: Readonly<Record<string, string>>
  readonly caller: Caller | null
  readonly demand: Demand
  readonly limits: RateLimits
  readonly tokens: Tokens
  readonly random: () => number
}

/** The answer to a request that was not, or not yet, applied. */
export function faultResponse(fault: Fault, context: FaultContext): SimResponse {
  const { now, headers, caller, demand, limits, tokens, random } = context
  switch (fault.kind) {
    case 'rate_limit_burst':
    case 'rate_limit_daily': {
      if (caller === null) break
      const kind = fault.kind === 'rate_limit_burst' ? 'burst' : 'daily'
      const refusal = limits.refuse(caller, demand, now, kind)
      return errorResponse(refusal.error, now, refusal.headers)
    }
    case 'blocked':
      return errorResponse(blockedPage(), now, headers)
    case 'server_error_before':
      return errorResponse(
        serverError(statusOf(fault, statusesAnywhere.server_error_before, random)),
        now,
        headers,
      )
    case 'expired_token':
      if (caller !== null) tokens.expire(caller.token, now)
      return errorResponse(unauthorized(), now, headers)
    case 'drop_before':
    case 'drop_after':
    case 'apply_late':
    case 'server_error_after':
    case 'html_page':
    case 'empty_body':
    case 'wrong_json':
      break
    default: {
      const unreachable: never = fault.kind
      return unreachable
    }
  }
  return spoiled(jsonResponse(200, {}, now, headers), fault, random)
}

/** Makes of a good answer what the fault makes of it. */
export function spoiled(response: SimResponse, fault: Fault, random: () => number): SimResponse {
  switch (fault.kind) {
    case 'server_error_after': {
      const status = statusOf(fault, statusesAnywhere.server_error_after, random)
      return { ...response, status, body: JSON.stringify(serverError(status).body) }
    }
    case 'html_page':
      return gatewayPage(
        response,
        502,
        '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>',
      )
    case 'empty_body':
      return { ...response, status: 200, body: '' }
    case 'wrong_json':
      return { ...response, status: 200, body: wrongJson(response.body, random) }
    case 'rate_limit_burst':
    case 'rate_limit_daily':
    case 'blocked':
    case 'server_error_before':
    case 'drop_before':
    case 'drop_after':
    case 'apply_late':
    case 'expired_token':
      return response
    default: {
      const unreachable: never = fault.kind
      return unreachable
    }
  }
}

function serverError(status: number): ApiError {
  return refused(status, 'Internal server error')
}

/** Cut off in the middle, or something else altogether. */
function wrongJson(body: string, random: () => number): string {
  return random() < 0.5 ? body.slice(0, Math.ceil(body.length / 2)) || '{' : '["unexpected"]'
}
