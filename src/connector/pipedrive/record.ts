/** Records as lists and single reads show them, in either version. */
import { instantInUtc } from '../../core/change/instant.ts'
import { isObject, type Json, textIn, unreadable } from '../http/json.ts'
import type { HttpResponse } from '../http/transport.ts'
import type { ReadRecord, SourceObject } from '../source.ts'
import { idIn } from './api.ts'
import { type Entry, gathered, isCustomKey } from './gathered-fields.ts'
import type { PipedriveObject } from './objects.ts'
import { valuesOf } from './values.ts'

export function toRecord(
  object: PipedriveObject,
  schema: SourceObject,
  record: Json,
  response: HttpResponse,
): ReadRecord {
  const key = idIn(record)
  if (key === null) throw unreadable('Pipedrive', response, 'of records with ids')
  const entries = entriesOf(object, schema, record)
  return {
    key,
    fields: valuesOf(schema, [...entries, ...unset(object, schema, entries)]),
    updatedAt: updatedAt(record),
    isDeleted: isDeleted(object, record),
  }
}

/** Custom fields that are empty: the first version's answers leave them out, and have all others. */
function unset(
  { fields }: PipedriveObject,
  schema: SourceObject,
  entries: readonly Entry[],
): readonly Entry[] {
  if (fields?.version !== 1) return []
  const told = new Set(entries.map(([name]) => name))
  return schema.fields.flatMap(({ name }) =>
    isCustomKey(name) && !told.has(name) ? [[name, null] as const] : [],
  )
}

/** The keys of a record with their values, without what is no field; custom fields in the second version's form. */
export function entriesOf(
  { builtIn, fields }: PipedriveObject,
  schema: SourceObject,
  record: Json,
): readonly Entry[] {
  const all = fields?.version === 1 ? gathered(schema, record) : Object.entries(record)
  const custom = record[customFields]
  const own = all.filter(([name]) => {
    return name !== 'id' && name !== customFields && !builtIn.leftOut.includes(name)
  })
  return isObject(custom) ? own.concat(Object.entries(custom)) : own
}

/** Where the second version's records have them. */
const customFields = 'custom_fields'

export function isDeleted({ deleted }: PipedriveObject, record: Json): boolean {
  return record[deleted.field] === deleted.is
}

/**
 * Rows from before Pipedrive kept the time of change have none; they have not changed since they were made,
 * as a change gives them one.
 */
export function updatedAt(record: Json): string | null {
  return changedAt(record) ?? secondIn(record, 'add_time') ?? secondIn(record, 'created')
}

/** The record's own time of change; null where it has none. */
export function changedAt(record: Json): string | null {
  return secondIn(record, 'update_time') ?? secondIn(record, 'modified')
}

/** To the second, as everything is but leads. */
function secondIn(record: Json, name: string): string | null {
  const instant = instantInUtc(textIn(record, name) ?? '')
  return instant === null ? null : toTheSecond(instant)
}

export function toTheSecond(instant: string): string {
  return `${instant.slice(0, 19)}.000000Z`
}
