/** A local Salesforce under a clock that only the test moves, and a caller that speaks JSON. */
import { noLimits } from './request/api-limits.ts'
import {
  ExactNumber,
  type Json,
  type JsonObject,
  isJsonObject,
  parseExactJson,
} from './wire/json.ts'
import { createSalesforce, localSession } from './salesforce.ts'
import type { SalesforceOptions, SalesforceSimulator } from './simulator.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Null where there is no body. */
  readonly body: Json
}

export interface TextAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

type Headers = Readonly<Record<string, string>>

export interface OpenLocal {
  readonly salesforce: SalesforceSimulator
  /** Sends a text, as `call` sends JSON. */
  send(methodAndUrl: string, text: string | null, headers?: Headers): TextAnswer
  /** `call('GET /sobjects')`: paths that don't begin with `/services` or `/id` are the API's newest version. */
  call(methodAndUrl: string, body?: Json, headers?: Headers): Answer
  /** A form to the token endpoint, or to another of OAuth's. */
  form(path: string, values: Readonly<Record<string, string>>, host?: string): Answer
  /** Creates a record and returns its id. */
  create(object: string, values: JsonObject): string
  /** These fields of one record. */
  read(object: string, id: string, ...names: string[]): JsonObject
  /** The records that a query answers, all pages together. */
  query(soql: string): readonly JsonObject[]
  advance(ms: number): void
  now(): number
}

export const startOfTest = Date.parse('2026-03-10T12:00:00.000Z')
const version = '/services/data/v67.0'

export function openLocal(options: SalesforceOptions = {}): OpenLocal {
  let now = startOfTest
  const salesforce = createSalesforce({ limits: noLimits, now: () => now, ...options })
  const send: OpenLocal['send'] = (methodAndUrl, body, headers = {}) => {
    const [method = '', url = ''] = methodAndUrl.split(/ (.*)/s)
    const { response } = salesforce.handle({
      method,
      url: /^\/(services|id)(\/|$)/.test(url) ? url : `${version}${url}`,
      headers: { authorization: `Bearer ${localSession}`, host: 'org.test', ...headers },
      body,
    })
    return { status: response.status, headers: response.headers, text: response.body }
  }
  const call: OpenLocal['call'] = (methodAndUrl, body, headers) => {
    const sent = body === undefined ? null : JSON.stringify(body)
    const { text, ...answer } = send(methodAndUrl, sent, headers)
    return { ...answer, body: text === '' ? null : parseExactJson(text) }
  }
  const form: OpenLocal['form'] = (path, values, host = 'org.test') => {
    const { response } = salesforce.handle({
      method: 'POST',
      url: `/services/oauth2/${path}`,
      headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(values).toString(),
    })
    const { status, headers, body: text } = response
    return { status, headers, body: text === '' ? null : parseExactJson(text) }
  }
  return {
    salesforce,
    send,
    call,
    form,
    create: (object, values) =>
      textOf(objectOf(call(`POST /sobjects/${object}`, values).body)['id']),
    read: (object, id, ...names) => {
      const { attributes: _attributes, ...values } = objectOf(
        call(`GET /sobjects/${object}/${id}?fields=${names.join(',')}`).body,
      )
      return values
    },
    query: (soql) => {
      const { body } = call(`GET /query?q=${encodeURIComponent(soql)}`)
      return objectsIn(objectOf(body)['records'])
    },
    advance: (ms) => {
      now += ms
    },
    now: () => now,
  }
}

/** An object of an answer; fails where there is something else. */
export function objectOf(value: Json | undefined): JsonObject {
  if (isJsonObject(value)) return value
  throw new Error(`no object: ${JSON.stringify(value)}`)
}

export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  if (!Array.isArray(value)) throw new Error(`no list: ${JSON.stringify(value)}`)
  return value.map(objectOf)
}

export function textOf(value: Json | undefined): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  if (value instanceof ExactNumber) return value.text
  throw new Error(`neither text nor number: ${JSON.stringify(value)}`)
}
