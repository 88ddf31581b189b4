/** A failed request outside delivery becomes the error that a person sees. */
import { RequestFailure } from '../connector/connector.ts'
import type { SynclineError } from '../model/error.ts'
import type { Collaborators } from './context.ts'
import { pushErrors } from './errors.ts'

/** Awaits a request of planning; a `RequestFailure` becomes a `SynclineError`, all else passes. */
export async function describeFailure<T>(
  context: Pick<Collaborators, 'sync'>,
  request: Promise<T>,
): Promise<T> {
  try {
    return await request
  } catch (error) {
    throw error instanceof RequestFailure ? failureError(context, error) : error
  }
}

export function failureError(
  { sync }: Pick<Collaborators, 'sync'>,
  failure: RequestFailure,
): SynclineError {
  const correlation =
    failure.correlationId === null ? '' : ` (correlation ${failure.correlationId})`
  const details = {
    message: `Sync ${sync.name}, connection ${sync.crm}: ${failure.message}${correlation}`,
    cause: failure,
  }
  switch (failure.kind) {
    case 'auth':
      return pushErrors.refused(details)
    case 'invalid':
    case 'poisoned':
      return pushErrors.request(details)
    case 'throttled':
    case 'exhausted':
    case 'unavailable':
    case 'unknown':
      return pushErrors.unreachable(details)
    default:
      return failure.kind satisfies never
  }
}
