/** Salesforce's refusals: one list of errors for a request, the same errors one by one for a row. */

/** One error, as the vendor names it. */
export interface Problem {
  readonly code: string
  readonly message: string
  readonly fields: readonly string[]
}

/** What a handler throws to refuse a request, or one row of it. */
export class ApiError extends Error {
  readonly httpStatus: number
  readonly problems: readonly Problem[]

  constructor(httpStatus: number, problems: readonly Problem[]) {
    super(problems.map(({ code, message }) => `${code}: ${message}`).join('; '))
    this.httpStatus = httpStatus
    this.problems = problems
  }
}

/** OAuth's own form of refusal: an object, not a list. */
export class OAuthError extends Error {
  readonly httpStatus: number
  readonly error: string
  readonly description: string

  constructor(error: string, description: string, httpStatus = 400) {
    super(`${error}: ${description}`)
    this.httpStatus = httpStatus
    this.error = error
    this.description = description
  }
}

export function refused(
  code: string,
  message: string,
  fields: readonly string[] = [],
  httpStatus = 400,
): ApiError {
  return new ApiError(httpStatus, [{ code, message, fields }])
}

export function notFound(): ApiError {
  return refused('NOT_FOUND', 'The requested resource does not exist', [], 404)
}

export function invalidSession(): ApiError {
  return refused('INVALID_SESSION_ID', 'Session expired or invalid', [], 401)
}

export function noSuchColumn(field: string, object: string): ApiError {
  return refused('INVALID_FIELD', `No such column '${field}' on sobject of type ${object}`)
}

export function noSuchObject(object: string): ApiError {
  return refused('INVALID_TYPE', `sObject type '${object}' is not supported.`)
}

export function unsupportedMediaType(type: string): ApiError {
  const message = `Content-Type header specified in HTTP request is not supported: ${type}`
  return refused('UNSUPPORTED_MEDIA_TYPE', message, [], 415)
}

export function apiDisabled(): ApiError {
  const message = 'The REST API is not enabled for this Organization.'
  return refused('API_DISABLED_FOR_ORG', message, [], 403)
}

/** Of an API that is off for a while, not for good. */
export function apiPaused(): ApiError {
  return refused('API_CURRENTLY_DISABLED', 'API is currently disabled for this user.', [], 403)
}

export function tooManySignIns(): OAuthError {
  return new OAuthError('rate_limit_exceeded', 'too many sign-ins of this user within an hour')
}

export function unknownTrouble(): ApiError {
  return refused('UNKNOWN_EXCEPTION', 'An unexpected error occurred.', [], 500)
}

/** The daily count and the number at a time share a code: only the message tells them apart. */
export function overLimit(limit: 'total' | 'concurrent'): ApiError {
  const message =
    limit === 'total'
      ? 'TotalRequests Limit exceeded.'
      : 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.'
  return refused('REQUEST_LIMIT_EXCEEDED', message, [], 403)
}

export function rowLocked(id: string): Problem {
  const message = `unable to obtain exclusive access to this record or 1 records: ${id}`
  return { code: 'UNABLE_TO_LOCK_ROW', message, fields: [] }
}
