/** Records in the shape of the first version: times with a space, custom fields flat, people and organizations as small objects. */
import type { Company } from '../store/company.ts'
import { type FieldDefinition, subfieldsOf } from '../store/field.ts'
import { type Json, type JsonObject, isJsonObject } from '../../json.ts'
import type { ObjectName } from '../wire/objects.ts'
import { dealStatus } from './record-view.ts'
import type { StoredRecord } from '../store/records.ts'
import { spacedTime } from '../wire/times.ts'
import { text } from '../store/values.ts'

const renamed: Readonly<Record<string, string>> = { emails: 'email', phones: 'phone' }

const linked: Readonly<Record<string, ObjectName>> = {
  owner_id: 'user',
  person_id: 'person',
  org_id: 'organization',
}

/** Only what has a value, as the first version's lists of changes leave things out, too. */
export function legacyRecord(
  company: Company,
  object: ObjectName,
  record: StoredRecord,
): JsonObject {
  const { id, addedAt, updatedAt, deletedAt, values } = record
  const shown: Record<string, Json> = { id: Number(id) }
  for (const { code, custom } of company.fields.all(object)) {
    const value = values[code]
    if (value === undefined || custom) continue
    const name = code === 'owner_id' && object === 'deal' ? 'user_id' : (renamed[code] ?? code)
    shown[name] = link(company, code, value)
  }
  return {
    ...shown,
    ...(object === 'deal' ? { status: dealStatus(record) } : {}),
    ...legacyCustomFields(company, object, record),
    active_flag: deletedAt === null,
    add_time: spacedTime(addedAt),
    update_time: updatedAt === null ? null : spacedTime(updatedAt),
  }
}

function link(company: Company, code: string, value: Json): Json {
  const object = linked[code]
  if (object === undefined || typeof value !== 'number') return value
  const found = company.table(object).get(String(value))
  return { name: found === null ? null : text(found.values, 'name'), value }
}

/** The parts of a value under keys of their own; unset ones are there, as null. */
export function legacyCustomFields(
  company: Company,
  object: ObjectName,
  { values }: StoredRecord,
): JsonObject {
  const shown = company.fields
    .custom(object)
    .map((field) => legacyParts(field, values[field.code] ?? null))
  return Object.assign({}, ...shown)
}

/** Of leads, unset ones are not there. */
export function legacyFieldsOfLead(company: Company, { values }: StoredRecord): JsonObject {
  const shown = company.fields.custom('lead').map((field) => {
    const value = values[field.code] ?? null
    return value === null ? {} : legacyParts(field, value)
  })
  return Object.assign({}, ...shown)
}

function legacyParts(field: FieldDefinition, value: Json): JsonObject {
  const shown: Record<string, Json> = { [field.code]: mainPart(field, value) }
  for (const part of subfieldsOf(field.type)) {
    shown[`${field.code}_${part}`] = isJsonObject(value) ? (value[part] ?? null) : null
  }
  return shown
}

function mainPart({ type }: FieldDefinition, value: Json): Json {
  if (value === null) return null
  if (type === 'enum') return typeof value === 'number' ? String(value) : value
  if (type === 'set') return Array.isArray(value) ? value.join(',') : value
  return isJsonObject(value) ? (value['value'] ?? null) : value
}
