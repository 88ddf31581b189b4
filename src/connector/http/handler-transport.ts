/**
 * A transport without sockets: requests go to a function that says what is answered and what the
 * network does to it. With a simulated clock, a test can live through hours of bad network at once.
 */
import type { Clock } from '../../model/clock.ts'
import { type HttpResponse, type Transport, TransportFailure } from './transport.ts'

/** What becomes of one request: every fate but `ok` is a reset after the request was sent. */
export interface Handled {
  readonly response: HttpResponse
  readonly delayMs: number
  readonly connection: 'ok' | 'drop_before' | 'drop_after' | 'apply_late'
}

export interface HandlerRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/** `roundTripMs` is added to every exchange: half before the request is handled, half after. */
export function createHandlerTransport(
  handle: (request: HandlerRequest) => Handled,
  clock: Clock,
  roundTripMs = 0,
): Transport {
  return {
    async send({ method, url, headers, body, timeoutMs, signal }) {
      const { pathname, search } = new URL(url)
      const pause = async (ms: number): Promise<void> => {
        if (ms <= 0) return
        try {
          await clock.sleep(ms, signal)
        } catch (error) {
          throw new TransportFailure('aborted', true, 'the request was aborted', error)
        }
      }
      await pause(roundTripMs / 2)
      const handled = handle({ method, url: pathname + search, headers, body })
      const late = handled.delayMs + roundTripMs > timeoutMs
      await pause(late ? timeoutMs - roundTripMs / 2 : handled.delayMs + roundTripMs / 2)
      if (late) throw new TransportFailure('timeout', true, `no answer within ${timeoutMs} ms`)
      if (handled.connection !== 'ok') {
        throw new TransportFailure('reset', true, 'the connection was reset')
      }
      return handled.response
    },
    close: () => Promise.resolve(),
  }
}
