/** A failed request outside delivery becomes the error that a person sees. */
import { notTheApi, RequestFailure } from '../connector/connector.ts'
import type { SynclineError } from '../model/error.ts'
import type { Sync } from '../model/sync.ts'
import { pushErrors } from './errors.ts'
import { pullErrors } from './pull/errors.ts'

/** Whose request it was. */
interface Asking {
  readonly sync: Pick<Sync, 'type' | 'name' | 'crm'>
}

const errorsOf = { push: pushErrors, pull: pullErrors }

/** Awaits a request outside delivery; a `RequestFailure` becomes a `SynclineError`, all else passes. */
export async function describeFailure<T>(context: Asking, request: Promise<T>): Promise<T> {
  try {
    return await request
  } catch (error) {
    throw error instanceof RequestFailure ? failureError(context, error) : error
  }
}

export function failureError({ sync }: Asking, failure: RequestFailure): SynclineError {
  const id = failure.correlationId
  const correlation = id === null || failure.message.includes(id) ? '' : ` (correlation ${id})`
  const details = {
    message: `Sync ${sync.name}, connection ${sync.crm}: ${failure.message}${correlation}`,
    ...remedyOf(failure),
    cause: failure,
  }
  return errorsOf[sync.type][errorNameOf(failure)](details)
}

/** The error that tells of a failure, by the name that it has in each part's registry. */
export function errorNameOf({
  kind,
  reason,
}: RequestFailure): 'refused' | 'request' | 'unreachable' {
  if (reason === notTheApi) return 'unreachable'
  switch (kind) {
    case 'auth':
      return 'refused'
    case 'invalid':
    case 'poisoned':
      return 'request'
    case 'throttled':
    case 'exhausted':
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
  if (kind === 'exhausted') {
    return { remedy: 'Run again when the day’s budget is renewed; what was confirmed is kept.' }
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
