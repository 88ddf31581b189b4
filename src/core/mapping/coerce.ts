/**
 * From a model's value to the CRM's, exactly or not at all (promise 5). CRM values are text in one
 * canonical form per field type; a connector turns them into its wire form.
 *
 * Canonical forms: number `-?[0-9]+(\.[0-9]+)?` without trailing zeros; boolean `true` | `false`;
 * date `YYYY-MM-DD`; datetime `YYYY-MM-DDTHH:MM:SS[.f…]Z`; time `HH:MM:SS[.f…]`; option its value;
 * options the values in the field's order, joined by `;`.
 */
import type { Field } from '../../model/field.ts'
import type { CrmValue } from '../../model/operation.ts'
import type { ValueKind } from '../../model/value.ts'
import { dateInZone, isValidDate } from './calendar.ts'
import { plainNumber } from './number.ts'
import { optionValue, optionValues } from './options.ts'
import { plainTime } from './time-of-day.ts'

export type Coerced =
  | { readonly ok: true; readonly value: CrmValue }
  | { readonly ok: false; readonly reason: string; readonly message: string }

export interface CoerceOptions {
  /** IANA zone in which an instant becomes a date; null refuses it. */
  readonly timeZone: string | null
}

/** Converts a canonical text of `kind` for `field`; null stays null (the CRM's empty). */
export function coerce(
  text: string | null,
  kind: ValueKind,
  field: Field,
  options: CoerceOptions,
): Coerced {
  if (text === null) return accept(null)
  if (text === '' && field.type !== 'text') {
    return refuse('value.empty', field, `an empty text is no ${field.type}; use null to clear it`)
  }
  switch (field.type) {
    case 'text':
      return coerceText(text, field)
    case 'number':
    case 'integer':
      return coerceNumber(text, kind, field)
    case 'boolean':
      return coerceBoolean(text, kind, field)
    case 'date':
      return coerceDate(text, kind, field, options)
    case 'datetime':
      return coerceDatetime(text, kind, field)
    case 'time':
      return coerceTime(text, kind, field)
    case 'option':
      return coerceOption(text, field)
    case 'options':
      return coerceOptions(text, kind, field)
    case 'reference':
      return acceptText(text, field)
    default:
      return field.type satisfies never
  }
}

function coerceText(text: string, field: Field): Coerced {
  if (text.includes('\u0000')) {
    return refuse('value.unstorable', field, 'the text contains the character U+0000')
  }
  return acceptText(text, field)
}

function coerceNumber(text: string, kind: ValueKind, field: Field): Coerced {
  if (kind !== 'integer' && kind !== 'decimal' && kind !== 'double' && kind !== 'text') {
    return mistyped(text, kind, field)
  }
  const plain = plainNumber(text)
  if (plain === null) return refuse('value.not_a_number', field, `${show(text)} is not a number`)
  const digits = plain.split('.')[1]?.length ?? 0
  const allowed = field.type === 'integer' ? 0 : field.scale
  if (allowed !== undefined && digits > allowed) {
    return refuse(
      'value.precision',
      field,
      `${plain} has ${digits} digits after the point, the field holds ${allowed}`,
    )
  }
  const whole = wholeDigits(plain)
  if (field.wholeDigits !== undefined && whole > field.wholeDigits) {
    return refuse(
      'value.too_large',
      field,
      `${plain} has ${whole} digits before the point, the field holds ${field.wholeDigits}`,
    )
  }
  return accept(plain)
}

/** A zero before the point is none: `0.5` fits where there is room after the point alone. */
function wholeDigits(plain: string): number {
  return plain.replace(/^-?0*/, '').split('.')[0]?.length ?? 0
}

function coerceBoolean(text: string, kind: ValueKind, field: Field): Coerced {
  if (kind !== 'boolean' && kind !== 'text') return mistyped(text, kind, field)
  if (text !== 'true' && text !== 'false') {
    return refuse('value.not_a_boolean', field, `${show(text)} is neither true nor false`)
  }
  return accept(text)
}

function coerceDate(text: string, kind: ValueKind, field: Field, options: CoerceOptions): Coerced {
  if (kind === 'timestamp_tz') {
    if (options.timeZone === null) {
      return refuse(
        'value.zone_needed',
        field,
        'an instant is a date only in a declared time zone: set time_zone for this field',
      )
    }
    const date = instant.test(text) ? dateInZone(text, options.timeZone) : null
    if (date !== null) return accept(date)
    return refuse('value.not_a_date', field, `${show(text)} is no instant of the years 1 to 9999`)
  }
  if (kind === 'timestamp') {
    const [date, time] = text.split('T')
    if (date === undefined || time === undefined || !isValidDate(date)) {
      return refuse('value.not_a_date', field, `${show(text)} is no day of the years 1 to 9999`)
    }
    if (/^00:00:00(\.0+)?$/.test(time)) return accept(date)
    return refuse('value.precision', field, `${text} has a time of day, the field holds a date`)
  }
  if (kind !== 'date' && kind !== 'text') return mistyped(text, kind, field)
  if (!isValidDate(text)) {
    return refuse('value.not_a_date', field, `${show(text)} is not a date of the form YYYY-MM-DD`)
  }
  return accept(text)
}

const instant = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?Z$/

function coerceDatetime(text: string, kind: ValueKind, field: Field): Coerced {
  if (kind === 'timestamp') {
    return refuse(
      'value.zone_needed',
      field,
      `${text} has no time zone; convert the column to a timestamp with time zone in the model`,
    )
  }
  if (kind !== 'timestamp_tz' && kind !== 'text') return mistyped(text, kind, field)
  const parts = instant.exec(text)
  const date = parts?.[1]
  if (parts === null || date === undefined || !isValidDate(date) || !isTimeOfDay(parts)) {
    return refuse('value.not_a_datetime', field, `${show(text)} is not an instant in UTC (…Z)`)
  }
  const fraction = (parts[5] ?? '').replace(/0+$/, '')
  const allowed = field.scale ?? 3
  if (fraction.length > allowed) return tooFine(text, field, allowed)
  const padded = fraction === '' ? '' : `.${fraction.padEnd(Math.min(allowed, 3), '0')}`
  return accept(`${date}T${parts[2]}:${parts[3]}:${parts[4]}${padded}Z`)
}

function isTimeOfDay(parts: RegExpExecArray): boolean {
  return Number(parts[2]) < 24 && Number(parts[3]) < 60 && Number(parts[4]) < 60
}

function coerceTime(text: string, kind: ValueKind, field: Field): Coerced {
  if (kind !== 'text') return mistyped(text, kind, field)
  const time = plainTime(text)
  if (time === null) {
    return refuse('value.not_a_time', field, `${show(text)} is no time of day (HH:MM or HH:MM:SS)`)
  }
  const digits = time.split('.')[1]?.length ?? 0
  const allowed = field.scale ?? 3
  return digits > allowed ? tooFine(text, field, allowed) : accept(time)
}

function tooFine(text: string, field: Field, allowed: number): Coerced {
  return refuse(
    'value.precision',
    field,
    `${text} is finer than the field's ${allowed} digits of a second; truncate it in the model`,
  )
}

function coerceOption(text: string, field: Field): Coerced {
  const found = optionValue(text, field.options ?? null)
  if (found.ok) return acceptText(found.value, field)
  return refuse(found.reason, field, found.message)
}

function coerceOptions(text: string, kind: ValueKind, field: Field): Coerced {
  const found = optionValues(text, kind, field.options ?? null)
  if (found.ok) return acceptText(found.value, field)
  return refuse(found.reason, field, found.message)
}

/** As long as there is room for it; nothing is cut. */
function acceptText(text: string, field: Field): Coerced {
  if (field.maxLength === undefined || text.length <= field.maxLength) return accept(text)
  return refuse(
    'value.too_long',
    field,
    `the text has ${text.length} characters, the field holds ${field.maxLength}`,
  )
}

function accept(value: CrmValue): Coerced {
  return { ok: true, value }
}

function refuse(reason: string, field: Field, message: string): Coerced {
  return { ok: false, reason, message: `${field.name}: ${message}` }
}

function mistyped(text: string, kind: ValueKind, field: Field): Coerced {
  return refuse('value.type', field, `a ${kind} (${show(text)}) is no ${field.type}`)
}

/** Longer values are shown by their beginning. */
export const shownLength = 60

function show(text: string): string {
  return JSON.stringify(text.length > shownLength ? `${text.slice(0, shownLength)}…` : text)
}
