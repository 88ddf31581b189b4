/** Turns answers into status, headers and text. */
import type { SimResponse } from '../../exchange.ts'
import type { ApiError } from './api-error.ts'

type Headers = Readonly<Record<string, string>>

export function jsonResponse(
  status: number,
  body: object,
  now: number,
  headers: Headers,
): SimResponse {
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      date: new Date(now).toUTCString(),
      ...headers,
    },
    body: JSON.stringify(body),
  }
}

export function pageResponse(status: number, page: string, headers: Headers): SimResponse {
  return { status, headers: { ...headers, 'content-type': 'text/html; charset=UTF-8' }, body: page }
}

export function errorResponse({ status, body }: ApiError, now: number, headers: Headers) {
  return typeof body === 'string'
    ? pageResponse(status, body, { date: new Date(now).toUTCString() })
    : jsonResponse(status, body, now, headers)
}
