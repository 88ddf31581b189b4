/** The official client as a program uses it, and what it makes of an answer. */
import { Client } from '@hubspot/api-client'

export interface Caller {
  readonly client: Client
  /** For what the client has no method of its own: its plain requests, which never throw for a status. */
  request(method: string, path: string, body?: unknown): Promise<Response>
  /** The same with a body as a form. */
  post(path: string, form: Readonly<Record<string, string>>): Promise<Response>
}

/** A call of the client: with its information on HTTP where it has a method, or a plain response. */
export type Call = (caller: Caller) => Promise<unknown>

/** `query` is added to every request. */
export function callerOf(basePath: string, accessToken: string, query = ''): Caller {
  const client = new Client({
    accessToken,
    basePath,
    numberOfApiCallRetries: 0,
    ...(query === '' ? {} : { middleware: [{ pre: padded(query), post: (context) => context }] }),
  })
  const at = (path: string): string => (query === '' ? path : `${path}?pad=${query}`)
  return {
    client,
    request: (method, path, body) => client.apiRequest({ method, path: at(path), body }),
    post: (path, form) =>
      client.apiRequest({
        method: 'POST',
        path: at(path),
        body: new URLSearchParams(form).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        defaultJson: false,
      }),
  }
}

function padded(query: string) {
  return (context: unknown): unknown => {
    const isRequest = typeof context === 'object' && context !== null && 'setQueryParam' in context
    if (!isRequest || typeof context.setQueryParam !== 'function') throw new Error('no request')
    context.setQueryParam('pad', query)
    return context
  }
}

export interface Outcome {
  /** What the client made of the answer: a value, an `ApiException`, or the plain response. */
  readonly surface: 'value' | 'exception' | 'response'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** As the client reads it: an object, or the text of what isn't JSON. */
  readonly body: unknown
}

export async function outcomeOf(called: Promise<unknown>): Promise<Outcome> {
  try {
    const result = await called
    return result instanceof Response ? await plainOutcome(result) : returned(result)
  } catch (error) {
    return exceptional(error)
  }
}

async function plainOutcome(response: Response): Promise<Outcome> {
  const text = await response.text()
  const isJson = (response.headers.get('content-type') ?? '').startsWith('application/json')
  return {
    surface: 'response',
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: isJson ? JSON.parse(text) : text || undefined,
  }
}

interface HttpInfo {
  readonly httpStatusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly data?: unknown
}

function returned(result: unknown): Outcome {
  const { httpStatusCode, headers, data } = result as HttpInfo
  return { surface: 'value', status: httpStatusCode, headers, body: data }
}

/** Anything but the client's own exception is a fault of the test, or of the client. */
function exceptional(error: unknown): Outcome {
  const isApiException = error instanceof Error && error.constructor.name === 'ApiException'
  if (!isApiException || !error.message.startsWith('HTTP-Code: ')) throw error
  const { code, headers, body } = error as Error & {
    code: number
    headers: Record<string, string>
    body: unknown
  }
  return { surface: 'exception', status: code, headers, body }
}
