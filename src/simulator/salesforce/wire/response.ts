/** Turns answers into status, headers and text. */
import type { SimResponse } from '../../exchange.ts'
import type { ApiError, OAuthError } from './api-error.ts'
import type { WireError } from './wire.ts'

type Headers = Readonly<Record<string, string>>

export function jsonResponse(
  status: number,
  body: object | readonly object[],
  headers: Headers,
): SimResponse {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
    body: JSON.stringify(body),
  }
}

export function csvResponse(status: number, body: string, headers: Headers): SimResponse {
  return { status, headers: { 'content-type': 'text/csv', ...headers }, body }
}

export function emptyResponse(status: number, headers: Headers = {}): SimResponse {
  return { status, headers, body: '' }
}

/** A list, even of one. */
export function errorResponse({ httpStatus, problems }: ApiError, headers: Headers): SimResponse {
  const body = problems.map(
    ({ code, message, fields }): WireError => ({
      message,
      errorCode: code,
      ...(fields.length === 0 ? {} : { fields }),
    }),
  )
  return jsonResponse(httpStatus, body, headers)
}

export function oauthErrorResponse({ httpStatus, error, description }: OAuthError): SimResponse {
  return jsonResponse(httpStatus, { error, error_description: description }, {})
}
