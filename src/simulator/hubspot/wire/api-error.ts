/** Every documented error body, as values: what HubSpot says when it refuses a request or one input of a batch. */
import type { WireError } from './wire.ts'

/** An error body before the request's correlation id is put in. */
export type ErrorContent = Omit<WireError, 'correlationId' | 'status'>

/** Thrown by handlers; the entry point turns it into the response. */
export class ApiError extends Error {
  readonly httpStatus: number
  readonly content: ErrorContent
  readonly headers: Readonly<Record<string, string>>
  /** The body's `status`: `error`, but for the token endpoints. */
  readonly status: string

  constructor(
    httpStatus: number,
    content: ErrorContent,
    headers: Readonly<Record<string, string>> = {},
    status = 'error',
  ) {
    super(content.message)
    this.name = 'ApiError'
    this.httpStatus = httpStatus
    this.content = content
    this.headers = headers
    this.status = status
  }
}

export function badRequest(message: string, extra: Partial<ErrorContent> = {}): ApiError {
  return new ApiError(400, { message, category: 'VALIDATION_ERROR', ...extra })
}

export function notFound(): ApiError {
  return new ApiError(404, { message: 'resource not found', category: 'OBJECT_NOT_FOUND' })
}

export function conflict(message: string): ApiError {
  return new ApiError(409, { message, category: 'CONFLICT' })
}

export function badToken(): ApiError {
  return new ApiError(
    401,
    {
      message:
        'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
      category: 'INVALID_AUTHENTICATION',
    },
    { 'x-hubspot-auth-failure': '401 Unauthorized' },
  )
}

export function expiredToken(expiredAt: number, now: number): ApiError {
  const seconds = Math.max(0, Math.floor((now - expiredAt) / 1000))
  return new ApiError(
    401,
    {
      message: `The OAuth token used to make this call expired ${seconds} second(s) ago.`,
      category: 'EXPIRED_AUTHENTICATION',
      context: { 'expire time': [new Date(expiredAt).toISOString()] },
    },
    { 'x-hubspot-auth-failure': '401 Unauthorized' },
  )
}

export function missingScopes(scopes: readonly string[]): ApiError {
  return new ApiError(403, {
    message:
      "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
    category: 'MISSING_SCOPES',
    errors: [
      {
        message: 'One or more of the following scopes are required.',
        context: { requiredGranularScopes: scopes },
      },
    ],
    links: { scopes: 'https://developers.hubspot.com/scopes' },
  })
}

/** The three 429s. The search's has no policy: recorded ones carry only message and category. */
export function throttled(policy: 'DAILY' | 'TEN_SECONDLY_ROLLING' | 'SECONDLY'): ApiError {
  switch (policy) {
    case 'DAILY':
      return new ApiError(429, {
        message: 'You have reached your daily limit.',
        errorType: 'RATE_LIMIT',
        policyName: policy,
      })
    case 'TEN_SECONDLY_ROLLING':
      return new ApiError(429, {
        message: 'You have reached your ten_secondly_rolling limit.',
        errorType: 'RATE_LIMIT',
        policyName: policy,
      })
    case 'SECONDLY':
      return new ApiError(429, {
        message: 'You have reached your secondly limit.',
        category: 'RATE_LIMITS',
      })
    default: {
      const unreachable: never = policy
      return unreachable
    }
  }
}
