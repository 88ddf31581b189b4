/** Spares a search the walk over all records where every group asks for ids or unique values. */
import { textField, textsField } from '../wire/json.ts'
import type { JsonObject } from '../../json.ts'
import type { ObjectType } from '../store/object-types.ts'
import type { Portal } from '../store/portal.ts'
import type { RecordTable, StoredRecord } from '../store/records.ts'

/** A superset of the matches, as the index sees the records at `now`. */
export function* searchCandidates(
  portal: Portal,
  type: ObjectType,
  groups: readonly (readonly JsonObject[])[],
  now: number,
): Generator<StoredRecord> {
  const table = portal.table(type)
  table.search.catchUp(now)
  yield* table.search.behind()
  const ids = indexedIds(table, groups)
  if (ids === null) {
    for (const record of table.all()) if (!table.search.isBehind(record.id)) yield record
    return
  }
  for (const id of ids) {
    const record = table.get(id)
    if (record !== null && !table.search.isBehind(id)) yield record
  }
}

function indexedIds(
  table: RecordTable,
  groups: readonly (readonly JsonObject[])[],
): ReadonlySet<string> | null {
  if (groups.length === 0) return null
  const ids = new Set<string>()
  for (const filters of groups) {
    const found = filters.map((filter) => idsOf(table, filter)).find((one) => one !== null)
    if (found === undefined || found === null) return null
    for (const id of found) ids.add(id)
  }
  return ids
}

function idsOf(table: RecordTable, filter: JsonObject): readonly string[] | null {
  const name = textField(filter, 'propertyName') ?? ''
  const values = exactValues(filter)
  if (values === null) return null
  if (name === 'hs_object_id') return values
  // Other unique properties compare in lower case, and their index is exact.
  if (name !== 'email' || !table.isUnique(name)) return null
  return values.flatMap((value) => table.holder(name, value.toLowerCase()) ?? [])
}

function exactValues(filter: JsonObject): readonly string[] | null {
  const operator = textField(filter, 'operator')
  if (operator === 'EQ') {
    const value = textField(filter, 'value')
    return value === null ? null : [value]
  }
  return operator === 'IN' ? textsField(filter, 'values') : null
}
