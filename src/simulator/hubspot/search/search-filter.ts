/** The operators of a search, as predicates over a record. */
import { badRequest } from '../wire/api-error.ts'
import { requiredText, textField, textsField } from '../wire/json.ts'
import type { JsonObject } from '../../json.ts'
import type { ObjectType } from '../store/object-types.ts'
import type { Portal } from '../store/portal.ts'
import type { PropertyDefinition } from '../store/property-definition.ts'
import { instantOf } from '../writes/property-values.ts'
import { valueOf } from '../views/record-view.ts'
import type { StoredRecord } from '../store/records.ts'

export const searchOperators = [
  'EQ',
  'NEQ',
  'LT',
  'LTE',
  'GT',
  'GTE',
  'BETWEEN',
  'IN',
  'NOT_IN',
  'HAS_PROPERTY',
  'NOT_HAS_PROPERTY',
  'CONTAINS_TOKEN',
  'NOT_CONTAINS_TOKEN',
] as const
export type SearchOperator = (typeof searchOperators)[number]

export type Matches = (record: StoredRecord) => boolean

/** Texts compare in lower case, numbers as numbers, dates as instants. */
export function comparable(definition: PropertyDefinition, value: string): string | number {
  if (definition.type === 'number') return Number(value)
  if (definition.type === 'date' || definition.type === 'datetime') return instantOf(value) ?? NaN
  return value.toLowerCase()
}

export function compileFilter(portal: Portal, type: ObjectType, filter: JsonObject): Matches {
  const name = requiredText(filter, 'propertyName')
  const given = requiredText(filter, 'operator')
  const operator = searchOperators.find((one) => one === given)
  if (operator === undefined) throw badRequest(`Invalid operator: ${given}`)
  if (name.startsWith('associations.'))
    return associationFilter(portal, type, name, operator, filter)
  const definition = portal.properties.find(type, name)
  if (definition === null) {
    throw badRequest(`There was a problem with the request. Property "${name}" does not exist`)
  }
  const test = compileTest(definition, operator, filter)
  return (record) => test(valueOf(type, record, name))
}

function compileTest(
  definition: PropertyDefinition,
  operator: SearchOperator,
  filter: JsonObject,
): (value: string | null) => boolean {
  const of = (text: string) => comparable(definition, text)
  const value = () => {
    const text = textField(filter, 'value')
    if (text === null) throw badRequest(`The operator ${operator} needs a value`)
    return text
  }
  const compare = (accept: (difference: number) => boolean) => {
    const bound = of(value())
    return (text: string | null) => text !== null && accept(order(of(text), bound))
  }
  switch (operator) {
    case 'EQ':
      return among(definition, [of(value())], true)
    case 'NEQ':
      return among(definition, [of(value())], false)
    case 'LT':
      return compare((difference) => difference < 0)
    case 'LTE':
      return compare((difference) => difference <= 0)
    case 'GT':
      return compare((difference) => difference > 0)
    case 'GTE':
      return compare((difference) => difference >= 0)
    case 'BETWEEN': {
      const [low, high] = [of(value()), of(requiredText(filter, 'highValue'))]
      return (text) => text !== null && order(of(text), low) >= 0 && order(of(text), high) <= 0
    }
    case 'IN':
      return among(definition, listed(definition, filter), true)
    case 'NOT_IN':
      return among(definition, listed(definition, filter), false)
    case 'HAS_PROPERTY':
      return (text) => text !== null
    case 'NOT_HAS_PROPERTY':
      return (text) => text === null
    case 'CONTAINS_TOKEN':
      return tokens(value(), true)
    case 'NOT_CONTAINS_TOKEN':
      return tokens(value(), false)
    default: {
      const unreachable: never = operator
      return unreachable
    }
  }
}

/** The values of IN. For texts they must be given in lower case, or they match nothing. */
function listed(definition: PropertyDefinition, filter: JsonObject): (string | number)[] {
  const values = textsField(filter, 'values')
  if (values === null || values.length === 0) throw badRequest('The operator IN needs values')
  const verbatim = definition.type === 'string'
  return values.map((value) => (verbatim ? value : comparable(definition, value)))
}

/** A record without a value is neither in nor out. */
function among(
  definition: PropertyDefinition,
  values: readonly (string | number)[],
  wanted: boolean,
) {
  const set = new Set(values)
  const several = definition.type === 'enumeration' && definition.fieldType === 'checkbox'
  return (text: string | null) => {
    if (text === null) return false
    const parts = several ? text.split(';') : [text]
    return parts.some((part) => set.has(comparable(definition, part))) === wanted
  }
}

function order(a: string | number, b: string | number): number {
  if (a === b) return 0
  return a < b ? -1 : a > b ? 1 : Number.NaN
}

function tokens(wanted: string, present: boolean) {
  const pattern = wanted
    .toLowerCase()
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('[a-z0-9]*')
  const matcher = new RegExp(`(^|[^a-z0-9])${pattern}($|[^a-z0-9])`)
  return (text: string | null) => text !== null && matcher.test(text.toLowerCase()) === present
}

function associationFilter(
  portal: Portal,
  type: ObjectType,
  name: string,
  operator: SearchOperator,
  filter: JsonObject,
): Matches {
  const to = portal.types.get(name.slice('associations.'.length))
  if (operator !== 'EQ' && operator !== 'IN') {
    throw badRequest(`The operator ${operator} is not supported for ${name}`)
  }
  const ids =
    operator === 'EQ' ? [requiredText(filter, 'value')] : (textsField(filter, 'values') ?? [])
  return (record) => {
    const from = { type: type.id, id: record.id }
    return ids.some((id) => portal.associations.types(from, { type: to.id, id }).size > 0)
  }
}
