/** Several requests in one: `composite` lets later ones use what earlier ones answered, `batch` does not. */
import { refused } from './api-error.ts'
import { booleanOption, bodyObject, listOf, parserError, reply } from './call.ts'
import type { Call, Reply, SubRequest, SubResponse } from './call.ts'
import { ExactNumber, isJsonObject } from './json.ts'
import type { Json, JsonObject } from './json.ts'
import type { WireBatchResponse, WireCompositeResponse, WireSubResponse } from './wire.ts'

const mostRequests = 25
/** Of them, how many may be queries or collections. */
const mostLarge = 5

export function composite(call: Call): Reply<WireCompositeResponse> {
  const body = bodyObject(call)
  const requests = listOf(body['compositeRequest'], 'compositeRequest').map(compositePart)
  refuseTooMany(requests)
  const ids = requests.map(({ referenceId }) => referenceId)
  if (new Set(ids).size < ids.length) throw parserError('every referenceId must be another')
  const answers = new Map<string, Json>()
  const transaction = call.org.begin()
  const responses = requests.map(({ referenceId, ...request }): WireSubResponse => {
    const { status, headers, body: answer } = runReferring(call, request, answers)
    answers.set(referenceId, answer)
    return { body: answer, httpHeaders: headers, httpStatusCode: status, referenceId }
  })
  const failed = responses.some(({ httpStatusCode }) => httpStatusCode >= 300)
  if (!failed || !booleanOption(body['allOrNone'])) {
    transaction.commit()
    return reply(200, { compositeResponse: responses })
  }
  transaction.rollBack()
  return reply(200, { compositeResponse: responses.map(halted) })
}

export function batch(call: Call): Reply<WireBatchResponse> {
  const body = bodyObject(call)
  const requests = listOf(body['batchRequests'], 'batchRequests').map((part) => {
    if (!isJsonObject(part)) throw parserError('every request must be an object')
    // Here addresses begin with the version.
    return { ...subRequest(part, 'richInput'), url: `/services/data/${textOf(part, 'url')}` }
  })
  refuseTooMany(requests)
  const results = requests.map((request) => {
    const { status, body: result } = call.dispatch(request)
    return { statusCode: status, result }
  })
  const hasErrors = results.some(({ statusCode }) => statusCode >= 300)
  return reply(200, { hasErrors, results })
}

interface CompositePart extends SubRequest {
  readonly referenceId: string
}

function compositePart(part: Json): CompositePart {
  if (!isJsonObject(part)) throw parserError('every request must be an object')
  return { ...subRequest(part, 'body'), referenceId: textOf(part, 'referenceId') }
}

function subRequest(part: JsonObject, bodyName: string): SubRequest {
  const method = textOf(part, 'method').toUpperCase()
  return { method, url: textOf(part, 'url'), body: part[bodyName] ?? null }
}

function textOf(part: JsonObject, name: string): string {
  const value = part[name]
  if (typeof value !== 'string' || value === '') throw parserError(`${name} must be a text`)
  return value
}

function refuseTooMany(requests: readonly SubRequest[]): void {
  const large = requests.filter(({ url }) => /\/(query|queryAll|composite\/sobjects)\b/.test(url))
  if (requests.length <= mostRequests && large.length <= mostLarge) return
  const message = `a request has at most ${mostRequests} others in it, of which ${mostLarge} may be queries or collections`
  throw refused('LIMIT_EXCEEDED', message)
}

/** `@{ref.id}` and `@{ref[0].id}` stand for parts of earlier answers. */
function runReferring(
  call: Call,
  request: SubRequest,
  answers: ReadonlyMap<string, Json>,
): SubResponse {
  const missing: string[] = []
  const valueOf = (reference: string): string => {
    const [name = '', ...path] = reference.split(/[.[\]]+/).filter((step) => step !== '')
    let value: Json | undefined = answers.get(name)
    for (const step of path) value = stepInto(value, step)
    if (typeof value === 'string' || typeof value === 'number') return String(value)
    if (value instanceof ExactNumber) return value.text
    missing.push(reference)
    return ''
  }
  const filled: SubRequest = {
    method: request.method,
    url: fill(request.url, valueOf),
    body: fillAll(request.body, valueOf),
  }
  const [first] = missing
  if (first === undefined) return call.dispatch(filled)
  const message = `Invalid reference specified. No value for ${first} found in ${first.split(/[.[]/)[0] ?? ''}`
  return haltedResponse(message)
}

function stepInto(value: Json | undefined, step: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(step)]
  return isJsonObject(value) ? value[step] : undefined
}

function fill(text: string, valueOf: (reference: string) => string): string {
  return text.replace(/@\{([^}]+)\}/g, (_all, reference: string) => valueOf(reference))
}

function fillAll(value: Json, valueOf: (reference: string) => string): Json {
  if (typeof value === 'string') return fill(value, valueOf)
  if (Array.isArray(value)) return value.map((one: Json) => fillAll(one, valueOf))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, fillAll(one, valueOf)]),
  )
}

function haltedResponse(message: string): SubResponse {
  return { status: 400, headers: {}, body: [{ message, errorCode: 'PROCESSING_HALTED' }] }
}

function halted(response: WireSubResponse): WireSubResponse {
  if (response.httpStatusCode >= 300) return response
  const { status, headers, body } = haltedResponse(
    'The transaction was rolled back since another operation in the same transaction failed.',
  )
  return { ...response, body, httpHeaders: headers, httpStatusCode: status }
}
