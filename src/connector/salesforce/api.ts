/** What every file of this connector works with: the client, metadata, and how requests are made. */
import type { RequestFailure } from '../connector.ts'
import type { ApiClient, Content, Effect } from '../http/client.ts'
import type { DailyShare } from '../http/daily-share.ts'
import { isObject, type Json, parseJson, unreadable as unreadableBody } from '../http/json.ts'
import type { HttpRequest, HttpResponse } from '../http/transport.ts'
import type { ParentTurns } from './parent-turns.ts'
import type { SObject } from './sobject.ts'

export interface SalesforceApi {
  readonly client: ApiClient
  /** Path of the API's version: `/services/data/v67.0`. */
  readonly base: string
  readonly daily: DailyShare
  readonly turns: ParentTurns
  /** An object's metadata, asked for once. Throws `invalid` for an object that does not exist. */
  sobject(name: string): Promise<SObject>
}

export interface DataRequest<T> {
  readonly method: HttpRequest['method']
  /** Below the API's version. */
  readonly path: string
  /** What statistics call it: `PATCH /composite/sobjects/{object}/{field}`. */
  readonly endpoint: string
  readonly body?: unknown
  readonly content?: Content
  readonly effect: Effect
  readonly signal?: AbortSignal | undefined
  readonly beforeSend?: (() => void) | undefined
  parse(response: HttpResponse): T
}

/** A request for metadata, which the day's count does not stop. */
export function ask<T>(api: SalesforceApi, request: DataRequest<T>): Promise<T> {
  return api.client.call({ ...request, path: api.base + request.path, budgets: [] })
}

/** A request that reads or writes records, while our part of the day's requests lasts. */
export function askForRecords<T>(api: SalesforceApi, request: DataRequest<T>): Promise<T> {
  const beforeSend = (): void => {
    api.daily.require()
    request.beforeSend?.()
  }
  return ask(api, { ...request, beforeSend })
}

/** A 2xx without a JSON object says nothing of what was done. */
export function jsonObject(response: HttpResponse, parse = parseJson): Json {
  const body = parse(response.body)
  if (isObject(body)) return body
  throw unreadable(response, 'a JSON object')
}

export function jsonList(response: HttpResponse, parse = parseJson): readonly unknown[] {
  const body = parse(response.body)
  if (Array.isArray(body)) return body
  throw unreadable(response, 'a JSON list')
}

export function unreadable(response: HttpResponse, wanted: string): RequestFailure {
  return unreadableBody('Salesforce', response, wanted)
}
