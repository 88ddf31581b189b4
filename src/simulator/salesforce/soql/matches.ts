/** Whether a record meets a condition, given how its fields are read. */
import { ExactNumber } from '../wire/json.ts'
import { normalId } from '../store/ids.ts'
import type { FieldDefinition } from '../store/field.ts'
import type { FieldValue } from '../store/records.ts'
import { checkLiteral } from './check-literal.ts'
import { dateRange } from './date-ranges.ts'
import type { Comparison, Condition, FieldPath, Literal } from './syntax.ts'

/** A path resolved in one object: the field at its end, and its value in a record. */
export interface Reader<Row> {
  readonly field: FieldDefinition
  readonly read: (row: Row) => FieldValue | null
}

export type Resolve<Row> = (path: FieldPath) => Reader<Row>

export type Test<Row> = (row: Row) => boolean

/** Resolves every path once, so that a wrong one is refused even where there are no records. */
export function matcher<Row>(condition: Condition, resolve: Resolve<Row>, now: number): Test<Row> {
  switch (condition.kind) {
    case 'and': {
      const tests = condition.parts.map((part) => matcher(part, resolve, now))
      return (row) => tests.every((test) => test(row))
    }
    case 'or': {
      const tests = condition.parts.map((part) => matcher(part, resolve, now))
      return (row) => tests.some((test) => test(row))
    }
    case 'not': {
      const test = matcher(condition.part, resolve, now)
      return (row) => !test(row)
    }
    case 'compare': {
      const { field, read } = resolve(condition.path)
      const test = comparing(field, condition.operator, condition.value, now)
      return (row) => test(read(row))
    }
    case 'in': {
      const { field, read } = resolve(condition.path)
      const tests = condition.values.map((value) => comparing(field, '=', value, now))
      return (row) => tests.some((test) => test(read(row))) !== condition.negated
    }
    case 'like': {
      const { read } = resolve(condition.path)
      const pattern = likePattern(condition.pattern)
      return (row) => pattern.test(String(read(row) ?? ''))
    }
    case 'includes': {
      const { read } = resolve(condition.path)
      const sets = condition.sets.map((set) => set.split(';'))
      return (row) => {
        const chosen = new Set(String(read(row) ?? '').split(';'))
        const found = sets.some((set) => set.every((value) => chosen.has(value)))
        return found !== condition.negated
      }
    }
    default: {
      const unreachable: never = condition
      return unreachable
    }
  }
}

/** `%` is any text, `_` one character, both literal after a backslash; case does not count. */
function likePattern(pattern: string): RegExp {
  const source = pattern.replace(/\\([%_])|([%_])|([^%_\\]+|\\)/g, (_all, escaped, wild, plain) => {
    if (wild !== undefined) return wild === '%' ? '[^]*' : '[^]'
    return String(escaped ?? plain).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  })
  return new RegExp(`^${source}$`, 'i')
}

function comparing(
  field: FieldDefinition,
  operator: Comparison,
  literal: Literal,
  now: number,
): (value: FieldValue | null) => boolean {
  checkLiteral(field, literal)
  if (literal.kind === 'null') return (value) => (value === null) === (operator === '=')
  if (literal.kind === 'range') {
    const { from, to } = dateRange(literal.name, literal.days, now)
    return (value) => value !== null && inRange(operator, timeOf(String(value)), from, to)
  }
  const wanted = comparable(field, literalValue(field, literal))
  return (value) => {
    // As in Salesforce, an empty field differs from every value, and is neither less nor more.
    if (value === null) return operator === '!='
    return holds(operator, compare(comparable(field, value), wanted))
  }
}

function literalValue(field: FieldDefinition, literal: Literal): FieldValue {
  switch (literal.kind) {
    case 'text':
      return field.type === 'id' || field.type === 'reference'
        ? (normalId(literal.text) ?? literal.text)
        : literal.text
    case 'number':
      return Number(literal.text)
    case 'boolean':
      return literal.value
    case 'date':
    case 'datetime':
      return literal.text
    case 'null':
    case 'range':
      return ''
    default: {
      const unreachable: never = literal
      return unreachable
    }
  }
}

/** What is compared: an instant for times, a number for numbers, a text without its case otherwise. */
export function comparable(field: FieldDefinition, value: FieldValue): string | number {
  if (field.type === 'date' || field.type === 'datetime') return timeOf(String(value))
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'number') return value
  if (value instanceof ExactNumber) return Number(value.text)
  if (field.type === 'id' || field.type === 'reference' || field.caseSensitive) return value
  return value.toLowerCase()
}

export function compare(one: string | number, other: string | number): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}

function timeOf(text: string): number {
  return Date.parse(text)
}

function inRange(operator: Comparison, time: number, from: number, to: number): boolean {
  switch (operator) {
    case '=':
      return time >= from && time < to
    case '!=':
      return time < from || time >= to
    case '<':
      return time < from
    case '<=':
      return time < to
    case '>':
      return time >= to
    case '>=':
      return time >= from
    default: {
      const unreachable: never = operator
      return unreachable
    }
  }
}

function holds(operator: Comparison, order: number): boolean {
  switch (operator) {
    case '=':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    default: {
      const unreachable: never = operator
      return unreachable
    }
  }
}
