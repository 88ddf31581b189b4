/** Queries for records by the values of one field, cut so that each fits into an address. */
import { RequestFailure } from '../connector.ts'
import { soqlPages } from './limits.ts'
import { recordId } from './record-id.ts'
import type { SField } from './sobject.ts'

export interface Selection {
  readonly object: string
  readonly fields: readonly string[]
  /** `Id`, `External_Id__c`. */
  readonly by: SField
  /** What else must hold: `IsDeleted = true`. */
  readonly and?: string
}

/** As few queries as the length of an address allows; values that the field can't hold are left out. */
export function selectionsOf(selection: Selection, values: readonly string[]): readonly string[] {
  const literals = new Set(values.flatMap((value) => literal(selection.by, value) ?? []))
  const room = soqlPages.encodedLength - encoded(query(selection, [])).length
  const queries: string[] = []
  let chosen: string[] = []
  let used = 0
  for (const text of literals) {
    const length = encoded(`${text},`).length
    if (length > room) throw tooLong(selection.by.name, text)
    if (used + length > room) {
      queries.push(query(selection, chosen))
      chosen = []
      used = 0
    }
    chosen.push(text)
    used += length
  }
  if (chosen.length > 0) queries.push(query(selection, chosen))
  return queries
}

function query({ object, fields, by, and }: Selection, literals: readonly string[]): string {
  const more = and === undefined ? '' : ` AND ${and}`
  return `SELECT ${fields.join(',')} FROM ${object} WHERE ${by.name} IN (${literals.join(',')})${more}`
}

/** As it stands in an address, apostrophes included, which addresses do not keep as they are. */
export function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll("'", '%27')
}

function tooLong(field: string, text: string): RequestFailure {
  const message = `Salesforce looks up no value of ${text.length} characters (field ${field})`
  return new RequestFailure({ kind: 'poisoned', reason: 'lookup.too_long', message })
}

const number = /^-?\d+(?:\.\d+)?$/
const date = /^\d{4}-\d{2}-\d{2}$/
const datetime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/

/** A value as SOQL writes it, by the field's type; null for one that no record can have. */
export function literal({ type }: SField, value: string): string | null {
  switch (type) {
    case 'int':
    case 'long':
    case 'double':
    case 'currency':
    case 'percent':
      return number.test(value) ? value : null
    case 'boolean':
      return value === 'true' || value === 'false' ? value : null
    case 'date':
      return date.test(value) ? value : null
    case 'datetime':
      return datetime.test(value) ? value : null
    case 'id':
    case 'reference': {
      const id = recordId(value)
      return id === null ? null : `'${id}'`
    }
    default:
      return value.trim() === '' ? null : quoted(value.trim())
  }
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
}

function quoted(text: string): string {
  return `'${text.replace(/[\\'"\n\r\t\b\f]/g, (found) => escapes[found] ?? found)}'`
}
