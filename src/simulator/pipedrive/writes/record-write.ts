/** Writes of records, by whomever: what the request names is checked before anything is changed. */
import { badRequest, invalidField } from '../wire/api-error.ts'
import type { Behaviour } from '../request/call.ts'
import { builtInValue } from './built-in-values.ts'
import type { Company } from '../store/company.ts'
import { customValue } from './custom-values.ts'
import { type Json, type JsonObject, isJsonObject } from '../../json.ts'
import { canonical } from '../wire/json.ts'
import type { ObjectName } from '../wire/objects.ts'
import { applyRules } from './record-rules.ts'
import type { StoredRecord } from '../store/records.ts'
import { readZulu } from '../wire/times.ts'
import type { Origin } from '../store/write-log.ts'

export interface WriteTarget {
  readonly company: Company
  readonly object: ObjectName
  readonly origin: Origin
  readonly behaviour: Behaviour
}

/** Creates where `before` is null. A write that changes nothing leaves no trace, not even in `update_time`. */
export function writeRecord(
  target: WriteTarget,
  before: StoredRecord | null,
  body: JsonObject,
): StoredRecord {
  const { company, object, origin } = target
  const after = drafted(target, before, body)
  if (before !== null && canonical(before.values) === canonical(after.values)) return before
  company.write(object, before === null ? 'create' : 'update', before, after, origin)
  return after
}

/** Changes values without a trace in time and without an event, as counters and calculated values do. */
export function touchRecord(
  target: WriteTarget,
  before: StoredRecord,
  body: JsonObject,
): StoredRecord {
  const { values } = drafted(target, before, body)
  const after = { ...before, values }
  target.company.write(target.object, 'touch', before, after, target.origin)
  return after
}

export function deleteRecord({ company, object, origin }: WriteTarget, before: StoredRecord): void {
  const after = { ...before, updatedAt: origin.at, deletedAt: origin.at }
  company.write(object, 'delete', before, after, origin)
}

export function restoreRecord(
  { company, object, origin }: WriteTarget,
  before: StoredRecord,
): void {
  const after = { ...before, updatedAt: origin.at, deletedAt: null }
  company.write(object, 'restore', before, after, origin)
}

function drafted(target: WriteTarget, before: StoredRecord | null, body: JsonObject): StoredRecord {
  const { company, object, origin } = target
  const written = readBody(target, body)
  if (before === null) requireAll(target, written)
  const values: Record<string, Json> = { ...before?.values }
  for (const [name, value] of written) {
    if (value === null) delete values[name]
    else values[name] = value
  }
  applyRules({ ...target, before, written, values })
  const { add_time: added, ...kept } = values
  const addedAt = typeof added === 'string' ? readZulu(added) : null
  return {
    id: before?.id ?? company.newId(object),
    addedAt: addedAt ?? before?.addedAt ?? origin.at,
    updatedAt: origin.at,
    deletedAt: before?.deletedAt ?? null,
    values: kept,
  }
}

/** Every value the request names, as it will be stored; null is empty. */
function readBody({ company, object }: WriteTarget, body: JsonObject): ReadonlyMap<string, Json> {
  const written = new Map<string, Json>()
  for (const [code, value] of Object.entries(body)) {
    if (code === 'custom_fields') {
      if (!isJsonObject(value)) throw badRequest('custom_fields must be an object')
      for (const [hash, one] of Object.entries(value)) {
        written.set(hash, readCustom(company, object, hash, one))
      }
      continue
    }
    const field = company.fields.find(object, code)
    const isFlat = object === 'lead' && company.fields.findCustom(object, code) !== null
    if (isFlat) written.set(code, readCustom(company, object, code, value))
    else if (field === null || field.custom) throw invalidField(code, 'there is no such field')
    else written.set(code, builtInValue(company, field, value))
  }
  return written
}

function readCustom(company: Company, object: ObjectName, hash: string, value: Json): Json {
  const field = company.fields.findCustom(object, hash)
  if (field === null) throw invalidField(hash, 'there is no such custom field')
  return customValue(company, field, value)
}

function requireAll({ company, object }: WriteTarget, written: ReadonlyMap<string, Json>): void {
  const missing = company.fields
    .all(object)
    .find(({ code, required }) => required && !written.has(code))
  if (missing !== undefined) throw badRequest(`${missing.code} is required`)
}
