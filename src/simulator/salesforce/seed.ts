/** Puts a state, or a part of one, into an org. */
import { simulatorErrors } from '../errors.ts'
import { copyOfJob } from './store/ingest-job.ts'
import { normalId } from './store/ids.ts'
import { type Json, exactNumber } from './wire/json.ts'
import { numericTypes } from './store/field.ts'
import type { ObjectType } from './store/object-type.ts'
import type { Org } from './store/org.ts'
import type { FieldValue } from './store/records.ts'
import type { OrgState, RecordState } from './state.ts'

/** Adds to what is there; a record with a known id replaces it. */
export function seedOrg(org: Org, state: Partial<OrgState>, now: number): void {
  seedSessions(org, state)
  seedSchema(org, state, now)
  for (const [object, records] of Object.entries(state.records ?? {})) {
    const type = typeOf(org, object)
    for (const record of records) seedRecord(org, type, record, now)
  }
  for (const [username, given] of Object.entries(state.permissions ?? {})) {
    org.permissions.set(username, given)
  }
  if (state.validationRules !== undefined) org.validationRules = state.validationRules
  if (state.duplicateRules !== undefined) org.duplicateRules = state.duplicateRules
  for (const lock of state.locks ?? []) org.locks.hold(lock)
  for (const job of state.jobs ?? []) {
    typeOf(org, job.spec.object)
    org.jobs.put(copyOfJob(job))
    org.claimId(job.spec.id)
  }
  org.lastNumber = Math.max(org.lastNumber, state.lastNumber ?? 0)
}

function seedSessions({ sessions }: Org, state: Partial<OrgState>): void {
  for (const app of state.apps ?? []) sessions.apps.set(app.clientId, app)
  for (const login of state.logins ?? []) sessions.logins.set(login.username, login)
  for (const session of state.sessions ?? []) sessions.sessions.set(session.token, session)
  for (const token of state.refreshTokens ?? []) sessions.refreshTokens.set(token.token, token)
  if (state.sessionTimeoutMs !== undefined) sessions.timeoutMs = state.sessionTimeoutMs
}

function seedSchema(org: Org, { customObjects, fields }: Partial<OrgState>, now: number): void {
  for (const definition of customObjects ?? []) org.defineObject(definition)
  for (const [object, inputs] of Object.entries(fields ?? {})) {
    const type = typeOf(org, object)
    for (const input of inputs) org.defineField(type, input)
  }
  if (customObjects !== undefined || fields !== undefined) org.schemaChangedAt = now
}

function seedRecord(org: Org, type: ObjectType, record: RecordState, now: number): void {
  const id = record.id === undefined ? org.newId(type) : normalId(record.id)
  if (id === null || !id.startsWith(type.keyPrefix)) {
    const message = `${record.id ?? ''} is no id of ${type.name}, which begin with ${type.keyPrefix}`
    throw simulatorErrors.seed({ message })
  }
  org.claimId(id)
  const values: Record<string, FieldValue> = {}
  for (const [name, value] of Object.entries(record.values)) {
    const field = type.find(name)
    if (field === null) {
      throw simulatorErrors.seed({ message: `record ${id} has ${name}, which ${type.name} lacks` })
    }
    if (value === null || value === '') continue
    values[field.name] = numericTypes.includes(field.type) ? numberOf(value) : value
  }
  const createdAt = record.createdAt ?? now
  const modifiedAt = record.modifiedAt ?? createdAt
  const createdBy = record.createdBy ?? org.adminId()
  org.put(type, {
    id,
    values,
    createdAt,
    createdBy,
    modifiedAt,
    modifiedBy: record.modifiedBy ?? createdBy,
    stampedAt: record.stampedAt ?? modifiedAt,
    deletedAt: record.deletedAt ?? null,
  })
}

/** Through a file, numbers of many digits may come as text. */
function numberOf(value: FieldValue): FieldValue {
  const given: Json = value
  return typeof given === 'string' ? exactNumber(given) : value
}

function typeOf(org: Org, object: string): ObjectType {
  const type = org.findType(object)
  if (type === null) throw simulatorErrors.seed({ message: `there is no object ${object}` })
  return type
}
