/** Requests inside another, of which later ones may use what earlier ones answered. */
import { parserError } from '../request/call.ts'
import type { Call, SubRequest, SubResponse } from '../request/call.ts'
import { ExactNumber, isJsonObject } from '../wire/json.ts'
import type { Json, JsonObject } from '../wire/json.ts'
import type { WireSubResponse } from '../wire/wire.ts'

export interface NamedRequest extends SubRequest {
  readonly referenceId: string
}

export function namedRequests(list: readonly Json[]): readonly NamedRequest[] {
  const requests = list.map(namedRequest)
  const ids = requests.map(({ referenceId }) => referenceId)
  if (new Set(ids).size < ids.length) throw parserError('every referenceId must be another')
  return requests
}

/** One after the other; with `allOrNone` nothing of them stays where one failed. */
export function runNamed(
  call: Call,
  requests: readonly NamedRequest[],
  allOrNone: boolean,
): { readonly responses: readonly WireSubResponse[]; readonly failed: boolean } {
  const answers = new Map<string, Json>()
  const transaction = call.org.begin()
  const responses = requests.map(({ referenceId, ...request }): WireSubResponse => {
    const { status, headers, body: answer } = runReferring(call, request, answers)
    answers.set(referenceId, answer)
    return { body: answer, httpHeaders: headers, httpStatusCode: status, referenceId }
  })
  const failed = responses.some(({ httpStatusCode }) => httpStatusCode >= 300)
  if (!failed || !allOrNone) {
    transaction.commit()
    return { responses, failed }
  }
  transaction.rollBack()
  return { responses: responses.map(halted), failed }
}

function namedRequest(part: Json): NamedRequest {
  if (!isJsonObject(part)) throw parserError('every request must be an object')
  return { ...subRequest(part, 'body'), referenceId: textOf(part, 'referenceId') }
}

export function subRequest(part: JsonObject, bodyName: string): SubRequest {
  const method = textOf(part, 'method').toUpperCase()
  return { method, url: textOf(part, 'url'), body: part[bodyName] ?? null }
}

export function textOf(part: JsonObject, name: string): string {
  const value = part[name]
  if (typeof value !== 'string' || value === '') throw parserError(`${name} must be a text`)
  return value
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
