/** Values by keyed hashes: equal values have equal ones, in whatever field or object, since people join by them. */
import { createHmac } from 'node:crypto'
import {
  isJsonObject,
  jsonText,
  knownValue,
  NumberText,
  parseJsonLosslessly,
} from '../../core/change/json-value.ts'
import type { ReadableField } from '../../connector/source.ts'
import type { KnownValue } from '../../model/change.ts'
import type { ElementKind, ListElements } from '../../model/field.ts'
import type { ValueKind } from '../../model/value.ts'

/** Of a list or an object each text and number is hashed by itself, as it would be in a field of its own. */
export function hashed(value: KnownValue, secret: string | null): KnownValue {
  if (secret === null) throw new Error('configuration let a hash without a secret pass')
  const json = isNested(value.kind) ? parseJsonLosslessly(value.text) : undefined
  if (json === undefined) return { kind: 'text', text: hashOf(value.text, secret) }
  return { kind: value.kind, text: jsonText(hashedJson(json, secret)) }
}

/** As what a field is kept whose values are hashed. */
export function hashedField<Field extends Pick<ReadableField, 'kind' | 'elements'>>(
  field: Field,
): Field {
  const { kind, elements } = field
  return {
    ...field,
    kind: isNested(kind) ? kind : 'text',
    ...(elements === undefined ? {} : { elements: hashedElements(elements) }),
  }
}

function hashedElements(elements: ListElements): ListElements {
  const hashedKind = (kind: ElementKind): ElementKind => (kind === 'boolean' ? kind : 'text')
  if ('kind' in elements) return { ...elements, kind: hashedKind(elements.kind) }
  const parts = Object.entries(elements.parts).map(([name, kind]) => [name, hashedKind(kind)])
  return { parts: Object.fromEntries(parts) as Record<string, ElementKind> }
}

export function hashOf(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('hex')
}

function isNested(kind: ValueKind): boolean {
  return kind === 'json' || kind === 'text_array'
}

/** What is only yes, no or nothing would be told by its hash as well. */
function hashedJson(json: unknown, secret: string): unknown {
  if (Array.isArray(json)) return json.map((one: unknown) => hashedJson(one, secret))
  if (typeof json === 'string') return hashOf(json, secret)
  if (json instanceof NumberText) return hashOf(knownValue(json)?.text ?? json.text, secret)
  if (!isJsonObject(json)) return json
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, hashedJson(value, secret)]),
  )
}
