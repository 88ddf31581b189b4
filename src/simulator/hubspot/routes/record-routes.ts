/** Single writes, archiving, merging and erasing. */
import type { SimplePublicObject } from '@hubspot/api-client/lib/codegen/crm/objects/models/SimplePublicObject.js'
import { ApiError, badRequest, notFound } from '../wire/api-error.ts'
import { linkNewRecord, readNewLinks } from '../writes/association-write.ts'
import { readInputs } from './batch-input.ts'
import { noContent, param, reply, typeParam } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import { objectField, parseBody, requiredText, textField } from '../wire/json.ts'
import type { ObjectType } from '../store/object-types.ts'
import { problemError } from '../writes/problem.ts'
import { archiveRecord, eraseRecord } from '../writes/record-end.ts'
import { mergeRecords } from '../writes/record-merge.ts'
import { findByPath, lookupValue } from './record-read.ts'
import { readableNames, viewRecord } from '../views/record-view.ts'
import { applyWrite, planWrite } from '../writes/record-write.ts'
import type { PlannedWrite, Planning } from '../writes/record-write.ts'
import type { Wire } from '../wire/wire.ts'

export function createRecord(call: Call): Reply<Wire<SimplePublicObject>> {
  const { portal, origin } = call
  const type = typeParam(call)
  const body = parseBody(call.body)
  const links = readNewLinks(call, type, body)
  if ('message' in links) throw problemError(links)
  const target = { portal, type, origin, claims: new Map<string, string>() }
  const properties = objectField(body, 'properties') ?? {}
  const plan = planned(planWrite(target, null, portal.nextId(), properties))
  applyWrite(target, plan)
  for (const link of links) linkNewRecord(call, type, plan.after.id, link)
  return reply(201, viewWritten(call, type, plan))
}

export function updateRecord(call: Call): Reply<Wire<SimplePublicObject>> {
  const { portal, origin } = call
  const type = typeParam(call)
  const record = findByPath(call, type)
  if (record === null || record.archivedAt !== null) throw notFound()
  const target = { portal, type, origin, claims: new Map<string, string>() }
  const properties = objectField(parseBody(call.body), 'properties') ?? {}
  const plan = planned(planWrite(target, record, record.id, properties))
  applyWrite(target, plan)
  return reply(200, viewWritten(call, type, plan))
}

/** Deleting what is not there succeeds, too. */
export function deleteRecord(call: Call): Reply<never> {
  archiveRecord(call.portal, typeParam(call), param(call, 'id'), call.origin)
  return noContent
}

export function batchArchive(call: Call): Reply<never> {
  const type = typeParam(call)
  const ids = readInputs(call, 100).map((input) => requiredText(input, 'id'))
  const dropped = call.sabotage === null ? -1 : Math.floor(call.random() * ids.length)
  for (const [index, id] of ids.entries()) {
    if (index !== dropped || call.sabotage === 'silent_drop_applied') {
      archiveRecord(call.portal, type, id, call.origin)
    }
  }
  return noContent
}

export function mergeRecord(call: Call): Reply<Wire<SimplePublicObject>> {
  const type = typeParam(call)
  const body = parseBody(call.body)
  const table = call.portal.table(type)
  const primary = table.active(table.resolve(requiredText(body, 'primaryObjectId')))
  const other = table.active(table.resolve(requiredText(body, 'objectIdToMerge')))
  if (primary === null || other === null) throw notFound()
  if (primary.id === other.id) throw badRequest('Cannot merge an object with itself')
  const merged = primary.values['hs_merged_object_ids']?.split(';') ?? []
  if (merged.length >= 250) {
    throw new ApiError(414, { message: 'This object has been merged too many times.' })
  }
  const { mergeCreatesNewId } = call.behaviour
  const survivor = mergeRecords(call.portal, type, primary, other, mergeCreatesNewId, call.origin)
  return reply(200, viewRecord(type, survivor, readableNames(call.portal, type, [])))
}

export function eraseContact(call: Call): Reply<never> {
  const type = typeParam(call)
  const body = parseBody(call.body)
  const given = requiredText(body, 'objectId')
  const property = textField(body, 'idProperty')
  const table = call.portal.table(type)
  const id =
    property === null ? given : table.holder(property, lookupValue(call, type, property, given))
  if (id !== null) eraseRecord(call.portal, type, id, call.origin)
  // An address that nobody has yet is blocked all the same.
  if (property === 'email') call.portal.blockedEmails.add(lookupValue(call, type, property, given))
  return noContent
}

function planned(planning: Planning): PlannedWrite {
  if (!planning.ok) throw problemError(planning.problem)
  return planning.plan
}

function viewWritten(call: Call, type: ObjectType, plan: PlannedWrite): Wire<SimplePublicObject> {
  return viewRecord(type, plan.after, readableNames(call.portal, type, plan.written))
}
