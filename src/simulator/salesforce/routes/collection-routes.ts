/** sObject Collections: up to 200 records in a request, 200 in answer even where every one of them failed. */
import { refused } from '../wire/api-error.ts'
import {
  attributeType,
  booleanOption,
  bodyObject,
  listOf,
  param,
  parserError,
  reply,
  typeNamed,
  typeParam,
} from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import { runRows } from '../writes/collection.ts'
import { normalId } from '../store/ids.ts'
import { isJsonObject, shown } from '../wire/json.ts'
import type { JsonObject } from '../wire/json.ts'
import { recordView, visibleNamed } from './record-view.ts'
import { RowWriter } from '../writes/row-writer.ts'
import { upsertKey } from '../writes/upsert.ts'
import type { WireRecord, WireSaveResult, WireUpsertResult } from '../wire/wire.ts'
import { writeContext } from '../writes/write-context.ts'

const mostRecords = 200
const mostChunks = 10
const mostRead = 2000

export function createMany(call: Call): Reply<readonly WireSaveResult[]> {
  const { rows, allOrNone } = recordsIn(call)
  const writer = new RowWriter(writeContext(call))
  const results = runRows(call, rows, allOrNone, (row): WireSaveResult => {
    const id = writer.create(typeNamed(call, row.type), row.record)
    return { id, success: true, errors: [] }
  })
  return reply(200, results)
}

export function updateMany(call: Call): Reply<readonly WireSaveResult[]> {
  const { rows, allOrNone } = recordsIn(call)
  const writer = new RowWriter(writeContext(call))
  const results = runRows(call, rows, allOrNone, (row): WireSaveResult => {
    const id = writer.update(typeNamed(call, row.type), row.record)
    return { id, success: true, errors: [] }
  })
  return reply(200, results)
}

export function upsertMany(call: Call): Reply<readonly WireUpsertResult[]> {
  const { rows, allOrNone } = recordsIn(call)
  const type = typeParam(call)
  const context = writeContext(call)
  const key = upsertKey(context, type, param(call, 'field'))
  const writer = new RowWriter(context)
  const results = runRows(call, rows, allOrNone, (row): WireUpsertResult => {
    if (call.org.findType(row.type) !== type) {
      throw refused('INVALID_TYPE', `all records must be of type ${type.name}`)
    }
    const { id, created } = writer.upsert(type, key, row.record)
    return { id, success: true, errors: [], created }
  })
  return reply(200, results)
}

export function deleteMany(call: Call): Reply<readonly WireSaveResult[]> {
  const ids = (call.query.get('ids') ?? '').split(',').filter((id) => id !== '')
  if (ids.length === 0) throw refused('MISSING_ARGUMENT', 'ids is missing')
  refuseMore(ids.length, mostRecords)
  const writer = new RowWriter(writeContext(call))
  const allOrNone = booleanOption(call.query.get('allOrNone') ?? false)
  const results = runRows(call, ids, allOrNone, (given): WireSaveResult => {
    const id = writer.delete(null, given)
    return { id, success: true, errors: [] }
  })
  return reply(200, results)
}

/** Records in the order of the ids, null for those that are not there. */
export function readMany(call: Call): Reply<readonly (WireRecord | null)[]> {
  const type = typeParam(call)
  const body = call.body === null || call.body === '' ? null : bodyObject(call)
  const listed = (name: string): readonly string[] =>
    body === null ? (call.query.get(name) ?? '').split(',') : listOf(body[name], name).map(shown)
  const ids = listed('ids')
  refuseMore(ids.length, mostRead)
  const fields = listed('fields').map((name) => visibleNamed(call, type, name.trim()))
  const id = visibleNamed(call, type, 'Id')
  const table = call.org.table(type)
  const records = ids.map((given) => {
    const record = table.get(normalId(given) ?? '')
    if (record === null || record.deletedAt !== null) return null
    return recordView(call, type, record, [...new Set([...fields, id])])
  })
  return reply(200, records)
}

interface Row {
  readonly type: string
  readonly record: JsonObject
}

function recordsIn(call: Call): { rows: readonly Row[]; allOrNone: boolean } {
  const body = bodyObject(call)
  const records = listOf(body['records'], 'records')
  refuseMore(records.length, mostRecords)
  const rows = records.map((record) => {
    const type = isJsonObject(record) ? attributeType(record) : null
    if (!isJsonObject(record) || type === null) {
      throw parserError('every record must be an object with attributes.type')
    }
    return { type, record }
  })
  const chunks = rows.filter(({ type }, index) => index === 0 || rows[index - 1]?.type !== type)
  if (chunks.length > mostChunks) {
    const message = `Cannot have more than ${mostChunks} chunks in a single operation. Please rearrange the data to reduce chunking.`
    throw refused('LIMIT_EXCEEDED', message)
  }
  return { rows, allOrNone: booleanOption(body['allOrNone']) }
}

function refuseMore(count: number, most: number): void {
  if (count <= most) return
  const message = `record limit reached. cannot submit more than ${most} records into this call`
  throw refused('EXCEEDED_ID_LIMIT', message)
}
