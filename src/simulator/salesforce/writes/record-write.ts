/** Creates, changes and deletes one record, under every check that Salesforce makes, in its order. */
import { ApiError, refused, rowLocked } from '../wire/api-error.ts'
import { childrenOf } from '../store/children.ts'
import { inputValues } from './input-values.ts'
import type { InputValues } from './input-values.ts'
import type { JsonObject } from '../wire/json.ts'
import type { ObjectType } from '../store/object-type.ts'
import type { ObjectAccess } from '../store/permissions.ts'
import type { FieldValue, StoredRecord } from '../store/records.ts'
import { duplicateProblem, ruleProblems } from './rule-problems.ts'
import type { WriteContext } from './write-context.ts'

/** Returns the new id. */
export function createRecord(context: WriteContext, type: ObjectType, input: JsonObject): string {
  const { org, origin } = context
  demand(context, type, 'create')
  if (org.isFull()) throw refused('STORAGE_LIMIT_EXCEEDED', 'storage limit exceeded')
  const values = inputValues(context, type, input, 'create')
  const stored: Record<string, FieldValue> = {}
  for (const field of type.fields()) {
    const given = values.get(field.name)
    const fallback = field.name === 'OwnerId' ? origin.userId : field.defaultValue
    // False is what an empty checkbox reads as; nothing need be stored for it.
    const value = given === undefined ? (fallback === false ? null : fallback) : given
    if (value !== null) stored[field.name] = value
    if (field.autoNumber) stored[field.name] = String(org.lastNumber + 1).padStart(6, '0')
  }
  const missing = type.required().filter(({ name }) => !(name in stored))
  if (missing.length > 0) throw requiredMissing(missing.map(({ name }) => name))
  const record: StoredRecord = {
    id: org.newId(type),
    values: stored,
    createdAt: origin.at,
    createdBy: origin.userId,
    modifiedAt: origin.at,
    modifiedBy: origin.userId,
    stampedAt: origin.at,
    deletedAt: null,
  }
  save(context, type, null, record)
  return record.id
}

export function updateRecord(
  context: WriteContext,
  type: ObjectType,
  before: StoredRecord,
  input: JsonObject,
): void {
  const { origin } = context
  demand(context, type, 'edit')
  if (before.deletedAt !== null) throw entityIsDeleted()
  const values = inputValues(context, type, input, 'update')
  const cleared = type.required().filter(({ name }) => values.get(name) === null)
  if (cleared.length > 0) throw requiredMissing(cleared.map(({ name }) => name))
  const automated = origin.source === 'system'
  save(context, type, before, {
    ...before,
    values: merged(before.values, values),
    modifiedAt: automated ? before.modifiedAt : origin.at,
    modifiedBy: automated ? before.modifiedBy : origin.userId,
    stampedAt: origin.at,
  })
}

export function deleteRecord(context: WriteContext, type: ObjectType, before: StoredRecord): void {
  demand(context, type, 'delete')
  if (before.deletedAt !== null) throw entityIsDeleted()
  refuseIfNeeded(context, type, before)
  lockRows(context, type, before)
  binRecord(context, type, before)
}

/** What names it by a master's field goes with it, whoever may delete that by itself. */
function binRecord(context: WriteContext, type: ObjectType, before: StoredRecord): void {
  const { org, origin } = context
  const after = { ...before, deletedAt: origin.at, stampedAt: origin.at }
  org.put(type, after)
  org.log.add(type.name, 'delete', before, after, origin)
  for (const child of childrenOf(org, type, before.id, ({ cascadeDelete }) => cascadeDelete)) {
    binRecord(context, child.type, child.record)
  }
}

function refuseIfNeeded({ org }: WriteContext, type: ObjectType, { id }: StoredRecord): void {
  const [child] = childrenOf(org, type, id, ({ restrictedDelete }) => restrictedDelete)
  if (child === undefined) return
  const message = `Your attempt to delete ${id} could not be completed because some ${child.type.labelPlural} are associated with it: ${child.record.id}`
  throw refused('DELETE_FAILED', message)
}

/** Gone for good, past the recycle bin. */
export function purgeRecord({ org, origin }: WriteContext, type: ObjectType, id: string): void {
  const before = org.table(type).get(id)
  org.table(type).remove(id)
  org.log.add(type.name, 'purge', before, null, origin)
}

export function entityIsDeleted(): ApiError {
  return refused('ENTITY_IS_DELETED', 'entity is deleted', [], 404)
}

function demand({ permissions }: WriteContext, type: ObjectType, access: ObjectAccess): void {
  if (permissions.may(type, access)) return
  const message = `insufficient access rights on object: no ${access} access to ${type.name}`
  throw refused('INSUFFICIENT_ACCESS_OR_READONLY', message, [], 403)
}

function requiredMissing(names: readonly string[]): ApiError {
  const message = `Required fields are missing: [${names.join(', ')}]`
  return refused('REQUIRED_FIELD_MISSING', message, names)
}

function merged(before: StoredRecord['values'], values: InputValues): StoredRecord['values'] {
  const after: Record<string, FieldValue> = { ...before }
  for (const [name, value] of values) {
    if (value === null) delete after[name]
    else after[name] = value
  }
  return after
}

function save(
  context: WriteContext,
  type: ObjectType,
  before: StoredRecord | null,
  after: StoredRecord,
): void {
  const { org, origin, allowsDuplicates } = context
  lockRows(context, type, after)
  const broken = ruleProblems(org, type, after, origin.at)
  if (broken.length > 0) throw new ApiError(400, broken)
  checkUnique(context, type, after)
  const duplicate = duplicateProblem(org, type, after, allowsDuplicates)
  if (duplicate !== null) throw new ApiError(400, [duplicate])
  org.put(type, after)
  org.log.add(type.name, before === null ? 'create' : 'update', before, after, origin)
}

function checkUnique({ org }: WriteContext, type: ObjectType, after: StoredRecord): void {
  for (const field of type.unique()) {
    const value = after.values[field.name]
    if (value === undefined) continue
    const other = org
      .table(type)
      .withKey(field, value)
      .find((id) => id !== after.id)
    if (other === undefined) continue
    const message = `duplicate value found: ${field.name} duplicates value on record with id: ${other}`
    throw refused('DUPLICATE_VALUE', message, [field.name])
  }
}

/** A write wants its record and the parents, whose sums and shares it may change. */
function lockRows(
  { org, origin, contended }: WriteContext,
  type: ObjectType,
  record: StoredRecord,
): void {
  const requestId = origin.requestId ?? ''
  const parents = type.parents().flatMap(({ name }) => record.values[name] ?? [])
  const ids = [record.id, ...parents.map(String)]
  const held = contended(ids) ?? org.locks.blocked(ids, requestId, origin.at)
  if (held !== null) throw new ApiError(400, [rowLocked(held)])
  org.locks.take(ids, requestId, origin.at)
}
