/** A custom field of every type in a local Pipedrive, and values for them. */
import fc from 'fast-check'
import type { Json, JsonObject } from '../../src/simulator/json.ts'
import { creatableTypes } from '../../src/simulator/pipedrive/store/field.ts'
import { idOf, type OpenPipedrive } from './open-pipedrive.ts'

type CustomType = (typeof creatableTypes)[number]

export interface MadeField {
  readonly type: CustomType
  readonly code: string
  /** Of enums and sets. */
  readonly options: readonly number[]
}

/** `path` is where fields of the object are made: `/api/v2/dealFields`. */
export function makeFieldOfEveryType(opened: OpenPipedrive, path: string): readonly MadeField[] {
  return creatableTypes.map((type) => {
    const labels = ['A', 'B', 'C'].map((label) => ({ label }))
    const options = type === 'enum' || type === 'set' ? { options: labels } : {}
    const made = opened.call(`POST ${path}`, { field_name: type, field_type: type, ...options })
    const given = made['options']
    const ids = Array.isArray(given) ? given.map((option: Json) => Number(idOf(option))) : []
    return { type, code: idOf(made, 'field_code'), options: ids }
  })
}

/** The records that references may name. */
export interface Referable {
  readonly org: number
  readonly person: number
}

const clock = fc
  .tuple(
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 59 }),
  )
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'))
const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))
const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const zone = { timezone_id: fc.option(fc.nat()), timezone_name: fc.option(fc.constant('UTC')) }
const part = fc.option(fc.string())

/** Any value that a field takes; null for none. */
export function anyValue(
  { type, options }: MadeField,
  { org, person }: Referable,
): fc.Arbitrary<Json> {
  return fc.option<Json>(someValue(type, options, { org, person }))
}

function someValue(
  type: CustomType,
  options: readonly number[],
  { org, person }: Referable,
): fc.Arbitrary<Json> {
  switch (type) {
    case 'varchar':
    case 'varchar_auto':
    case 'phone':
    case 'text':
      return fc.string()
    case 'double':
      return number
    case 'monetary':
      return fc.record({ value: number, currency: fc.constantFrom('EUR', 'USD') })
    case 'enum':
      return fc.constantFrom(...options)
    case 'set':
      return fc.uniqueArray(fc.constantFrom(...options), { minLength: 1 })
    case 'user':
      return fc.constant(1)
    case 'org':
      return fc.constant(org)
    case 'people':
      return fc.constant(person)
    case 'date':
      return day
    case 'daterange':
      return fc.record({ value: day, until: day })
    case 'time':
      return fc.record({ value: clock, ...zone })
    case 'timerange':
      return fc.record({ value: clock, until: clock, ...zone })
    case 'address':
      return fc.record({
        value: fc.string(),
        locality: part,
        country: part,
        formatted_address: part,
      })
    default:
      return type satisfies never
  }
}

/** One value of each type. */
export function exampleValues(
  fields: readonly MadeField[],
  { org, person }: Referable,
): JsonObject {
  const [first = 0] = fields.find(({ type }) => type === 'enum')?.options ?? []
  const examples: Readonly<Record<CustomType, Json>> = {
    varchar: 'a',
    text: 'b',
    varchar_auto: 'c',
    phone: '+49 30 1',
    double: 1.25,
    monetary: { value: 12.5, currency: 'EUR' },
    enum: first,
    set: [...(fields.find(({ type }) => type === 'set')?.options ?? [])],
    user: 1,
    org,
    people: person,
    date: '2026-02-28',
    daterange: { value: '2026-02-01', until: '2026-02-28' },
    time: { value: '10:15:00', timezone_id: 292, timezone_name: 'Europe/Tallinn' },
    timerange: { value: '10:15:00', until: '11:00:00', timezone_id: null, timezone_name: null },
    address: { value: 'Main St 1', locality: 'Bonn' },
  }
  return Object.fromEntries(fields.map(({ type, code }) => [code, examples[type]]))
}
