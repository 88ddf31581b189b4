/** What a handler is given, and what it gives back. */
import type { ApiLimits } from './api-limits.ts'
import { noSuchObject, notFound, refused, unsupportedMediaType } from '../wire/api-error.ts'
import { normalId } from '../store/ids.ts'
import { isJsonObject, parseExactJson } from '../wire/json.ts'
import type { Json, JsonObject } from '../wire/json.ts'
import type { IngestJob } from '../store/ingest-job.ts'
import type { ObjectType } from '../store/object-type.ts'
import type { Org } from '../store/org.ts'
import type { Permissions } from '../store/permissions.ts'
import type { Cursors } from './cursors.ts'
import type { Sabotage } from '../store/sabotage.ts'
import type { WriteOrigin } from '../store/write-log.ts'

/** A request inside another. */
export interface SubRequest {
  readonly method: string
  readonly url: string
  readonly body: Json
}

export interface SubResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Json
}

/** Works off Bulk jobs, after the requests that ask for it are answered. */
export interface Runner {
  /** Takes over a job that was just closed. */
  start(job: IngestJob, now: number): void
  abort(job: IngestJob, now: number): void
}

export interface Call {
  readonly org: Org
  readonly now: number
  readonly origin: WriteOrigin
  readonly permissions: Permissions
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  /** Scheme and host, as the caller addressed us. */
  readonly base: string
  readonly sabotage: Sabotage | null
  readonly random: () => number
  readonly limits: ApiLimits
  readonly cursors: Cursors
  readonly runner: Runner
  /** Answers another request in the same session; it does not count. */
  readonly dispatch: (request: SubRequest) => SubResponse
}

export interface Reply<Body> {
  readonly status: number
  /** Null for an answer without a body. */
  readonly body: Body | null
  /** A body that is CSV instead. */
  readonly csv?: string
  /** Beside those of every answer; lower-case names. */
  readonly headers?: Readonly<Record<string, string>>
}

export function reply<Body>(status: number, body: Body): Reply<Body> {
  return { status, body }
}

export const noContent: Reply<never> = { status: 204, body: null }

export function csvReply(csv: string): Reply<never> {
  return { status: 200, body: null, csv }
}

export function param(call: Call, name: string): string {
  return call.params[name] ?? ''
}

/** `/services/data/v67.0`, as the caller asked for it. */
export function versionPath(call: Call): string {
  return `/services/data/${param(call, 'version')}`
}

/** The object named in the path; what the user may not read is not there. */
export function typeParam(call: Call): ObjectType {
  const type = call.org.findType(param(call, 'type'))
  if (type === null || !call.permissions.may(type, 'read')) throw notFound()
  return type
}

/** The object named in a body. */
export function typeNamed(call: Call, name: string): ObjectType {
  const type = call.org.findType(name)
  if (type === null || !call.permissions.may(type, 'read')) throw noSuchObject(name)
  return type
}

/** The id in the path, of this object. */
export function idParam(call: Call, type: ObjectType): string {
  const given = param(call, 'id')
  const id = normalId(given)
  if (id === null) throw refused('MALFORMED_ID', `malformed id ${given}`, ['Id'], 400)
  if (call.org.typeOfId(id) !== type) throw notFound()
  return id
}

export function bodyObject(call: Call): JsonObject {
  const type = call.headers['content-type'] ?? 'application/json'
  if (!/^application\/json\s*(;|$)/i.test(type)) throw unsupportedMediaType(type)
  const value = bodyJson(call)
  if (!isJsonObject(value)) throw parserError('the body must be an object')
  return value
}

function bodyJson(call: Call): Json {
  if (call.body === null || call.body.trim() === '') {
    throw parserError('the request has no body')
  }
  try {
    return parseExactJson(call.body)
  } catch (error) {
    throw parserError(error instanceof Error ? error.message : 'not JSON')
  }
}

export function parserError(message: string) {
  return refused('JSON_PARSER_ERROR', message)
}

export function booleanOption(value: Json | undefined): boolean {
  return value === true || value === 'true'
}

export function listOf(value: Json | undefined, name: string): readonly Json[] {
  if (!Array.isArray(value)) throw parserError(`${name} must be a list`)
  return value
}

/** A member of an object, whatever the case of its name. */
export function memberOf(object: JsonObject, name: string): Json | undefined {
  if (object[name] !== undefined) return object[name]
  const found = Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase())
  return found === undefined ? undefined : object[found]
}

/** The `attributes.type` of a record in a body. */
export function attributeType(record: JsonObject): string | null {
  const attributes = record['attributes']
  if (!isJsonObject(attributes)) return null
  const type = attributes['type']
  return typeof type === 'string' ? type : null
}
