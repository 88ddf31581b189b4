/** Reading records: one by id or unique property, page by page, or a batch by ids. */
import type { BatchResponseSimplePublicObjectWithErrors } from '@hubspot/api-client/lib/codegen/crm/objects/models/BatchResponseSimplePublicObjectWithErrors.js'
import type { CollectionResponseSimplePublicObjectWithAssociationsForwardPaging } from '@hubspot/api-client/lib/codegen/crm/objects/models/CollectionResponseSimplePublicObjectWithAssociationsForwardPaging.js'
import type { SimplePublicObject } from '@hubspot/api-client/lib/codegen/crm/objects/models/SimplePublicObject.js'
import type { SimplePublicObjectWithAssociations } from '@hubspot/api-client/lib/codegen/crm/objects/models/SimplePublicObjectWithAssociations.js'
import { badRequest, notFound } from '../wire/api-error.ts'
import { batchEnvelope, batchError, readInputs } from './batch-input.ts'
import { limitParam, listParam, nextLink, param, reply, typeParam } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import { parseBody, requiredText, textField, textsField } from '../wire/json.ts'
import type { ObjectType } from '../store/object-types.ts'
import { someNotFound } from '../writes/problem.ts'
import { normalisedEmail } from '../writes/property-values.ts'
import { viewAssociations } from '../views/record-associations.ts'
import { readableNames, viewHistory, viewRecord } from '../views/record-view.ts'
import type { StoredRecord } from '../store/records.ts'
import type { Wire, WireBatch } from '../wire/wire.ts'

export function listRecords(
  call: Call,
): Reply<Wire<CollectionResponseSimplePublicObjectWithAssociationsForwardPaging>> {
  const type = typeParam(call)
  const history = listParam(call.query, 'propertiesWithHistory')
  const limit = limitParam(call.query, 10, history.length > 0 ? 50 : 100)
  const archived = call.query.get('archived') === 'true'
  const after = call.query.get('after') ?? '0'
  if (!/^\d+$/.test(after)) throw badRequest(`Invalid after: ${after}`)
  const keep = (record: StoredRecord) => (record.archivedAt !== null) === archived
  const found = call.portal.table(type).page(Number(after), limit + 1, keep)
  const results = found.slice(0, limit).map((record) => viewAsked(call, type, record))
  const next = found[limit]
  if (next === undefined) return reply(200, { results })
  return reply(200, {
    results,
    paging: { next: { after: next.id, link: nextLink(call, next.id) } },
  })
}

export function readRecord(call: Call): Reply<Wire<SimplePublicObjectWithAssociations>> {
  const type = typeParam(call)
  const archived = call.query.get('archived') === 'true'
  const record = findByPath(call, type)
  if (record === null || (record.archivedAt !== null) !== archived) throw notFound()
  return reply(200, viewAsked(call, type, record))
}

/** The record that a single-record path names; merged-away ids lead to the survivor. */
export function findByPath(call: Call, type: ObjectType): StoredRecord | null {
  const table = call.portal.table(type)
  const id = param(call, 'id')
  const property = call.query.get('idProperty')
  if (property === null || property === 'hs_object_id') return table.get(table.resolve(id))
  const holder = table.holder(property, lookupValue(call, type, property, id))
  return holder === null ? null : table.get(holder)
}

/** Refuses what can't identify a record; addresses are compared as they are stored. */
export function lookupValue(call: Call, type: ObjectType, property: string, id: string): string {
  if (property === 'email' && type.id === '0-1') return normalisedEmail(id)
  if (call.portal.properties.find(type, property)?.hasUniqueValue !== true) {
    throw badRequest(
      `Unable to perform read by non-unique ${type.id} property ${property} in portal ID ${call.portal.id}`,
    )
  }
  return id
}

export function batchRead(call: Call): Reply<WireBatch<BatchResponseSimplePublicObjectWithErrors>> {
  const type = typeParam(call)
  const body = parseBody(call.body)
  const history = textsField(body, 'propertiesWithHistory') ?? []
  const names = readableNames(call.portal, type, textsField(body, 'properties') ?? [])
  const inputs = readInputs(call, history.length > 0 ? 50 : 100)
  const property = textField(body, 'idProperty')
  const archived = call.query.get('archived') === 'true'
  const table = call.portal.table(type)
  const results = new Map<string, Wire<SimplePublicObject>>()
  const missing: string[] = []
  for (const input of inputs) {
    const asked = requiredText(input, 'id')
    const id =
      property === null || property === 'hs_object_id'
        ? asked
        : table.holder(property, lookupValue(call, type, property, asked))
    const record = id === null ? null : table.get(id)
    if (record === null || (record.archivedAt !== null) !== archived) {
      missing.push(asked)
      continue
    }
    const view = viewRecord(type, record, names)
    const past = history.length === 0 ? null : viewHistory(call.portal, type, record, history)
    results.set(record.id, past === null ? view : { ...view, propertiesWithHistory: past })
  }
  const errors = missing.length === 0 ? [] : [batchError(call, someNotFound(type, missing), {})]
  return reply(errors.length > 0 ? 207 : 200, batchEnvelope(call, [...results.values()], errors))
}

/** A record with what the query asks for. */
function viewAsked(
  call: Call,
  type: ObjectType,
  record: StoredRecord,
): Wire<SimplePublicObjectWithAssociations> {
  const names = readableNames(call.portal, type, listParam(call.query, 'properties'))
  const history = listParam(call.query, 'propertiesWithHistory')
  const view = viewRecord(type, record, names)
  const past = history.length === 0 ? null : viewHistory(call.portal, type, record, history)
  const links = viewAssociations(call, type, record, listParam(call.query, 'associations'))
  return {
    ...view,
    ...(past === null ? {} : { propertiesWithHistory: past }),
    ...(links === null ? {} : { associations: links }),
  }
}
