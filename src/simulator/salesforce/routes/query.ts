/** Answers SOQL from the records: filter, order, cut, and show. */
import { refused } from '../wire/api-error.ts'
import { typeNamed } from '../request/call.ts'
import type { Call } from '../request/call.ts'
import type { FieldDefinition } from '../store/field.ts'
import { normalId } from '../store/ids.ts'
import type { ObjectType } from '../store/object-type.ts'
import { readField } from '../store/read-field.ts'
import type { StoredRecord } from '../store/records.ts'
import { isKeyField } from '../store/records.ts'
import { recordAttributes, wireValue } from './record-view.ts'
import { comparable, compare, matcher } from '../soql/matches.ts'
import type { Condition, FieldPath, Literal, Order, Query } from '../soql/syntax.ts'
import type { WireRecord, WireValue } from '../wire/wire.ts'

const mostOffset = 2000
/** How long a deleted record stays in the recycle bin. */
const binMs = 15 * 24 * 3_600_000

/** A path walked through the schema: the references to follow, and the field at the end. */
interface Route {
  readonly steps: readonly { readonly reference: FieldDefinition; readonly from: ObjectType }[]
  readonly type: ObjectType
  readonly field: FieldDefinition
}

export interface Answer {
  readonly total: number
  /** Null for `COUNT()`. */
  readonly records: readonly WireRecord[] | null
}

export function answer(call: Call, query: Query, withDeleted: boolean): Answer {
  const type = typeNamed(call, query.object)
  if (query.offset > mostOffset) {
    const message = `Maximum SOQL offset allowed is ${mostOffset}`
    throw refused('NUMBER_OUTSIDE_VALID_RANGE', message)
  }
  const routes = query.fields?.map((path) => routeOf(call, type, path)) ?? null
  const found = [...matching(call, type, query.where, withDeleted)]
  const sorted = query.orderBy.length === 0 ? found : ordered(call, type, found, query.orderBy)
  const end = query.limit === null ? undefined : query.offset + query.limit
  const kept = sorted.slice(query.offset, end)
  if (routes === null) return { total: kept.length, records: null }
  return { total: kept.length, records: kept.map((record) => view(call, type, record, routes)) }
}

function routeOf(call: Call, object: ObjectType, path: FieldPath): Route {
  // The object's own name may stand before a field.
  const own = path.length > 1 && path[0]?.toLowerCase() === object.name.toLowerCase()
  const names = own && object.relationship(path[0] ?? '') === null ? path.slice(1) : path
  const steps: Route['steps'][number][] = []
  let type = object
  for (const name of names.slice(0, -1)) {
    const reference = type.relationship(name)
    const parent = call.org.findType(reference?.referenceTo[0] ?? '')
    if (reference === null || parent === null || !call.permissions.sees(type, reference)) {
      const message = `Didn't understand relationship '${name}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`
      throw refused('INVALID_FIELD', message)
    }
    steps.push({ reference, from: type })
    type = parent
  }
  const name = names.at(-1) ?? ''
  const field = type.find(name)
  if (field !== null && call.permissions.sees(type, field)) return { steps, type, field }
  const message = `No such column '${name}' on entity '${type.name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`
  throw refused('INVALID_FIELD', message)
}

function follow(call: Call, record: StoredRecord, route: Route): StoredRecord | null {
  let at: StoredRecord | null = record
  for (const { reference, from } of route.steps) {
    if (at === null) return null
    const id = readField(from, reference, at)
    at = id === null ? null : call.org.findRecord(String(id))
  }
  return at
}

function reader(call: Call, type: ObjectType, path: FieldPath) {
  const route = routeOf(call, type, path)
  return {
    field: route.field,
    read: (record: StoredRecord) => {
      const end = follow(call, record, route)
      return end === null ? null : readField(route.type, route.field, end)
    },
  }
}

function* matching(
  call: Call,
  type: ObjectType,
  where: Condition | null,
  withDeleted: boolean,
): Generator<StoredRecord> {
  const test = where === null ? null : matcher(where, (path) => reader(call, type, path), call.now)
  const table = call.org.table(type)
  const ids = where === null || withDeleted ? null : candidates(call, type, where)
  const records = ids === null ? table.all() : ids.flatMap((id) => table.get(id) ?? [])
  for (const record of records) {
    const { deletedAt } = record
    const isThere = deletedAt === null || (withDeleted && call.now - deletedAt < binMs)
    if (isThere && (test === null || test(record))) yield record
  }
}

/** The ids that a condition on a key leaves, so that few records need to be looked at; null for all. */
function candidates(call: Call, type: ObjectType, where: Condition): readonly string[] | null {
  if (where.kind === 'and') {
    for (const part of where.parts) {
      const ids = candidates(call, type, part)
      if (ids !== null) return ids
    }
    return null
  }
  const values = wantedValues(where)
  if (values === null || !('path' in where) || where.path.length > 1) return null
  const field = type.find(where.path[0] ?? '')
  if (field === null || (field.type !== 'id' && !isKeyField(field))) return null
  const texts = values.flatMap((value) => (value.kind === 'text' ? value.text : []))
  if (texts.length < values.length) return null
  const table = call.org.table(type)
  return [
    ...new Set(
      texts.flatMap((text) =>
        field.type === 'id' ? (normalId(text) ?? []) : table.withKey(field, text),
      ),
    ),
  ]
}

function wantedValues(where: Condition): readonly Literal[] | null {
  if (where.kind === 'in' && !where.negated) return where.values
  return where.kind === 'compare' && where.operator === '=' ? [where.value] : null
}

function ordered(
  call: Call,
  type: ObjectType,
  records: readonly StoredRecord[],
  orderBy: readonly Order[],
): readonly StoredRecord[] {
  const keys = orderBy.map((order) => ({ ...order, ...reader(call, type, order.path) }))
  return records.toSorted((one, other) => {
    for (const { field, read, descending, nullsLast } of keys) {
      const [a, b] = [read(one), read(other)]
      if (a === null || b === null) {
        if (a === b) continue
        return (a === null) === nullsLast ? 1 : -1
      }
      const order = compare(comparable(field, a), comparable(field, b))
      if (order !== 0) return descending ? -order : order
    }
    return 0
  })
}

function view(
  call: Call,
  type: ObjectType,
  record: StoredRecord,
  routes: readonly Route[],
): WireRecord {
  const values: Record<string, WireValue> = {}
  const byParent = new Map<string, Route[]>()
  for (const route of routes) {
    const [first] = route.steps
    if (first === undefined) {
      values[route.field.name] = wireValue(type, route.field, record)
      continue
    }
    const name = first.reference.relationshipName ?? ''
    byParent.set(name, [...(byParent.get(name) ?? []), { ...route, steps: route.steps.slice(1) }])
  }
  for (const [name, inner] of byParent) {
    const reference = type.relationship(name)
    const id = reference === null ? null : readField(type, reference, record)
    const parent = id === null ? null : call.org.findRecord(String(id))
    const parentType = call.org.findType(reference?.referenceTo[0] ?? '')
    values[name] =
      parent === null || parentType === null ? null : view(call, parentType, parent, inner)
  }
  return { attributes: recordAttributes(call, type, record.id), ...values }
}
