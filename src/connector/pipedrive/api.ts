/** What every file of this connector works with: the client, its budgets, and how requests are made. */
import { NumberText, parseJsonLosslessly } from '../../core/change/json-value.ts'
import { RequestFailure } from '../connector.ts'
import type { Budget } from '../http/budget.ts'
import type { Answer, ApiClient, ApiRequest } from '../http/client.ts'
import type { DailyShare } from '../http/daily-share.ts'
import { isObject, type Json, unreadable } from '../http/json.ts'
import type { HttpResponse } from '../http/transport.ts'
import { scopeMissing, unexplained } from './errors.ts'

export interface PipedriveApi {
  readonly client: ApiClient
  readonly burst: Budget
  readonly daily: DailyShare
}

interface Request<T> {
  /** Path and query. */
  readonly path: string
  /** What statistics call it: `GET /api/v2/deals/{id}`. */
  readonly endpoint: string
  /** Any of these lets an app do it; none for what every app may. */
  readonly scopes: readonly string[]
  readonly accepts?: readonly number[]
  readonly signal?: AbortSignal | undefined
  parse(answer: Answer): T
}

export interface ReadRequest<T> extends Request<T> {
  /** Daily tokens that count against our part of the day; 0 for metadata, which that does not stop. */
  readonly cost: number
}

export interface WriteRequest<T> extends Request<T> {
  readonly method: 'POST' | 'DELETE'
  readonly body?: unknown
}

export function ask<T>(api: PipedriveApi, request: ReadRequest<T>): Promise<T> {
  const { cost, ...rest } = request
  const beforeSend = (): void => {
    if (cost > 0) api.daily.require(cost)
  }
  return sent(api, { ...rest, method: 'GET', effect: 'read', beforeSend })
}

/** Not of records: those are read alone. Sent once, whatever becomes of it. */
export function tell<T>(api: PipedriveApi, request: WriteRequest<T>): Promise<T> {
  return sent(api, { ...request, effect: 'write' })
}

async function sent<T>(
  api: PipedriveApi,
  { scopes, ...request }: Omit<ApiRequest<T>, 'budgets' | 'corrected'> & Pick<Request<T>, 'scopes'>,
): Promise<T> {
  try {
    return await api.client.call({ ...request, budgets: [api.burst], corrected: api.burst })
  } catch (error) {
    throw error instanceof RequestFailure ? explained(error, scopes) : error
  }
}

/** Says what the answer itself left open. */
function explained(failure: RequestFailure, scopes: readonly string[]): RequestFailure {
  const { status, correlationId, cause } = failure
  const of = { status, correlationId, cause }
  if (failure.reason === scopeMissing && scopes.length > 0) {
    const message = `${failure.message}. The app needs the scope ${scopes.join(' or ')}`
    return new RequestFailure({ ...of, kind: 'auth', reason: scopeMissing, message })
  }
  if (failure.kind === 'throttled' && failure.reason === unexplained) {
    // Refused each time it was repeated, with requests left in the window: it can only be the day.
    const message = `${failure.message}. The company's daily tokens seem to be used up`
    return new RequestFailure({ ...of, kind: 'exhausted', reason: 'DAILY', message })
  }
  return failure
}

/** A 2xx without a JSON object says nothing of what there is. */
export function bodyOf(response: HttpResponse): Json {
  const body = parseJsonLosslessly(response.body)
  if (isObject(body)) return body
  throw unreadable('Pipedrive', response, 'a JSON object')
}

export function dataObject(response: HttpResponse): Json {
  const { data } = bodyOf(response)
  if (isObject(data)) return data
  throw unreadable('Pipedrive', response, 'an answer with one record')
}

export interface DataList {
  readonly records: readonly Json[]
  /** `additional_data`; empty where there is none. */
  readonly more: Json
}

export function dataList(response: HttpResponse): DataList {
  const { data: told, additional_data: more } = bodyOf(response)
  const data = told === null && saysLastPage(more) ? [] : told
  // What is no record must not be passed over: it might be one (promise 2).
  if (Array.isArray(data) && data.every(isObject))
    return { records: data, more: isObject(more) ? more : {} }
  throw unreadable('Pipedrive', response, 'a list of records')
}

/** The first version writes an empty page as null, and says that nothing follows; null alone says nothing. */
function saysLastPage(more: unknown): boolean {
  const pagination = isObject(more) ? more['pagination'] : null
  return isObject(pagination) && pagination['more_items_in_collection'] === false
}

/** Ids are numbers, and texts of leads. */
export function idIn(record: Json, name = 'id'): string | null {
  const id = record[name]
  if (id instanceof NumberText) return id.text
  return typeof id === 'string' && id !== '' ? id : null
}
