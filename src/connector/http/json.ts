/** Readers of bodies whose shape nobody vouches for. */
import { notTheApi, RequestFailure } from '../connector.ts'
import { isNotTheApi } from './not-the-api.ts'
import type { HttpResponse } from './transport.ts'

export type Json = Readonly<Record<string, unknown>>

/** Undefined for a text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Null where there is no text, or an empty one. */
export function textIn(body: Json, name: string): string | null {
  const value = body[name]
  return typeof value === 'string' && value !== '' ? value : null
}

export function listIn(body: Json, name: string): readonly unknown[] {
  const value = body[name]
  return Array.isArray(value) ? value : []
}

export function objectsIn(body: Json, name: string): readonly Json[] {
  return listIn(body, name).filter(isObject)
}

/** What a 2xx means whose body is not what was `wanted`: nobody knows what was done. */
export function unreadable(
  vendor: string,
  { status, body }: Pick<HttpResponse, 'status' | 'body'>,
  wanted: string,
  correlationId: string | null = null,
): RequestFailure {
  const what = body.trim() === '' ? 'an empty body' : `a body that is not ${wanted}`
  const message = `${vendor} answered ${status} with ${what}`
  return new RequestFailure({
    kind: 'unknown',
    status,
    reason: isNotTheApi({ status, body }) ? notTheApi : 'unreadable',
    message,
    correlationId,
  })
}

/** For people: what a body is that says nothing in JSON. */
export function withoutJson(text: string): string {
  if (text.trim() === '') return 'an empty body'
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1]?.trim()
  if (title) return `a page titled “${title}”`
  return /^\s*</.test(text) ? 'a page instead of JSON' : 'a body that is not an error in JSON'
}
