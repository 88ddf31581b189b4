/** A failed request outside delivery becomes the error that a person sees. */
import { notTheApi, RequestFailure } from '../connector/connector.ts'
import type { ErrorFactories, SynclineError } from '../model/error.ts'
import type { Sync } from '../model/sync.ts'

/** Whose request it was. */
export interface Asking {
  readonly sync: Pick<Sync, 'name' | 'crm'>
}

/** What every registry that tells of failed requests has an error for. */
type FailureErrors = ErrorFactories<Record<FailureName, unknown>>
type FailureName = 'exhausted' | 'refused' | 'request' | 'unreachable'

/** Failed requests of one direction, told by the errors of that direction. */
export interface Failures {
  /** Awaits a request outside delivery; a `RequestFailure` becomes a `SynclineError`, all else passes. */
  describeFailure<T>(context: Asking, request: Promise<T>): Promise<T>
  failureError(context: Asking, failure: RequestFailure): SynclineError
}

export function failuresToldBy(errors: FailureErrors): Failures {
  const failureError = ({ sync }: Asking, failure: RequestFailure): SynclineError => {
    const id = failure.correlationId
    const correlation = id === null || failure.message.includes(id) ? '' : ` (correlation ${id})`
    return errors[errorNameOf(failure)]({
      message: `Sync ${sync.name}, connection ${sync.crm}: ${failure.message}${correlation}`,
      ...remedyOf(failure),
      cause: failure,
    })
  }
  return {
    failureError,
    describeFailure: async (context, request) => {
      try {
        return await request
      } catch (error) {
        throw error instanceof RequestFailure ? failureError(context, error) : error
      }
    },
  }
}

/** The error that tells of a failure, by the name that it has in each part's registry. */
export function errorNameOf({ kind, reason }: RequestFailure): FailureName {
  if (reason === notTheApi) return 'unreachable'
  switch (kind) {
    case 'auth':
      return 'refused'
    case 'invalid':
    case 'poisoned':
      return 'request'
    case 'exhausted':
      return 'exhausted'
    case 'throttled':
    case 'unavailable':
    case 'unknown':
      return 'unreachable'
    default:
      return kind satisfies never
  }
}

/** Where the network says what is wrong, a better remedy than to try again. */
export function remedyOf({ kind, reason, retryAfterMs }: RequestFailure): {
  readonly remedy?: string
} {
  if (reason === notTheApi) {
    return {
      remedy:
        'What answers there does not look like the CRM’s API. Correct the address of the connection (`base_url`, `company_domain` or `login_url`), or see whether a proxy or a sign-in page answers in the CRM’s place.',
    }
  }
  if (kind === 'exhausted' && retryAfterMs !== null) {
    return { remedy: `Run again in ${hoursText(retryAfterMs)}, when the CRM’s day begins anew.` }
  }
  if (kind !== 'unavailable') return {}
  if (retryAfterMs !== null && retryAfterMs >= 60_000) {
    const minutes = Math.ceil(retryAfterMs / 60_000)
    return {
      remedy: `Run again in ${minutes} minutes, as the CRM asks; what was confirmed is kept.`,
    }
  }
  switch (reason) {
    case 'tls':
      return {
        remedy:
          'Trust the certificate: name the file of its authority in NODE_EXTRA_CA_CERTS. Or correct the address of the connection.',
      }
    case 'unresolved':
      return { remedy: 'Correct the host name of the connection, or the network’s name service.' }
    case 'refused':
      return {
        remedy:
          'Correct the address of the connection, or the proxy, and run again; what was confirmed is kept.',
      }
    default:
      return {}
  }
}

function hoursText(ms: number): string {
  const hours = Math.ceil(ms / 3_600_000)
  return hours === 1 ? 'an hour' : `${hours} hours`
}

/** A used-up day as a row's message tells it: with when to come back, where the CRM says. */
export function exhaustionText({ message, retryAfterMs }: RequestFailure): string {
  return retryAfterMs === null
    ? message
    : `${message}; the CRM’s day begins anew in ${hoursText(retryAfterMs)}`
}
