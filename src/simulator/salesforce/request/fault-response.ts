/** What the client sees of a fault. */
import type { SimResponse } from '../../exchange.ts'
import { ApiError, invalidSession, overLimit, refused, unknownTrouble } from '../wire/api-error.ts'
import { statusOf } from '../../fault-draw.ts'
import { gatewayPage } from '../../gateway-page.ts'
import { type Fault, faultStatuses } from './faults.ts'
import { errorResponse } from '../wire/response.ts'

type Headers = Readonly<Record<string, string>>

/** The answer to a request that was not, or not yet, applied. */
export function faultResponse(fault: Fault, headers: Headers, random: () => number): SimResponse {
  const error = faultError(fault, random)
  if (error !== null) return errorResponse(error, headers)
  return spoiled({ status: 200, headers, body: '{}' }, fault, random)
}

function faultError(fault: Fault, random: () => number): ApiError | null {
  switch (fault.kind) {
    case 'limit_total':
      return overLimit('total')
    case 'limit_concurrent':
      return overLimit('concurrent')
    case 'server_error_before':
      return statusOf(fault, faultStatuses.server_error_before, random) === 503
        ? unavailable()
        : unknownTrouble()
    case 'expired_session':
      return invalidSession()
    case 'query_timeout':
      return refused('QUERY_TIMEOUT', 'Your query request was running for too long.')
    case 'drop_before':
    case 'drop_after':
    case 'apply_late':
    case 'server_error_after':
    case 'partial_failure':
    case 'row_lock':
    case 'silent_drop_applied':
    case 'silent_drop_unapplied':
    case 'job_failure':
    case 'html_page':
    case 'empty_body':
    case 'wrong_json':
      return null
    default: {
      const unreachable: never = fault.kind
      return unreachable
    }
  }
}

function unavailable(): ApiError {
  return refused('SERVER_UNAVAILABLE', 'Server is too busy. Try again later.', [], 503)
}

/** Makes of a good answer what the fault makes of it. */
export function spoiled(response: SimResponse, fault: Fault, random: () => number): SimResponse {
  switch (fault.kind) {
    case 'server_error_after':
      return failedAfter(
        response.headers,
        statusOf(fault, faultStatuses.server_error_after, random),
      )
    case 'html_page': {
      const status = statusOf(fault, faultStatuses.html_page, random)
      return gatewayPage(response, status, status === 404 ? notHere : maintenance)
    }
    case 'empty_body':
      return { ...response, status: 200, body: '' }
    case 'wrong_json':
      return { ...response, status: 200, body: wrongJson(response.body, random) }
    case 'limit_total':
    case 'limit_concurrent':
    case 'server_error_before':
    case 'expired_session':
    case 'query_timeout':
    case 'drop_before':
    case 'drop_after':
    case 'apply_late':
    case 'partial_failure':
    case 'row_lock':
    case 'silent_drop_applied':
    case 'silent_drop_unapplied':
    case 'job_failure':
      return response
    default: {
      const unreachable: never = fault.kind
      return unreachable
    }
  }
}

const maintenance =
  '<html><head><title>Down for maintenance</title></head><body><h1>We are down for maintenance.</h1></body></html>'
const notHere =
  '<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>'

function failedAfter(headers: Headers, status: number): SimResponse {
  return errorResponse(new ApiError(status, unknownTrouble().problems), headers)
}

/** Cut off in the middle, or something else altogether. */
function wrongJson(body: string, random: () => number): string {
  return random() < 0.5 ? body.slice(0, Math.ceil(body.length / 2)) || '{' : '"unexpected"'
}
