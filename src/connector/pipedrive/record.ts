/** Records as lists and single reads show them, in either version. */
import { NumberText } from '../../core/change/json-value.ts'
import type { Json } from '../http/json.ts'
import { isObject, textIn, unreadable } from '../http/json.ts'
import type { HttpResponse } from '../http/transport.ts'
import type { ReadRecord, SourceObject } from '../source.ts'
import { idIn } from './api.ts'
import type { PipedriveObject } from './objects.ts'
import { instantIn, valuesOf } from './values.ts'

/** A key of a record, and its value. */
export type Entry = readonly [string, unknown]

export function toRecord(
  object: PipedriveObject,
  schema: SourceObject,
  record: Json,
  response: HttpResponse,
): ReadRecord {
  const key = idIn(record)
  if (key === null) throw unreadable('Pipedrive', response, 'of records with ids')
  const { custom_fields: custom, ...own } = record
  const entries =
    object.fields?.version === 1
      ? gathered(schema, own)
      : [...Object.entries(own), ...(isObject(custom) ? Object.entries(custom) : [])]
  return {
    key,
    fields: valuesOf(schema, told(object, entries)),
    updatedAt: updatedAt(record),
    isDeleted: isDeleted(record),
  }
}

/** Without what is no field: the id, and what is left out on purpose. */
export function told({ builtIn }: PipedriveObject, entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(([name]) => name !== 'id' && !builtIn.leftOut.includes(name))
}

/** Deleted users are told apart from those that are only not active; a note is active or gone. */
export function isDeleted(record: Json): boolean {
  return (
    record['is_deleted'] === true || (!('is_deleted' in record) && record['active_flag'] === false)
  )
}

/**
 * To the second, as everything is but leads. Rows from before Pipedrive kept the time of change have none;
 * they have not changed since they were made, as a change gives them one.
 */
export function updatedAt(record: Json): string | null {
  for (const name of ['update_time', 'modified', 'add_time', 'created']) {
    const instant = instantIn(textIn(record, name) ?? '')
    if (instant !== null) return toTheSecond(instant)
  }
  return null
}

export function toTheSecond(instant: string): string {
  return `${instant.slice(0, 19)}.000000Z`
}

const customKey = /^([0-9a-f]{40})(?:_(.+))?$/

/**
 * The first version puts custom fields among the others and their parts under keys of their own
 * (`<key>_currency`), with options as texts. Gives them the second version's form.
 */
function gathered(schema: SourceObject, record: Json): readonly Entry[] {
  const kinds = new Map(schema.fields.map(({ name, kind }) => [name, kind]))
  const entries: Entry[] = []
  const custom = new Map<string, { main: unknown; readonly parts: Record<string, unknown> }>()
  for (const [name, value] of Object.entries(record)) {
    const [, key, part] = customKey.exec(name) ?? []
    if (key === undefined) {
      entries.push([name, value])
      continue
    }
    const field = custom.get(key) ?? { main: undefined, parts: {} }
    custom.set(key, field)
    if (part === undefined) field.main = value
    else field.parts[part] = value
  }
  for (const [key, { main, parts }] of custom) {
    const isWhole = Object.keys(parts).length === 0 || main === null || main === undefined
    const value = isWhole ? ids(main, kinds, key) : { value: main, ...parts }
    entries.push([key, value])
  }
  return entries
}

/** `"12"` of an option and `"1,2"` of several, where the metadata has options. */
function ids(value: unknown, kinds: ReadonlyMap<string, string>, key: string): unknown {
  if (typeof value !== 'string') return value
  if (kinds.has(`${key}.label`) && /^\d+$/.test(value)) return new NumberText(value)
  if (kinds.has(`${key}.labels`) && /^\d+(?:,\d+)*$/.test(value)) {
    return value.split(',').map((id) => new NumberText(id))
  }
  return value
}
