/** The routes of fields: full in the second version, read-only as far as the first still has them. */
import { costs } from '../request/costs.ts'
import * as fields from './field-routes.ts'
import type { ObjectName } from '../wire/objects.ts'
import * as options from './option-routes.ts'
import { type Route, type RouteDetails, v1, v2 } from '../request/route.ts'
import { type ScopeRule, scopes } from '../request/scopes.ts'
import { listLegacyFields } from './legacy-field-routes.ts'

interface Fields {
  readonly object: ObjectName
  readonly read: ScopeRule
  /** Null where the API makes none. */
  readonly write: ScopeRule | null
}

const dealRead = [...scopes.deals.read, ...scopes.dealFields]
const contactRead = [...scopes.contacts.read, ...scopes.contactFields]
const all: readonly Fields[] = [
  { object: 'deal', read: dealRead, write: scopes.dealFields },
  { object: 'person', read: contactRead, write: scopes.contactFields },
  { object: 'organization', read: contactRead, write: scopes.contactFields },
  { object: 'product', read: scopes.products.read, write: scopes.products.write },
  { object: 'activity', read: scopes.activities.read, write: null },
]

/** The first version has fields of leads and notes, too. */
const legacy: readonly Fields[] = [
  ...all,
  { object: 'lead', read: scopes.leads.read, write: null },
  { object: 'note', read: scopes.none, write: null },
]

const { fieldList, fieldGet, write: writeCost, delete: removal, optionWrite } = costs.v2

export const fieldRoutes: readonly Route[] = [
  ...all.flatMap(newRoutes),
  ...legacy.flatMap(oldRoutes),
]

function oldRoutes({ object, read }: Fields): readonly Route[] {
  const details: RouteDetails = {
    operation: 'field_read',
    cost: costs.v1.list,
    scope: read,
    object,
  }
  return v1(`GET /${object}Fields`, details, (call) => listLegacyFields(call, object))
}

function newRoutes({ object, read: reading, write: writing }: Fields): readonly Route[] {
  const path = `/${object}Fields`
  const reads: RouteDetails = { operation: 'field_read', cost: fieldList, scope: reading, object }
  const readRoutes = [
    v2(`GET ${path}`, reads, (call) => fields.listFields(call, object)),
    v2(`GET ${path}/:code`, { ...reads, cost: fieldGet }, (call) => fields.readField(call, object)),
  ]
  if (writing === null) return readRoutes
  const writes: RouteDetails = { operation: 'field_write', cost: writeCost, scope: writing, object }
  const removes = { ...writes, cost: removal }
  const one = `${path}/:code`
  const many = `${one}/options`
  const changes = { ...writes, cost: optionWrite }
  const ends = { ...writes, cost: costs.v2.optionDelete }
  return [
    ...readRoutes,
    v2(`POST ${path}`, writes, (call) => fields.createField(call, object)),
    v2(`PATCH ${one}`, writes, (call) => fields.updateField(call, object)),
    v2(`DELETE ${one}`, removes, (call) => fields.deleteField(call, object)),
    v2(`POST ${many}`, changes, (call) =>
      options.addOptions(call, object, fields.customField(call, object)),
    ),
    v2(`PATCH ${many}`, changes, (call) =>
      options.updateOptions(call, object, fields.customField(call, object)),
    ),
    v2(`DELETE ${many}`, ends, (call) =>
      options.deleteOptions(call, object, fields.customField(call, object)),
    ),
  ]
}
