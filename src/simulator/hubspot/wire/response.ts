/** Turns answers into status, headers and text. */
import type { ApiError } from './api-error.ts'
import type { SimResponse } from '../../exchange.ts'
import type { WireError } from './wire.ts'

type Headers = Readonly<Record<string, string>>

function commonHeaders(requestId: string, now: number): Record<string, string> {
  return { 'x-hubspot-correlation-id': requestId, date: new Date(now).toUTCString() }
}

export function jsonResponse(
  status: number,
  body: object,
  requestId: string,
  now: number,
  headers: Headers,
): SimResponse {
  return {
    status,
    headers: {
      'content-type': 'application/json;charset=utf-8',
      ...commonHeaders(requestId, now),
      ...headers,
    },
    body: JSON.stringify(body),
  }
}

export function emptyResponse(
  status: number,
  requestId = '',
  now = 0,
  headers: Headers = {},
): SimResponse {
  return { status, headers: { ...commonHeaders(requestId, now), ...headers }, body: '' }
}

/** The error body with its correlation id; a 429 by policy also repeats the request id. */
export function errorResponse(
  { httpStatus, content, headers: own, status }: ApiError,
  requestId: string,
  now: number,
  headers: Headers,
): SimResponse {
  const { message, ...rest } = content
  const body: WireError = {
    status,
    message,
    correlationId: requestId,
    ...rest,
    ...(content.policyName === undefined ? {} : { requestId }),
  }
  return jsonResponse(httpStatus, body, requestId, now, { ...headers, ...own })
}
