/** Reads what a job is created with, and refuses what Bulk does not do. */
import { bodyObject, param } from '../request/call.ts'
import type { Call } from '../request/call.ts'
import { isKeyField } from '../store/records.ts'
import type { JsonObject } from '../wire/json.ts'
import { visibleField } from '../writes/input-values.ts'
import type { ObjectType } from '../store/object-type.ts'
import { writeContext } from '../writes/write-context.ts'
import {
  type IngestOperation,
  type JobSpec,
  columnDelimiters,
  ingestOperations,
  lineEndings,
} from '../store/ingest-job.ts'
import { invalidEntity, invalidJob, noHardDelete, overQuota } from './job-errors.ts'

export function jobSpec(call: Call, id: string): JobSpec {
  const body = bodyObject(call)
  const type = objectOf(call, textIn(body, 'object') ?? '')
  const operation = choice(body, 'operation', ingestOperations, null)
  choice(body, 'contentType', ['CSV'], 'CSV')
  if (operation === 'hardDelete' && !call.permissions.mayHardDelete()) throw noHardDelete()
  if (!call.limits.hasBulkBatches(call.now)) throw overQuota()
  return {
    id,
    object: type.name,
    operation,
    externalIdFieldName: keyName(call, type, operation, textIn(body, 'externalIdFieldName')),
    columnDelimiter: choice(body, 'columnDelimiter', columnDelimiters, 'COMMA'),
    lineEnding: choice(body, 'lineEnding', lineEndings, 'LF'),
    assignmentRuleId: textIn(body, 'assignmentRuleId'),
    apiVersion: Number(param(call, 'version').slice(1)),
    createdById: call.origin.userId,
    client: call.origin.client,
    createdAt: call.now,
    shuffleSeed: Math.floor(call.random() * 2 ** 32),
  }
}

function textIn(body: JsonObject, name: string): string | null {
  const value = body[name]
  return typeof value === 'string' && value !== '' ? value : null
}

/** `fallback` is for a member that is absent; without one it must be there. */
function choice<Value extends string>(
  body: JsonObject,
  name: string,
  values: readonly Value[],
  fallback: Value | null,
): Value {
  const given = body[name] ?? fallback
  const known = values.find((value) => value === given)
  if (known !== undefined) return known
  throw invalidJob(`${name} must be one of ${values.join(', ')}`)
}

function objectOf({ org, permissions }: Call, name: string): ObjectType {
  const type = org.findType(name)
  if (type?.bulk === true && permissions.may(type, 'read')) return type
  throw invalidEntity(name)
}

function keyName(
  call: Call,
  type: ObjectType,
  operation: IngestOperation,
  name: string | null,
): string | null {
  if (operation !== 'upsert') return null
  if (name === null) {
    const message = `External ID was blank for ${type.name}. An External ID must be specified for upsert.`
    throw invalidJob(message)
  }
  const field = visibleField(writeContext(call), type, name)
  if (field !== null && (field.type === 'id' || isKeyField(field))) return field.name
  throw invalidJob(
    `Field name provided, ${name} does not match an External ID, Salesforce Id, or indexed field for ${type.name}`,
  )
}
