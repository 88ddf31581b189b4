/** Puts a state, or a part of one, into a company. */
import { simulatorErrors } from '../errors.ts'
import type { Company } from './store/company.ts'
import { field } from './store/field.ts'
import type { Json } from '../json.ts'
import { type ObjectName, findObject } from './wire/objects.ts'
import type { CompanyState, FieldState, RecordState } from './state.ts'

/** Adds to what is there; a record with a known id replaces it. */
export function seedCompany(company: Company, state: Partial<CompanyState>, now: number): void {
  seedTokens(company, state)
  for (const [object, fields] of Object.entries(state.fields ?? {})) {
    for (const given of fields) seedField(company, objectOf(object), given)
  }
  for (const filter of state.filters ?? []) company.filters.set(String(filter.id), filter)
  for (const webhook of state.webhooks ?? []) {
    company.webhooks.set(webhook.id, webhook)
    company.claimId('webhook', webhook.id)
  }
  for (const [object, records] of Object.entries(state.records ?? {})) {
    for (const record of records) seedRecord(company, objectOf(object), record, now)
  }
  for (const [kind, last] of Object.entries(state.lastIds ?? {})) {
    company.claimId(kind, String(last))
  }
}

function seedTokens({ tokens }: Company, state: Partial<CompanyState>): void {
  for (const token of state.apiTokens ?? []) tokens.apiTokens.set(token.token, token)
  for (const app of state.apps ?? []) tokens.apps.set(app.clientId, app)
  for (const token of state.refreshTokens ?? []) tokens.refreshTokens.set(token.token, token)
  for (const token of state.accessTokens ?? []) tokens.accessTokens.set(token.token, token)
  for (const code of state.codes ?? []) tokens.codes.set(code.code, code)
}

const emptyOption = { color: null, addedAt: null, updatedAt: null }

function seedField(company: Company, object: ObjectName, given: FieldState): void {
  const known = company.fields.find(object, given.code)
  if (known === null && (given.name === undefined || given.type === undefined)) {
    throw simulatorErrors.seed({ message: `field ${given.code} has no name or no type` })
  }
  const made = field(given.code, given.name ?? '', given.type ?? 'varchar', 'read_only', {
    custom: true,
  })
  const { options = known?.options ?? null, ...rest } = given
  const full = options?.map((option) => ({ ...emptyOption, ...option })) ?? null
  company.fields.put(object, { ...(known ?? made), ...rest, options: full })
  for (const { id } of full ?? []) {
    if (typeof id === 'number') company.claimId('option', String(id))
  }
}

function seedRecord(company: Company, object: ObjectName, record: RecordState, now: number): void {
  const id = record.id ?? company.newId(object)
  if (object !== 'lead' && !/^\d+$/.test(id)) {
    throw simulatorErrors.seed({ message: `record id ${id} of ${object} is not a number` })
  }
  company.claimId(object, id)
  const values: Record<string, Json> = {}
  for (const [code, value] of Object.entries(record.values)) {
    const known = company.fields.find(object, code) ?? company.fields.findCustom(object, code)
    if (known === null) {
      throw simulatorErrors.seed({ message: `record ${id} has ${code}, which ${object} lacks` })
    }
    if (value !== null) values[code] = value
  }
  const { addedAt = now, updatedAt = addedAt, deletedAt = null } = record
  company.put(object, { id, addedAt, updatedAt, deletedAt, values })
}

function objectOf(name: string): ObjectName {
  const object = findObject(name)
  if (object === null) throw simulatorErrors.seed({ message: `there is no object ${name}` })
  return object
}
