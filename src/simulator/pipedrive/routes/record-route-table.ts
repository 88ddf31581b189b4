/** The routes of records in the second version. */
import { costs } from '../request/costs.ts'
import { plurals } from '../wire/objects.ts'
import { listArchivedDeals, listRecords } from './record-list.ts'
import { createOne, deleteOne, readOne, updateOne } from './record-routes.ts'
import { type V2Object, v2Objects } from '../views/record-view.ts'
import { type Route, v2 } from '../request/route.ts'
import { type ScopeRule, scopes } from '../request/scopes.ts'
import { searchField, searchPersons } from './search-routes.ts'

interface Access {
  readonly read: ScopeRule
  readonly write: ScopeRule
}

const access: Readonly<Record<V2Object, Access>> = {
  deal: scopes.deals,
  person: scopes.contacts,
  organization: scopes.contacts,
  activity: scopes.activities,
  product: scopes.products,
  pipeline: { read: scopes.deals.read, write: scopes.admin },
  stage: { read: scopes.deals.read, write: scopes.admin },
}

const { list, shortList, get, write, delete: removal, archived } = costs.v2

const archivedDeals = v2(
  'GET /deals/archived',
  { operation: 'list_archived', object: 'deal', cost: archived, scope: scopes.deals.read },
  listArchivedDeals,
)

const searches = {
  operation: 'search',
  cost: costs.v2.search,
  limit: 'search',
  scope: scopes.search,
} as const

/** Before those with an id in their place. */
const searchRoutes = [
  v2('GET /persons/search', { ...searches, object: 'person' }, searchPersons),
  v2('GET /itemSearch/field', searches, searchField),
]

export const recordRoutes: readonly Route[] = [
  archivedDeals,
  ...searchRoutes,
  ...v2Objects.flatMap(routesOf),
]

function routesOf(object: V2Object): readonly Route[] {
  const path = `/${plurals[object]}`
  const { read: reading, write: writing } = access[object]
  const isShort = object === 'pipeline' || object === 'stage'
  const listCost = isShort ? shortList : list
  const read = { operation: 'read', object, cost: get, scope: reading } as const
  const create = { operation: 'create', object, cost: write, scope: writing } as const
  const update = { operation: 'update', object, cost: write, scope: writing } as const
  const remove = { operation: 'delete', object, cost: removal, scope: writing } as const
  const lists = { operation: 'list', object, cost: listCost, scope: reading } as const
  return [
    v2(`GET ${path}`, lists, (call) => listRecords(call, object)),
    v2(`POST ${path}`, create, (call) => createOne(call, object)),
    v2(`GET ${path}/:id`, read, (call) => readOne(call, object)),
    v2(`PATCH ${path}/:id`, update, (call) => updateOne(call, object)),
    v2(`DELETE ${path}/:id`, remove, (call) => deleteOne(call, object)),
  ]
}
