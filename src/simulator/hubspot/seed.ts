/** Puts a state, or a part of one, into a portal. */
import { simulatorErrors } from '../errors.ts'
import type { ObjectType } from './store/object-types.ts'
import type { Portal } from './store/portal.ts'
import { defineProperty } from './store/property-definition.ts'
import type { PortalState, RecordState } from './state.ts'

/** Adds to what is there; a record with a known id replaces it. */
export function seedPortal(portal: Portal, state: Partial<PortalState>, now: number): void {
  seedTokens(portal, state)
  for (const custom of state.customObjects ?? []) portal.defineObject(custom)
  seedDefinitions(portal, state)
  for (const owner of state.owners ?? []) {
    portal.owners.put({
      firstName: '',
      lastName: '',
      userId: Number(owner.id) + 5_000_000,
      type: 'PERSON',
      archived: false,
      teams: [],
      createdAt: now,
      updatedAt: now,
      ...owner,
    })
  }
  for (const [object, records] of Object.entries(state.records ?? {})) {
    const type = typeOf(portal, object)
    for (const record of records) seedRecord(portal, type, record, now)
  }
  seedLinks(portal, state)
  for (const email of state.blockedEmails ?? []) portal.blockedEmails.add(email)
  if (state.lastId !== undefined) portal.claimId(String(state.lastId))
}

function seedTokens({ tokens }: Portal, state: Partial<PortalState>): void {
  for (const app of state.privateApps ?? []) tokens.privateApps.set(app.token, app)
  for (const app of state.apps ?? []) tokens.apps.set(app.clientId, app)
  for (const token of state.refreshTokens ?? []) tokens.refreshTokens.set(token.token, token)
  for (const token of state.accessTokens ?? []) tokens.accessTokens.set(token.token, token)
  for (const code of state.codes ?? []) tokens.codes.set(code.code, code)
}

function seedDefinitions(portal: Portal, state: Partial<PortalState>): void {
  for (const [object, groups] of Object.entries(state.groups ?? {})) {
    const known = portal.properties.groups(typeOf(portal, object))
    for (const group of groups) known.set(group.name, group)
  }
  for (const [object, definitions] of Object.entries(state.properties ?? {})) {
    const type = typeOf(portal, object)
    for (const definition of definitions) portal.defineProperty(type, defineProperty(definition))
  }
  for (const [object, pipelines] of Object.entries(state.pipelines ?? {})) {
    const type = typeOf(portal, object)
    for (const pipeline of pipelines) portal.pipelines.put(type.id, pipeline)
  }
}

function seedRecord(portal: Portal, type: ObjectType, record: RecordState, now: number): void {
  const id = record.id ?? portal.nextId()
  if (!/^\d{1,15}$/.test(id)) {
    throw simulatorErrors.seed({ message: `record id ${id} of ${type.name} is not a number` })
  }
  portal.claimId(id)
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(record.properties)) {
    if (portal.properties.findAny(type, name) === null) {
      throw simulatorErrors.seed({ message: `record ${id} has ${name}, which ${type.name} lacks` })
    }
    if (value !== null && value !== '') values[name] = value
  }
  const createdAt = record.createdAt ?? now
  const updatedAt = record.updatedAt ?? createdAt
  portal
    .table(type)
    .put({ id, createdAt, updatedAt, archivedAt: record.archivedAt ?? null, values }, now)
}

function seedLinks(portal: Portal, state: Partial<PortalState>): void {
  for (const [object, redirects] of Object.entries(state.redirects ?? {})) {
    const table = portal.table(typeOf(portal, object))
    for (const [from, to] of Object.entries(redirects)) table.redirect(from, to)
  }
  const { associationTypes, associations } = portal
  associationTypes.restore(
    state.associationTypes ?? [],
    Math.max(associationTypes.lastId, state.lastAssociationTypeId ?? 0),
  )
  for (const { from, to, typeIds } of state.associations ?? []) {
    const [fromType, toType] = [typeOf(portal, from.object), typeOf(portal, to.object)]
    const here = { type: fromType.id, id: from.id }
    const there = { type: toType.id, id: to.id }
    for (const typeId of typeIds ?? [associationTypes.plain(fromType, toType).typeId]) {
      const type = associationTypes.find(fromType, toType, typeId)
      if (type === null) {
        throw simulatorErrors.seed({
          message: `association type ${typeId} does not exist from ${fromType.name} to ${toType.name}`,
        })
      }
      associations.add(here, there, type)
    }
  }
}

function typeOf(portal: Portal, object: string): ObjectType {
  const type = portal.types.find(object)
  if (type === null) throw simulatorErrors.seed({ message: `there is no object ${object}` })
  return type
}
