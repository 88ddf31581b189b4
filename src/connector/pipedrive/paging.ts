/**
 * Where the next page of a list begins, and that there is none: by its own word, or because it is short. A
 * full page that says nothing may have a next one, and what is left out would look deleted (promise 6).
 */
import { NumberText } from '../../core/change/json-value.ts'
import type { RequestFailure } from '../connector.ts'
import { isObject, textIn, unreadable } from '../http/json.ts'
import type { HttpResponse } from '../http/transport.ts'
import type { DataList } from './api.ts'
import { pages } from './limits.ts'

/** Of the second version; `at` is where the page began. Null behind the last page. */
export function nextCursor(
  response: HttpResponse,
  { records, more }: DataList,
  at: string | null,
): string | null {
  const cursor = textIn(more, 'next_cursor')
  if (cursor === at && cursor !== null) throw leadingNowhere(response)
  if (cursor !== null) return cursor
  if (more['next_cursor'] === null || records.length < pages.list) return null
  throw unreadable('Pipedrive', response, 'a page with its next cursor')
}

/** Of the first version: the position after the page, as text; `at` is that of the page. Null behind the last page. */
export function nextStart(
  response: HttpResponse,
  { records, more }: DataList,
  at: string | null,
): string | null {
  const pagination = isObject(more['pagination']) ? more['pagination'] : {}
  const { more_items_in_collection: hasMore, next_start: next } = pagination
  if (hasMore === true && next instanceof NumberText) {
    if (records.length === 0 || Number(next.text) <= Number(at ?? 0)) throw leadingNowhere(response)
    return next.text
  }
  if (hasMore === false || (hasMore === undefined && records.length < pages.list)) return null
  throw unreadable('Pipedrive', response, 'a page with its next start')
}

/** Whoever followed it would ask for the same page until the day's tokens are used up. */
function leadingNowhere(response: HttpResponse): RequestFailure {
  return unreadable('Pipedrive', response, 'a page that leads to another one')
}
