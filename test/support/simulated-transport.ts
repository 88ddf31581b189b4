/** Hands a connector's requests to a local CRM in the same process, with all that a network does. */
import {
  type HttpRequest,
  type Transport,
  TransportFailure,
} from '../../src/connector/http/transport.ts'
import type { Clock } from '../../src/model/clock.ts'
import type { SimRequest, SimResult } from '../../src/simulator/exchange.ts'

/** `listen` hears of each request before the CRM does. */
export function simulatedTransport(
  local: { handle(request: SimRequest): SimResult },
  clock: Clock,
  listen: (request: SimRequest) => void = () => undefined,
): Transport {
  return {
    async send(request: HttpRequest) {
      const url = new URL(request.url)
      const arriving: SimRequest = {
        method: request.method,
        url: `${url.pathname}${url.search}`,
        headers: { ...request.headers, host: url.host },
        body: request.body,
      }
      listen(arriving)
      const { response, delayMs, connection } = local.handle(arriving)
      if (delayMs >= request.timeoutMs) {
        await clock.sleep(request.timeoutMs)
        throw new TransportFailure('timeout', true, 'no answer in time')
      }
      if (delayMs > 0) await clock.sleep(delayMs)
      if (connection !== 'ok') throw new TransportFailure('reset', true, 'connection reset')
      return response
    },
    close: () => Promise.resolve(),
  }
}
