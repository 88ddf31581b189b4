/** A transport for tests: every request is remembered and answered by a function. */
import {
  type HttpRequest,
  type HttpResponse,
  type Transport,
  TransportFailure,
} from './transport.ts'

export type ScriptedAnswer = HttpResponse | TransportFailure

export interface ScriptedTransport extends Transport {
  readonly requests: readonly HttpRequest[]
}

/** `answerTo` gets the request and how many came before it. */
export function createScriptedTransport(
  answerTo: (request: HttpRequest, before: number) => ScriptedAnswer | Promise<ScriptedAnswer>,
): ScriptedTransport {
  const requests: HttpRequest[] = []
  return {
    requests,
    async send(request) {
      requests.push(request)
      const given = await answerTo(request, requests.length - 1)
      if (given instanceof TransportFailure) throw given
      return given
    },
    close: () => Promise.resolve(),
  }
}

export function json(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return { status, headers, body: JSON.stringify(body) }
}

/** A text goes as it is, all else as JSON. */
export function answer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return typeof body === 'string' ? { status, headers, body } : json(status, body, headers)
}
