/** No write starts that the lease would not outlast. */
import { RequestFailure } from '../connector/connector.ts'
import type { PushContext } from './context.ts'

/**
 * Promise 7: the wait for the rate budget may have eaten up the lease, and a request that outlives
 * it could meet a successor's. Nothing is sent then; the next attempt renews the lease first.
 */
export function refuseLateStart({ lease, connector }: PushContext): void {
  if (lease.outlasts(connector.timing.requestTimeoutMs)) return
  throw new RequestFailure({
    kind: 'unavailable',
    reason: 'lease',
    message: 'the lease would not outlast the request',
    retryAfterMs: 0,
  })
}
