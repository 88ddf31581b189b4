/**
 * Lists of records, page by page. Where an object's records stand in several lists, they follow one another,
 * and the cursor says in which of them it is.
 */
import { RequestFailure } from '../connector.ts'
import { askedAt } from '../http/asked-at.ts'
import type { Json } from '../http/json.ts'
import type { ListOptions, RecordPage, SourceObject } from '../source.ts'
import { ask, dataList, idIn, type PipedriveApi } from './api.ts'
import { pages } from './limits.ts'
import type { PipedriveObject, RecordList } from './objects.ts'
import { nextCursor, nextStart } from './paging.ts'
import { toRecord, toTheSecond } from './record.ts'
import { requiredObject } from './schema.ts'

/** A place in an object's lists: the first page of one, or what its last page said. */
interface Place {
  readonly list: RecordList
  /** As the list itself takes it; null for its first page. */
  readonly at: string | null
  /** Pages by position: the last record of the page before. */
  readonly last: string | null
}

/** What a list answered. */
interface ListPage extends RecordPage {
  readonly next: string | null
}

export async function readPage(
  api: PipedriveApi,
  schema: SourceObject,
  options: ListOptions,
): Promise<RecordPage> {
  const object = requiredObject(schema.name)
  const place = placeOf(object, options.after)
  const page = await listPage(api, object, schema, place, options)
  const following = object.lists[object.lists.indexOf(place.list) + 1]
  return { ...page, next: page.next ?? (following === undefined ? null : `${following.name}::`) }
}

/** Throws `invalid` for a text that is no cursor of the object's. */
function placeOf({ name, lists }: PipedriveObject, after: string | null): Place {
  const [first] = lists
  if (after === null) return { list: first, at: null, last: null }
  const [listName = '', last = '', ...rest] = after.split(':')
  const list = lists.find((one) => one.name === listName)
  if (list === undefined) {
    const message = `${JSON.stringify(after)} is no place in the lists of ${name}`
    throw new RequestFailure({ kind: 'invalid', reason: 'CURSOR', message })
  }
  return { list, at: rest.join(':') || null, last: last === '' ? null : last }
}

function listPage(
  api: PipedriveApi,
  object: PipedriveObject,
  schema: SourceObject,
  place: Place,
  { since, signal }: ListOptions,
): Promise<ListPage> {
  const { list } = place
  return ask(api, {
    path: `${list.path}?${queryOf(object, schema, place, since).toString()}`,
    endpoint: `GET ${list.path}`,
    scopes: object.scopes,
    cost: list.cost,
    signal,
    parse: (answer) => {
      const found = dataList(answer)
      const next =
        list.pages === 'whole'
          ? null
          : list.pages === 'cursor'
            ? nextCursor(answer, found, place.at)
            : nextStart(answer, found, place.at)
      const fresh = list.pages === 'start' ? unseen(found.records, place.last) : found.records
      return {
        records: fresh.map((record) => toRecord(object, schema, record, answer)),
        next: next === null ? null : cursorOf(place, found.records, next),
        askedAt: askedAt(answer),
      }
    },
  })
}

function queryOf(
  object: PipedriveObject,
  schema: SourceObject,
  { list, at }: Place,
  since: string | null,
): URLSearchParams {
  const query = new URLSearchParams()
  if (list.pages === 'whole') return query
  query.set('limit', String(pages.list))
  const include = asked(object, schema)
  if (include !== '') query.set('include_fields', include)
  if (list.sort !== undefined) query.set('sort', list.sort)
  if (list.pages === 'cursor')
    query.set('sort_by', since === null || !list.since ? 'id' : 'update_time')
  if (since !== null && list.since) {
    query.set('updated_since', wholeSeconds(since))
    for (const [name, value] of Object.entries(object.withDeleted)) query.set(name, value)
  }
  if (at !== null) query.set(list.pages === 'cursor' ? 'cursor' : 'start', at)
  return query
}

/** Fields that answers show only where they are asked for; a request costs the same with them. */
export function asked({ builtIn }: PipedriveObject, { fields }: SourceObject): string {
  return fields
    .map(({ name }) => name)
    .filter((name) => name in builtIn.onRequest)
    .join(',')
}

/** `2026-03-10T12:00:00Z`: a fraction of a second is refused. */
function wholeSeconds(instant: string): string {
  return toTheSecond(instant).replace('.000000', '')
}

/**
 * Records of a list by position that pages have in common: what is deleted between two requests moves the
 * rest forward, so that without some overlap as many would be passed over.
 */
const overlap = 50

/** The list's name, the last record seen where the list goes by position, and the list's own word. */
function cursorOf({ list, at }: Place, records: readonly Json[], next: string): string {
  if (list.pages === 'cursor') return `${list.name}::${next}`
  const [last] = records.slice(-1).map((record) => idIn(record))
  const start = Math.max(Number(at ?? 0) + 1, Number(next) - overlap)
  return `${list.name}:${last ?? ''}:${start}`
}

/** What follows the last record of the page before, or all where that is not in the page any more. */
function unseen(records: readonly Json[], last: string | null): readonly Json[] {
  const place = last === null ? -1 : records.findIndex((record) => idIn(record) === last)
  return records.slice(place + 1)
}
