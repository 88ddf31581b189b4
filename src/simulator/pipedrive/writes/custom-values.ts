/** What custom fields take, by their type. Nothing is made of a value of another type: numbers are numbers, ids are ids. */
import { invalidField } from '../wire/api-error.ts'
import type { Company } from '../store/company.ts'
import { type FieldDefinition, addressParts } from '../store/field.ts'
import { optionOf } from '../store/field-store.ts'
import { type Json, type JsonObject, isJsonObject } from '../../json.ts'
import type { ObjectName } from '../wire/objects.ts'
import { isDate } from '../wire/times.ts'

const longest = { varchar: 255, text: 65_535 } as const

/** The value as it is stored; throws the 400 that names the field. Null clears any field. */
export function customValue(company: Company, field: FieldDefinition, value: Json): Json {
  if (value === null) return null
  const { code } = field
  switch (field.type) {
    case 'text':
      return textOf(code, value, longest.text)
    case 'varchar':
    case 'varchar_auto':
    case 'phone':
      return textOf(code, value, longest.varchar)
    case 'double':
      return numberOf(code, value)
    case 'monetary':
      return monetaryOf(code, value)
    case 'enum':
      return optionId(field, value)
    case 'set':
      return optionIds(field, value)
    case 'user':
      return referenceOf(company, code, 'user', value)
    case 'org':
      return referenceOf(company, code, 'organization', value)
    case 'people':
      return referenceOf(company, code, 'person', value)
    case 'date':
      return dateOf(code, value)
    case 'daterange': {
      const { value: from, until } = objectOf(code, value, ['value', 'until'])
      return { value: dateOf(code, from ?? null), until: dateOf(code, until ?? null) }
    }
    case 'time':
      return timeOf(code, value, false)
    case 'timerange':
      return timeOf(code, value, true)
    case 'address':
      return addressOf(code, value)
    default:
      throw invalidField(code, 'the field can not be written')
  }
}

export function textOf(code: string, value: Json, most: number): string {
  if (typeof value !== 'string') throw invalidField(code, 'must be a string')
  if (value.length > most) throw invalidField(code, `must have at most ${most} characters`)
  return value
}

export function numberOf(code: string, value: Json): number {
  if (typeof value !== 'number') throw invalidField(code, 'must be a number')
  return value
}

export function integerOf(code: string, value: Json): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw invalidField(code, 'must be an integer')
}

export function currencyOf(code: string, value: Json | undefined): string {
  if (typeof value === 'string' && /^[A-Z]{3}$/.test(value)) return value
  throw invalidField(code, 'must be a currency of three letters')
}

export function dateOf(code: string, value: Json): string {
  if (typeof value === 'string' && isDate(value)) return value
  throw invalidField(code, 'must be a date (YYYY-MM-DD)')
}

/** Without a zone; seconds may be left out. */
export function clockOf(code: string, value: Json | undefined): string {
  const text = typeof value === 'string' ? value : ''
  if (!/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(text)) {
    throw invalidField(code, 'must be a time (HH:MM:SS)')
  }
  return text.length === 5 ? `${text}:00` : text
}

/** The id of a record that is there. */
export function referenceOf(
  company: Company,
  code: string,
  object: ObjectName,
  value: Json,
): number {
  const id = integerOf(code, value)
  if (company.table(object).active(String(id)) !== null) return id
  throw invalidField(code, `there is no ${object} ${id}`)
}

/** Only `value` must be there, and every part that is left out becomes empty, even when the rest stays as it was. */
export function addressOf(code: string, value: Json): JsonObject {
  const given = objectOf(code, value, addressParts)
  if (typeof given['value'] !== 'string') throw invalidField(code, 'value is required')
  const parts = addressParts.map((part): readonly [string, Json] => {
    const text = given[part] ?? null
    return [part, text === null ? null : textOf(code, text, longest.text)]
  })
  return Object.fromEntries(parts)
}

export function objectOf(code: string, value: Json, allowed: readonly string[]): JsonObject {
  if (!isJsonObject(value)) throw invalidField(code, 'must be an object')
  const unknown = Object.keys(value).find((key) => !allowed.includes(key))
  if (unknown !== undefined) throw invalidField(code, `${unknown} is not a part of it`)
  return value
}

function monetaryOf(code: string, value: Json): JsonObject {
  const { value: amount = null, currency } = objectOf(code, value, ['value', 'currency'])
  return { value: numberOf(code, amount), currency: currencyOf(code, currency) }
}

function optionId(field: FieldDefinition, value: Json): number {
  const id = integerOf(field.code, value)
  if (optionOf(field, id) === null) throw invalidField(field.code, `there is no option ${id}`)
  return id
}

/** An empty list is no way to clear it. */
function optionIds(field: FieldDefinition, value: Json): readonly number[] {
  if (!Array.isArray(value)) throw invalidField(field.code, 'must be an array of option ids')
  if (value.length === 0) throw invalidField(field.code, 'must not be an empty array')
  return [...new Set(value.map((item: Json) => optionId(field, item)))]
}

function timeOf(code: string, value: Json, isRange: boolean): JsonObject {
  const allowed = ['value', 'timezone_id', 'timezone_name', ...(isRange ? ['until'] : [])]
  const given = objectOf(code, value, allowed)
  const { timezone_id: zone = null, timezone_name: name = null } = given
  return {
    value: clockOf(code, given['value']),
    ...(isRange ? { until: clockOf(code, given['until']) } : {}),
    timezone_id: zone === null ? null : integerOf(code, zone),
    timezone_name: name === null ? null : textOf(code, name, longest.varchar),
  }
}
