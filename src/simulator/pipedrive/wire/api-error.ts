/** How Pipedrive says no: the documented bodies, as values. */

/** The error body; the shorter form is that of the gateway before the API. */
export interface WireError {
  readonly success: false
  readonly error: string
  readonly error_info?: string
  readonly errorCode?: number
  readonly code?: string
  readonly data?: null
  readonly additional_data?: null
}

/** A webhook that can't be made is refused in a form of its own. */
export interface WireInvalid {
  readonly status: 'error'
  readonly success: false
  readonly errors: Readonly<Record<string, readonly string[]>>
}

/** The OAuth server answers in OAuth's own words. */
export interface WireOAuthError {
  readonly success: false
  readonly error: string
  readonly error_description: string
}

/** Thrown by handlers; the entry point turns it into the response. */
export class ApiError extends Error {
  readonly status: number
  /** A text is a page of HTML. */
  readonly body: WireError | WireInvalid | WireOAuthError | string

  constructor(status: number, body: WireError | WireInvalid | WireOAuthError | string) {
    super(typeof body === 'string' ? `status ${status}` : JSON.stringify(body))
    this.name = 'ApiError'
    this.status = status
    this.body = body
  }
}

const hint = 'Please check developers.pipedrive.com'

export function refused(status: number, error: string, code?: string): ApiError {
  return new ApiError(status, {
    success: false,
    error,
    error_info: `${hint} for more information.`,
    ...(code === undefined ? {} : { code }),
    data: null,
    additional_data: null,
  })
}

export function badRequest(error: string): ApiError {
  return refused(400, error)
}

/** A value that a field does not take; the error names the field's code. */
export function invalidField(code: string, why: string): ApiError {
  return badRequest(`Validation failed: ${code}: ${why}`)
}

export function notFound(what: string): ApiError {
  return refused(404, `${what} not found`)
}

export function invalid(errors: Readonly<Record<string, readonly string[]>>): ApiError {
  return new ApiError(400, { status: 'error', success: false, errors })
}

export function unauthorized(): ApiError {
  return gateway(401, 'unauthorized access')
}

export function missingScope(): ApiError {
  return gateway(403, 'Scope and URL mismatch')
}

export function throttled(): ApiError {
  return new ApiError(429, {
    success: false,
    error: 'request over rate limit',
    errorCode: 429,
  })
}

function gateway(status: number, error: string): ApiError {
  return new ApiError(status, { success: false, error, errorCode: status, error_info: hint })
}

/** What stands before the API gives whoever goes on after being refused a page and no JSON. */
export function blockedPage(): ApiError {
  return new ApiError(
    403,
    '<!DOCTYPE html><html><head><title>Access denied</title></head><body><h1>Error 1015</h1><p>You are being rate limited by Cloudflare.</p></body></html>',
  )
}

export function oauthError(status: number, error: string, description: string): ApiError {
  return new ApiError(status, { success: false, error, error_description: description })
}
