/** In which order lists come, and which part of it is the next page. */
import { badRequest } from '../wire/api-error.ts'
import { limitParam } from '../request/call.ts'
import { type Cursor, readCursor, writeCursor } from '../wire/cursor.ts'
import { compareIds } from '../store/id-order.ts'
import type { RecordTable, StoredRecord } from '../store/records.ts'
import { secondOf } from '../wire/times.ts'
import { number, text } from '../store/values.ts'

type SortValue = string | number | null

export interface Page {
  readonly records: readonly StoredRecord[]
  readonly next: string | null
}

/** The page that the query asks for, of the records that fit. */
export function pageOf(
  table: RecordTable,
  query: URLSearchParams,
  sorts: readonly string[],
  fits: (record: StoredRecord) => boolean,
): Page {
  const limit = limitParam(query)
  const given = query.get('cursor')
  const cursor = given === null || given === '' ? null : readCursor(given)
  const sort = cursor?.sort ?? query.get('sort_by') ?? 'id'
  if (!sorts.includes(sort)) throw badRequest(`sort_by must be one of ${sorts.join(', ')}`)
  const descending = cursor?.descending ?? isDescending(query)
  const inOrder = ordered(table, sort, descending, cursor)
  const found =
    inOrder === null
      ? sorted([...table.all()].filter(fits), sort, descending, cursor)
      : firstFew(inOrder, fits, limit + 1)
  const records = found.slice(0, limit)
  const last = records.at(-1)
  const isLast = found.length <= limit || last === undefined
  const next = isLast
    ? null
    : writeCursor({ sort, descending, value: sortValue(last, sort), id: last.id })
  return { records, next }
}

/** The records after the cursor, where the table keeps them in this order; null elsewhere. */
function ordered(
  table: RecordTable,
  sort: string,
  descending: boolean,
  cursor: Cursor | null,
): Iterable<StoredRecord> | null {
  if (sort === 'id' && !descending) return table.all(cursor?.id ?? null)
  if (sort !== 'update_time') return null
  const at = typeof cursor?.value === 'number' ? cursor.value : null
  return table.byTime(descending, cursor === null ? null : { id: cursor.id, at })
}

function isDescending(query: URLSearchParams): boolean {
  const direction = query.get('sort_direction') ?? 'asc'
  if (direction !== 'asc' && direction !== 'desc') {
    throw badRequest('sort_direction must be asc or desc')
  }
  return direction === 'desc'
}

function firstFew(
  records: Iterable<StoredRecord>,
  fits: (record: StoredRecord) => boolean,
  most: number,
): readonly StoredRecord[] {
  const found: StoredRecord[] = []
  for (const record of records) {
    if (fits(record)) found.push(record)
    if (found.length >= most) break
  }
  return found
}

function sorted(
  records: readonly StoredRecord[],
  sort: string,
  descending: boolean,
  cursor: Cursor | null,
): readonly StoredRecord[] {
  const sign = descending ? -1 : 1
  const compare = (a: [SortValue, string], b: [SortValue, string]) =>
    sign * (compareValues(a[0], b[0]) || compareIds(a[1], b[1]))
  const keyed = records.map((record): [SortValue, string, StoredRecord] => [
    sortValue(record, sort),
    record.id,
    record,
  ])
  const rest =
    cursor === null
      ? keyed
      : keyed.filter(([value, id]) => compare([value, id], [cursor.value, cursor.id]) > 0)
  return rest.toSorted((a, b) => compare([a[0], a[1]], [b[0], b[1]])).map(([, , record]) => record)
}

/** What is empty comes first. */
function compareValues(a: SortValue, b: SortValue): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  return a < b ? -1 : 1
}

/** Times are no finer than they are shown. */
function sortValue({ addedAt, updatedAt, values }: StoredRecord, sort: string): SortValue {
  switch (sort) {
    case 'id':
      return null
    case 'add_time':
      return secondOf(addedAt)
    case 'update_time':
      return updatedAt === null ? null : secondOf(updatedAt)
    default:
      return text(values, sort) ?? number(values, sort)
  }
}
