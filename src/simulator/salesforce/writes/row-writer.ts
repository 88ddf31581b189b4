/**
 * Writes the rows of one collection, or of one batch of a Bulk job, each for itself. What is wrong
 * with a row, the same key twice included, is thrown as an `ApiError` of the row's own.
 */
import { refused } from '../wire/api-error.ts'
import { memberOf } from '../request/call.ts'
import type { FieldDefinition } from '../store/field.ts'
import { normalId } from '../store/ids.ts'
import { shown } from '../wire/json.ts'
import type { Json, JsonObject } from '../wire/json.ts'
import type { ObjectType } from '../store/object-type.ts'
import { keyText } from '../store/records.ts'
import type { StoredRecord } from '../store/records.ts'
import { createRecord, deleteRecord, purgeRecord, updateRecord } from './record-write.ts'
import { type Upserted, keyed, upsertRecord } from './upsert.ts'
import type { WriteContext } from './write-context.ts'

export class RowWriter {
  readonly #context: WriteContext
  /** Ids or keys of the rows so far: of the same one twice, the later row fails. */
  readonly #seen = new Set<string>()

  constructor(context: WriteContext) {
    this.#context = context
  }

  /** Returns the new id, as every method returns the id of the record it wrote. */
  create(type: ObjectType, record: JsonObject): string {
    return createRecord(this.#context, type, record)
  }

  update(type: ObjectType, record: JsonObject): string {
    const before = this.#stored(memberOf(record, 'Id'), type)
    if (this.#seen.has(before.id)) {
      throw refused('DUPLICATE_VALUE', `duplicate id in list: ${before.id}`)
    }
    this.#seen.add(before.id)
    updateRecord(this.#context, type, before, record)
    return before.id
  }

  upsert(type: ObjectType, key: FieldDefinition, record: JsonObject): Upserted {
    const given = memberOf(record, key.name) ?? null
    if (key.type !== 'id' && (given === null || given === '')) {
      throw refused('MISSING_ARGUMENT', `${key.name} not specified`)
    }
    const text = keyText(key, given === null ? '' : shown(given))
    if (text !== '' && this.#seen.has(text)) {
      const message = `Duplicate external id specified: ${shown(given)}`
      throw refused('DUPLICATE_VALUE', message, [key.name])
    }
    this.#seen.add(text)
    const matches = keyed(this.#context, type, key, given)
    if (matches.length > 1) {
      const message = `${key.name}: more than one record found for external id field: [${matches.join(', ')}]`
      throw refused('DUPLICATE_EXTERNAL_ID', message, [key.name])
    }
    return upsertRecord(this.#context, type, key, given, matches, without(record, key.name))
  }

  /** Into the recycle bin. Whatever the object where `type` is null. */
  delete(type: ObjectType | null, given: Json | undefined): string {
    const before = this.#stored(given, type)
    deleteRecord(this.#context, type ?? this.#typeOf(before.id), before)
    return before.id
  }

  /** Past the recycle bin. */
  hardDelete(type: ObjectType, given: Json | undefined): string {
    const id = this.delete(type, given)
    purgeRecord(this.#context, type, id)
    return id
  }

  #stored(given: Json | undefined, type: ObjectType | null): StoredRecord {
    const { org, permissions } = this.#context
    const id = typeof given === 'string' ? normalId(given) : null
    if (given === undefined || given === null) {
      throw refused('MISSING_ARGUMENT', 'Id not specified in an update call')
    }
    if (id === null) throw refused('MALFORMED_ID', `malformed id ${shown(given)}`, ['Id'])
    const found = org.typeOfId(id)
    const record = org.findRecord(id)
    const readable = found !== null && permissions.may(found, 'read')
    if (record === null || !readable || (type !== null && found !== type)) {
      throw refused('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id')
    }
    return record
  }

  #typeOf(id: string): ObjectType {
    const type = this.#context.org.typeOfId(id)
    if (type === null) throw refused('MALFORMED_ID', `malformed id ${id}`, ['Id'])
    return type
  }
}

function without(record: JsonObject, name: string): JsonObject {
  const rest: Record<string, Json> = {}
  for (const [one, value] of Object.entries(record)) if (one !== name) rest[one] = value
  return rest
}
