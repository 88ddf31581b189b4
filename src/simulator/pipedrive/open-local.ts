/** A local Pipedrive under a clock that only the test moves, and a caller that speaks JSON. */
import { type Json, type JsonObject, isJsonObject } from '../json.ts'
import { createPipedrive, localToken } from './pipedrive.ts'
import { noLimits } from './request/rate-limits.ts'
import type { PipedriveOptions, PipedriveSimulator } from './simulator.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Empty where there is no JSON object. */
  readonly body: JsonObject
  /** `data`, where it is an object. */
  readonly data: JsonObject
  /** `data`, where it is a list. */
  readonly items: readonly JsonObject[]
  /** Of a list of the second version. */
  readonly next: string | null
}

export interface OpenLocal {
  readonly pipedrive: PipedriveSimulator
  /** `call('POST /api/v2/persons', { name: 'Ann' })` */
  call(methodAndUrl: string, body?: Json, headers?: Readonly<Record<string, string>>): Answer
  /** Creates a record by the API and returns its id. */
  create(path: string, body: JsonObject): number
  advance(ms: number): void
  now(): number
}

export const startOfTest = Date.parse('2026-03-10T12:00:00.000Z')

export function openLocal(options: PipedriveOptions = {}): OpenLocal {
  const pipedrive = createPipedrive({ limits: noLimits, now: () => startOfTest, ...options })
  const call: OpenLocal['call'] = (methodAndUrl, body, headers = { 'x-api-token': localToken }) => {
    const space = methodAndUrl.indexOf(' ')
    const { response } = pipedrive.handle({
      method: methodAndUrl.slice(0, space),
      url: methodAndUrl.slice(space + 1),
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    })
    return answerOf(response.status, response.headers, response.body)
  }
  return {
    pipedrive,
    call,
    create: (path, body) => {
      const { status, data } = call(`POST ${path}`, body)
      if (status >= 300) throw new Error(`POST ${path}: ${status}`)
      return Number(data['id'])
    },
    advance: (ms) => pipedrive.advance(ms),
    now: () => pipedrive.time(),
  }
}

function answerOf(status: number, headers: Readonly<Record<string, string>>, text: string): Answer {
  const isJson = headers['content-type']?.startsWith('application/json') === true
  const parsed: Json = isJson && text !== '' ? JSON.parse(text) : {}
  const body = isJsonObject(parsed) ? parsed : {}
  const { data } = body
  const additional = body['additional_data']
  const next = isJsonObject(additional) ? additional['next_cursor'] : null
  return {
    status,
    headers,
    body,
    data: isJsonObject(data) ? data : {},
    items: Array.isArray(data) ? data.filter((item: Json) => isJsonObject(item)) : [],
    next: typeof next === 'string' ? next : null,
  }
}
