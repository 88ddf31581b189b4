/**
 * Values as Pipedrive writes them, taken apart into the fields of the metadata. Reads and webhooks come
 * here in one form, the second version's, so that a value is the same whichever way it came.
 *
 * What the metadata does not foresee is kept as what it is (promise 5): a value of another kind, a part or
 * a whole field that has come since.
 */
import { instantInUtc, isDate } from '../../core/change/instant.ts'
import {
  inOrder,
  knownValue,
  NumberText,
  parseJsonLosslessly,
} from '../../core/change/json-value.ts'
import type { KnownValue } from '../../model/change.ts'
import { isObject, type Json } from '../http/json.ts'
import type { ReadableField, SourceObject } from '../source.ts'

export type Kind = ReadableField['kind']
export type Values = ReadonlyMap<string, KnownValue | null>

/** Parts that are not in the value, but in the metadata: what people call the option, or the options. */
export const labelPart = 'label'
export const labelsPart = 'labels'

/** A field that may be nested: the kinds of its own value and of its parts, by the part's name. */
interface Shape {
  readonly kind: Kind
  readonly parts: ReadonlyMap<string, Kind>
  /** Labels by the option's id as text. */
  readonly labels: ReadonlyMap<string, string>
}

type Shapes = ReadonlyMap<string, Shape>

const known = new WeakMap<SourceObject, Shapes>()

/** By the fields' keys without parts; worked out once for each metadata. */
function shapesOf(object: SourceObject): Shapes {
  const before = known.get(object)
  if (before !== undefined) return before
  const shapes = new Map<string, Shape & { readonly parts: Map<string, Kind> }>()
  for (const { name, kind, options = [] } of object.fields) {
    const dot = name.indexOf('.')
    const labels = new Map(options.map(({ value, label }) => [value, label]))
    if (dot < 0) shapes.set(name, { kind, parts: new Map(), labels })
    else shapes.get(name.slice(0, dot))?.parts.set(name.slice(dot + 1), kind)
  }
  known.set(object, shapes)
  return shapes
}

/** `entries` are the keys of a record with their values, as `parseJsonLosslessly` reads them. */
export function valuesOf(
  object: SourceObject,
  entries: readonly (readonly [string, unknown])[],
): Values {
  const shapes = shapesOf(object)
  const values = new Map<string, KnownValue | null>()
  for (const [key, json] of entries) addValue(values, key, json, shapes.get(key))
  return values
}

function addValue(
  values: Map<string, KnownValue | null>,
  key: string,
  json: unknown,
  shape: Shape | undefined,
): void {
  if (json === undefined) return
  if (json === null) {
    values.set(key, null)
    for (const part of shape?.parts.keys() ?? []) values.set(`${key}.${part}`, null)
  } else if (isCompound(json, shape)) {
    addParts(values, key, json, shape)
  } else {
    values.set(key, typed(json, shape?.kind))
    if (shape !== undefined) addLabels(values, key, json, shape)
  }
}

/** The key of a compound's own value; amounts of leads have one of their own. */
const mainParts = ['value', 'amount'] as const

function isCompound(json: unknown, shape: Shape | undefined): json is Json {
  if (!isObject(json) || json instanceof NumberText) return false
  return shape === undefined ? mainParts.some((part) => part in json) : shape.parts.size > 0
}

/** A compound is told whole: what it lacks of its parts is empty. */
function addParts(
  values: Map<string, KnownValue | null>,
  key: string,
  json: Json,
  shape: Shape | undefined,
): void {
  const main = mainParts.find((part) => part in json)
  values.set(key, main === undefined ? null : typed(json[main], shape?.kind))
  const parts = new Set([...(shape?.parts.keys() ?? []), ...Object.keys(json)])
  for (const part of parts) {
    if (part !== main) values.set(`${key}.${part}`, typed(json[part], shape?.parts.get(part)))
  }
}

/** What an option is called that is not there any more, nobody knows. */
function addLabels(
  values: Map<string, KnownValue | null>,
  key: string,
  json: unknown,
  { parts, labels }: Shape,
): void {
  const labelOf = (id: unknown): string | null => labels.get(idText(id)) ?? null
  if (parts.has(labelPart)) {
    const label = labelOf(json)
    values.set(`${key}.${labelPart}`, label === null ? null : { kind: 'text', text: label })
  }
  if (parts.has(labelsPart) && Array.isArray(json)) {
    const text = JSON.stringify(json.map(labelOf))
    values.set(`${key}.${labelsPart}`, { kind: 'json', text })
  }
}

/** Options among the values that the metadata has no label for, though it has labels for the field's. */
export function unknownOptions(object: SourceObject, values: Values): readonly string[] {
  const found: string[] = []
  for (const [key, { parts, labels }] of shapesOf(object)) {
    const value = values.get(key) ?? null
    if (value === null || !(parts.has(labelPart) || parts.has(labelsPart))) continue
    const ids = value.kind === 'json' ? idsIn(value.text) : [value.text]
    found.push(...ids.filter((id) => !labels.has(id)).map((id) => `${key}=${id}`))
  }
  return found
}

function idsIn(json: string): readonly string[] {
  const list = parseJsonLosslessly(json)
  return Array.isArray(list) ? list.map(idText) : []
}

function idText(id: unknown): string {
  return id instanceof NumberText ? id.text : typeof id === 'string' ? id : ''
}

/** Canonical text of the kind; another kind's where the value is none of it. */
function typed(json: unknown, kind: Kind | undefined): KnownValue | null {
  const value = knownValue(inOrder(json))
  if (value === null) return null
  switch (kind) {
    case 'decimal':
      return value.kind === 'integer' ? { kind, text: value.text } : value
    case 'date':
      return value.kind === 'text' && isDate(value.text) ? { kind, text: value.text } : value
    case 'timestamp_tz': {
      const text = value.kind === 'text' ? instantInUtc(value.text) : null
      return text === null ? value : { kind, text }
    }
    case 'text':
    case 'integer':
    case 'double':
    case 'boolean':
    case 'timestamp':
    case 'json':
    case 'text_array':
    case undefined:
      return value
    default:
      return kind satisfies never
  }
}
