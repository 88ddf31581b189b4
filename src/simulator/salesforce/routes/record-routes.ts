/** One record at a time: create, read, change, delete, and upsert by a key. */
import { notFound, refused } from '../wire/api-error.ts'
import {
  booleanOption,
  bodyObject,
  idParam,
  memberOf,
  noContent,
  param,
  reply,
  typeParam,
} from '../request/call.ts'
import { versionPath } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import type { ObjectType } from '../store/object-type.ts'
import { lastModified, readPrecondition, writePrecondition } from './preconditions.ts'
import {
  createRecord,
  deleteRecord,
  entityIsDeleted,
  updateRecord,
} from '../writes/record-write.ts'
import { recordView, selectedFields } from './record-view.ts'
import type { StoredRecord } from '../store/records.ts'
import { keyed, upsertKey, upsertRecord } from '../writes/upsert.ts'
import type { WireRecord, WireSaveResult, WireUpsertResult } from '../wire/wire.ts'
import { type WriteContext, writeContext } from '../writes/write-context.ts'

export function postRecord(call: Call): Reply<WireSaveResult> {
  const id = createRecord(writeContext(call), typeParam(call), bodyObject(call))
  return reply(201, { id, success: true, errors: [] })
}

export function getRecord(call: Call): Reply<WireRecord> {
  const type = typeParam(call)
  const record = activeRecord(call, type, idParam(call, type))
  const unmet = readPrecondition(call, record)
  if (unmet !== null) return unmet
  const view = recordView(call, type, record, selectedFields(call, type))
  return { ...reply(200, view), headers: lastModified(record) }
}

export function patchRecord(call: Call): Reply<never> {
  const type = typeParam(call)
  const record = activeRecord(call, type, idParam(call, type))
  const input = bodyObject(call)
  if (memberOf(input, 'Id') !== undefined) {
    throw refused('INVALID_FIELD', 'The Id field should not be specified in the sobject data.')
  }
  const unmet = writePrecondition(call, record)
  if (unmet !== null) return unmet
  updateRecord(writeContext(call), type, record, input)
  return noContent
}

export function removeRecord(call: Call): Reply<never> {
  const type = typeParam(call)
  const record = activeRecord(call, type, idParam(call, type))
  const unmet = writePrecondition(call, record)
  if (unmet !== null) return unmet
  deleteRecord(writeContext(call), type, record)
  return noContent
}

/** `POST …/Id` with an empty key: nothing to look for, so it creates. */
export function postWithoutKey(call: Call): Reply<WireUpsertResult> {
  const id = createRecord(writeContext(call), typeParam(call), bodyObject(call))
  return reply(201, { id, success: true, errors: [], created: true })
}

/** 201 created, 200 changed, 300 with the candidates where the key is not unique: then nothing is written. */
export function patchByKey(call: Call): Reply<WireUpsertResult | readonly string[]> {
  const type = typeParam(call)
  const context = writeContext(call)
  const { key, matches } = lookUp(call, context, type)
  const input = bodyObject(call)
  if (memberOf(input, key.name) !== undefined) {
    const message = `The ${key.name} field should not be specified in the sobject data.`
    throw refused('INVALID_FIELD', message, [key.name])
  }
  if (matches.length > 1)
    return reply(
      300,
      matches.map((id) => recordUrl(call, type, id)),
    )
  if (matches.length === 0 && updatesOnly(call)) throw notFound()
  const { id, created } = upsertRecord(context, type, key, param(call, 'value'), matches, input)
  return reply(created ? 201 : 200, { id, success: true, errors: [], created })
}

export function getByKey(call: Call): Reply<WireRecord | readonly string[]> {
  const type = typeParam(call)
  const { matches } = lookUp(call, writeContext(call), type)
  if (matches.length > 1)
    return reply(
      300,
      matches.map((id) => recordUrl(call, type, id)),
    )
  const record = activeRecord(call, type, matches[0] ?? '')
  return reply(200, recordView(call, type, record, selectedFields(call, type)))
}

export function removeByKey(call: Call): Reply<readonly string[]> {
  const type = typeParam(call)
  const context = writeContext(call)
  const { matches } = lookUp(call, context, type)
  if (matches.length > 1)
    return reply(
      300,
      matches.map((id) => recordUrl(call, type, id)),
    )
  deleteRecord(context, type, activeRecord(call, type, matches[0] ?? ''))
  return noContent
}

function lookUp(call: Call, context: WriteContext, type: ObjectType) {
  const name = param(call, 'field')
  const field = type.find(name)
  if (field === null || !call.permissions.sees(type, field) || !field.idLookup) {
    const message = `Provided external ID field does not exist or is not accessible: ${name}`
    throw refused('NOT_FOUND', message, [], 404)
  }
  const key = upsertKey(context, type, name)
  return { key, matches: keyed(context, type, key, param(call, 'value')) }
}

function updatesOnly({ query, headers }: Call): boolean {
  return booleanOption(query.get('updateOnly') ?? headers['updateonly'])
}

function activeRecord({ org }: Call, type: ObjectType, id: string): StoredRecord {
  const record = org.table(type).get(id)
  if (record === null) throw notFound()
  if (record.deletedAt !== null) throw entityIsDeleted()
  return record
}

function recordUrl(call: Call, type: ObjectType, id: string): string {
  return `${versionPath(call)}/sobjects/${type.name}/${id}`
}
