/**
 * Where the next page of a list begins, and that there is none: by its own word, or because it is short. A
 * full page that says nothing may have a next one, and what is left out would look deleted (promise 6).
 */
import { NumberText } from '../../core/change/json-value.ts'
import { isObject, textIn, unreadable } from '../http/json.ts'
import type { HttpResponse } from '../http/transport.ts'
import type { DataList } from './api.ts'
import { pages } from './limits.ts'

/** Of the second version; null behind the last page. */
export function nextCursor(response: HttpResponse, { records, more }: DataList): string | null {
  const cursor = textIn(more, 'next_cursor')
  if (cursor !== null) return cursor
  if (more['next_cursor'] === null || records.length < pages.list) return null
  throw unreadable('Pipedrive', response, 'a page with its next cursor')
}

/** Of the first version: the position after the page, as text; null behind the last page. */
export function nextStart(response: HttpResponse, { records, more }: DataList): string | null {
  const pagination = isObject(more['pagination']) ? more['pagination'] : {}
  const { more_items_in_collection: hasMore, next_start: next } = pagination
  if (hasMore === true && next instanceof NumberText) return next.text
  if (hasMore === false || (hasMore === undefined && records.length < pages.list)) return null
  throw unreadable('Pipedrive', response, 'a page with its next start')
}
