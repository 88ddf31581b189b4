/** Checks a value from a request against its field and gives the stored form, or the vendor's refusal. */
import { type ApiError, refused } from '../wire/api-error.ts'
import type { FieldDefinition } from '../store/field.ts'
import { normalId } from '../store/ids.ts'
import { ExactNumber, type Json, exactNumber, shown } from '../wire/json.ts'
import type { FieldValue } from '../store/records.ts'
import { normalDate, normalTime, normalTimeOfDay } from '../wire/wire-time.ts'

/** Null is empty, as an empty text is. */
export function fieldValue(field: FieldDefinition, given: Json): FieldValue | null {
  if (given === null || given === '') return null
  switch (field.type) {
    case 'boolean':
      return booleanValue(field, given)
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return numberValue(field, given)
    case 'date':
      return parsed(field, given, normalDate)
    case 'datetime':
      return parsed(field, given, normalTime)
    case 'time':
      return parsed(field, given, normalTimeOfDay)
    case 'id':
    case 'reference':
      return idValue(field, given)
    case 'picklist':
      return picklistValue(field, textValue(field, given))
    case 'multipicklist':
      return multipicklistValue(field, textValue(field, given))
    case 'email':
      return emailValue(field, textValue(field, given))
    case 'string':
    case 'textarea':
    case 'phone':
    case 'url':
    case 'encryptedstring':
    case 'combobox':
      return textValue(field, given)
    case 'address':
    case 'location':
      throw wrongType(field, given)
    default: {
      const unreachable: never = field.type
      return unreachable
    }
  }
}

function wrongType(field: FieldDefinition, given: Json): ApiError {
  const message = `${field.label}: value not of required type: ${shown(given)}`
  return refused('INVALID_TYPE_ON_FIELD_IN_RECORD', message, [field.name])
}

function booleanValue(field: FieldDefinition, given: Json): boolean {
  if (typeof given === 'boolean') return given
  if (given === 'true' || given === 'false') return given === 'true'
  throw wrongType(field, given)
}

function textValue(field: FieldDefinition, given: Json): string | null {
  if (typeof given !== 'string' && typeof given !== 'number' && !(given instanceof ExactNumber)) {
    throw wrongType(field, given)
  }
  // Salesforce trims what people would not see.
  const text = String(given).trim()
  if (isLonger(text, field.length)) {
    const excerpt = Array.from(text).slice(0, 255).join('')
    const message = `${field.label}: data value too large: ${excerpt} (max length=${field.length})`
    throw refused('STRING_TOO_LONG', message, [field.name])
  }
  return text === '' ? null : text
}

/** Counts characters, of which a text never has more than code units: mostly there is nothing to count. */
function isLonger(text: string, most: number): boolean {
  return text.length > most && Array.from(text).length > most
}

const numeric = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i
const decimal = /^[+-]?0*(\d*)(?:\.\d*)?$/

/** More whole digits than the field has are refused; more decimals are kept as they came, as by the API. */
function numberValue(field: FieldDefinition, given: Json): FieldValue {
  if (typeof given !== 'number' && typeof given !== 'string' && !(given instanceof ExactNumber)) {
    throw wrongType(field, given)
  }
  const text = String(given)
  const number = Number(text)
  if (!numeric.test(text) || !Number.isFinite(number)) throw wrongType(field, given)
  const [, whole = ''] = decimal.exec(text) ?? []
  const most = field.type === 'int' ? 10 : field.precision - field.scale
  const big = field.type === 'int' && Math.abs(number) > 2_147_483_647
  if (big || whole.length > most || Math.abs(number) >= 1e18) {
    const message = `${field.label}: value outside of valid range on numeric field: ${text}`
    throw refused('NUMBER_OUTSIDE_VALID_RANGE', message, [field.name])
  }
  if (field.type === 'int' && !Number.isInteger(number)) throw wrongType(field, given)
  // A number in a text has digits to keep, too.
  return typeof given === 'string' ? exactNumber(text.trim()) : given
}

function parsed(
  field: FieldDefinition,
  given: Json,
  parse: (text: string) => string | null,
): string {
  const value = typeof given === 'string' ? parse(given) : null
  if (value === null) throw wrongType(field, given)
  return value
}

function idValue(field: FieldDefinition, given: Json): string {
  const id = typeof given === 'string' ? normalId(given) : null
  if (id !== null) return id
  const message = `${field.label}: id value of incorrect type: ${shown(given)}`
  throw refused('MALFORMED_ID', message, [field.name])
}

function picklistValue(field: FieldDefinition, text: string | null): string | null {
  if (text === null || !field.restrictedPicklist) return text
  // Values are found without regard to case and stored as they are defined.
  const known = field.values.find((value) => value.toLowerCase() === text.toLowerCase())
  if (known !== undefined) return known
  const message = `${field.label}: bad value for restricted picklist field: ${text}`
  throw refused('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, [field.name])
}

function multipicklistValue(field: FieldDefinition, text: string | null): string | null {
  if (text === null) return null
  const chosen = text.split(';').map((value) => picklistValue(field, value.trim()))
  return [...new Set(chosen.filter((value) => value !== null))].join(';')
}

function emailValue(field: FieldDefinition, text: string | null): string | null {
  if (text === null || /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(text)) return text
  const message = `${field.label}: invalid email address: ${text}`
  throw refused('INVALID_EMAIL_ADDRESS', message, [field.name])
}
