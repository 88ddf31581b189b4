/** Turns a value as sent into the value as stored: HubSpot validates, and it normalises without saying so. */
import type { PropertyDefinition } from '../store/property-definition.ts'

export type ValueResult =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly code: string; readonly message: string }

const longestText = 65_536

/** `current` is what the record holds now; `isOption` decides for enumerations. `''` clears any type. */
export function normaliseValue(
  definition: PropertyDefinition,
  raw: string,
  current: string | undefined,
  isOption: (value: string) => boolean,
): ValueResult {
  if (raw === '') return { ok: true, value: '' }
  switch (definition.type) {
    case 'string':
    case 'phone_number':
      return textValue(definition, raw)
    case 'number':
      return numberValue(raw)
    case 'bool':
      return boolValue(raw)
    case 'date':
      return dateValue(raw)
    case 'datetime':
      return datetimeValue(raw)
    case 'enumeration':
      return optionValue(definition, raw, current, isOption)
    case 'object_coordinates':
    case 'json':
      return { ok: true, value: raw }
    default: {
      const unreachable: never = definition.type
      return unreachable
    }
  }
}

function textValue(definition: PropertyDefinition, raw: string): ValueResult {
  if (raw.length > longestText) {
    return refused('INVALID_STRING', `Property values must be at most ${longestText} characters`)
  }
  if (definition.name === 'email' && definition.hubspotDefined) return emailValue(raw)
  if (definition.name === 'domain' && definition.hubspotDefined) {
    return { ok: true, value: strippedDomain(raw) }
  }
  if (definition.fieldType === 'phonenumber') return { ok: true, value: plainPhone(raw) }
  return { ok: true, value: raw }
}

function emailValue(raw: string): ValueResult {
  const value = normalisedEmail(raw)
  if (/^[^\s@;,]+@[^\s@;,]+\.[^\s@;,.]+$/.test(value)) return { ok: true, value }
  return refused('INVALID_EMAIL', `Email address ${raw} is invalid`)
}

export function normalisedEmail(raw: string): string {
  return raw.trim().toLowerCase()
}

/** `https://WWW.Example.com/about` is known as `example.com`. */
export function strippedDomain(raw: string): string {
  const host = raw
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
  return (host.split(/[/?#:]/)[0] ?? host).replace(/^www\./, '')
}

/** International numbers lose their punctuation; others stay as typed. */
function plainPhone(raw: string): string {
  const trimmed = raw.trim()
  return trimmed.startsWith('+') ? trimmed.replace(/[\s()./-]/g, '') : trimmed
}

function numberValue(raw: string): ValueResult {
  const value = raw.trim()
  if (/^-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(value)) return { ok: true, value }
  return refused('INVALID_INTEGER', `${raw} was not a valid number.`)
}

function boolValue(raw: string): ValueResult {
  const value = raw.toLowerCase()
  if (value === 'true' || value === 'false') return { ok: true, value }
  return refused('INVALID_OPTION', `${raw} was not one of the allowed options: [true, false]`)
}

const dayMs = 86_400_000

function dateValue(raw: string): ValueResult {
  const at = instantOf(raw)
  if (at === null) return refused('INVALID_DATE', `${raw} was not a valid date.`)
  if (at % dayMs !== 0) {
    return refused('INVALID_DATE', `${raw} is at ${new Date(at).toISOString()}, not midnight!`)
  }
  return { ok: true, value: new Date(at).toISOString().slice(0, 10) }
}

function datetimeValue(raw: string): ValueResult {
  const at = instantOf(raw)
  if (at === null) return refused('INVALID_DATE', `${raw} was not a valid long.`)
  return { ok: true, value: new Date(at).toISOString() }
}

/** Epoch milliseconds, an ISO date or an ISO instant; null for anything else, the 30th of February included. */
export function instantOf(raw: string): number | null {
  if (/^-?\d{1,16}$/.test(raw)) return Math.abs(Number(raw)) <= 8.64e15 ? Number(raw) : null
  const match = /^(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/.exec(
    raw,
  )
  if (match === null) return null
  const [, year, month, day, time] = match
  const midnight = Date.parse(`${year}-${month}-${day}T00:00:00Z`)
  if (new Date(midnight).getUTCDate() !== Number(day)) return null
  if (time === undefined) return midnight
  const at = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(time) ? raw : `${raw}Z`)
  return Number.isNaN(at) ? null : at
}

function optionValue(
  definition: PropertyDefinition,
  raw: string,
  current: string | undefined,
  isOption: (value: string) => boolean,
): ValueResult {
  if (definition.fieldType !== 'checkbox') {
    return isOption(raw) ? { ok: true, value: raw } : notAnOption(raw, definition)
  }
  const chosen = raw.split(';').filter((value) => value !== '')
  for (const value of chosen) if (!isOption(value)) return notAnOption(value, definition)
  // A leading semicolon adds to what is there instead of replacing it.
  const kept = raw.startsWith(';') && current !== undefined ? current.split(';') : []
  return { ok: true, value: [...new Set([...kept, ...chosen])].join(';') }
}

function notAnOption(raw: string, definition: PropertyDefinition): ValueResult {
  const allowed = definition.options.map(({ value }) => value).join(', ')
  return refused('INVALID_OPTION', `${raw} was not one of the allowed options: [${allowed}]`)
}

function refused(code: string, message: string): ValueResult {
  return { ok: false, code, message }
}
