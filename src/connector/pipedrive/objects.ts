/** The objects that can be read, and where: what differs between them is this table. */
import type { ReadableObject } from '../source.ts'
import * as builtIn from './built-in-fields.ts'
import { costs } from './limits.ts'

/**
 * One list of an object's records; most objects have just one. Its pages go on
 *
 * - `cursor`: after the last record, whatever happened before it; in the second version.
 * - `start`: at a position; in the first version.
 * - `whole`: not at all, since everything comes at once.
 */
export interface RecordList {
  readonly name: string
  readonly path: string
  readonly pages: 'cursor' | 'start' | 'whole'
  readonly cost: number
  /** Whether it takes `updated_since`; the others give everything instead. */
  readonly since: boolean
  /** How to order pages by position so that new records come last, and those of one time in one order. */
  readonly sort?: string
}

export interface PipedriveObject extends ReadableObject {
  /** The path of one record, without its id. */
  readonly path: string
  readonly cost: number
  readonly lists: readonly [RecordList, ...RecordList[]]
  /** How several records are read at once: by `ids`, as part of the `whole` list, or one by one. */
  readonly several: 'ids' | 'whole' | 'singly'
  /** Parameters with which lists show what is deleted as well. */
  readonly withDeleted: Readonly<Record<string, string>>
  /** The field that tells deleted records, and its value in them. */
  readonly deleted: { readonly field: string; readonly is: boolean }
  /** Where the metadata is, and in which version's shape; null for objects without custom fields. */
  readonly fields: { readonly path: string; readonly version: 1 | 2 } | null
  /** Any of these lets an app read it; none where every app may. */
  readonly scopes: readonly string[]
  readonly builtIn: builtIn.BuiltInFields
}

const scopes = {
  deals: ['deals:read', 'deals:full'],
  contacts: ['contacts:read', 'contacts:full'],
  activities: ['activities:read', 'activities:full'],
  products: ['products:read', 'products:full'],
  leads: ['leads:read', 'leads:full'],
  users: ['users:read'],
} as const

const byCursor = { name: 'all', pages: 'cursor', cost: costs.v2.list, since: true } as const
const numbered = { keyKind: 'integer' } as const
const deleted = { field: 'is_deleted', is: true } as const
const second = {
  ...numbered,
  cost: costs.v2.get,
  several: 'ids',
  withDeleted: {},
  deleted,
} as const
const first = {
  ...numbered,
  cost: costs.v1.get,
  several: 'singly',
  withDeleted: {},
  deleted,
} as const

export const pipedriveObjects = [
  {
    ...second,
    name: 'deals',
    singular: 'deal',
    label: 'Deals',
    path: '/api/v2/deals',
    lists: [
      { ...byCursor, name: 'current', path: '/api/v2/deals' },
      { ...byCursor, name: 'archived', path: '/api/v2/deals/archived', cost: costs.v2.archived },
    ],
    withDeleted: { status: 'open,won,lost,deleted' },
    fields: { path: '/api/v2/dealFields', version: 2 },
    scopes: scopes.deals,
    builtIn: builtIn.deals,
  },
  {
    ...second,
    name: 'persons',
    singular: 'person',
    label: 'Persons',
    path: '/api/v2/persons',
    lists: [{ ...byCursor, path: '/api/v2/persons' }],
    fields: { path: '/api/v2/personFields', version: 2 },
    scopes: scopes.contacts,
    builtIn: builtIn.persons,
  },
  {
    ...second,
    name: 'organizations',
    singular: 'organization',
    label: 'Organizations',
    path: '/api/v2/organizations',
    lists: [{ ...byCursor, path: '/api/v2/organizations' }],
    fields: { path: '/api/v2/organizationFields', version: 2 },
    scopes: scopes.contacts,
    builtIn: builtIn.organizations,
  },
  {
    ...second,
    name: 'activities',
    singular: 'activity',
    label: 'Activities',
    path: '/api/v2/activities',
    lists: [{ ...byCursor, path: '/api/v2/activities' }],
    fields: { path: '/api/v2/activityFields', version: 2 },
    scopes: scopes.activities,
    builtIn: builtIn.activities,
  },
  {
    ...first,
    name: 'leads',
    keyKind: 'text',
    singular: 'lead',
    label: 'Leads',
    path: '/api/v1/leads',
    lists: [
      {
        name: 'current',
        path: '/api/v1/leads',
        pages: 'start',
        cost: costs.v1.list,
        since: true,
        sort: 'add_time ASC, id ASC',
      },
      {
        name: 'archived',
        path: '/api/v1/leads/archived',
        pages: 'start',
        cost: costs.v1.list,
        since: false,
        sort: 'add_time ASC, id ASC',
      },
    ],
    fields: { path: '/api/v1/leadFields', version: 1 },
    scopes: scopes.leads,
    builtIn: builtIn.leads,
  },
  {
    ...second,
    name: 'products',
    singular: 'product',
    label: 'Products',
    path: '/api/v2/products',
    lists: [{ ...byCursor, path: '/api/v2/products' }],
    fields: { path: '/api/v2/productFields', version: 2 },
    scopes: scopes.products,
    builtIn: builtIn.products,
  },
  {
    ...first,
    name: 'notes',
    singular: 'note',
    label: 'Notes',
    path: '/api/v1/notes',
    lists: [
      {
        name: 'all',
        path: '/api/v1/notes',
        pages: 'start',
        cost: costs.v1.list,
        since: true,
        sort: 'id ASC',
      },
    ],
    fields: null,
    // Users have one as well, and are only not active then.
    deleted: { field: 'active_flag', is: false },
    // Notes belong to whatever they are on.
    scopes: [...scopes.deals, ...scopes.contacts, ...scopes.activities, ...scopes.leads],
    builtIn: builtIn.notes,
  },
  {
    ...first,
    name: 'users',
    singular: 'user',
    label: 'Users',
    path: '/api/v1/users',
    lists: [
      { name: 'all', path: '/api/v1/users', pages: 'whole', cost: costs.v1.list, since: false },
    ],
    several: 'whole',
    fields: null,
    scopes: scopes.users,
    builtIn: builtIn.users,
  },
  {
    ...second,
    name: 'pipelines',
    singular: 'pipeline',
    label: 'Pipelines',
    path: '/api/v2/pipelines',
    lists: [{ ...byCursor, path: '/api/v2/pipelines', cost: costs.v2.shortList, since: false }],
    several: 'whole',
    fields: null,
    scopes: scopes.deals,
    builtIn: builtIn.pipelines,
  },
  {
    ...second,
    name: 'stages',
    singular: 'stage',
    label: 'Stages',
    path: '/api/v2/stages',
    lists: [{ ...byCursor, path: '/api/v2/stages', cost: costs.v2.shortList, since: false }],
    several: 'whole',
    fields: null,
    scopes: scopes.deals,
    builtIn: builtIn.stages,
  },
] as const satisfies readonly PipedriveObject[]

/** By its name; null where there is none. */
export function objectNamed(name: string): PipedriveObject | null {
  return pipedriveObjects.find((object) => object.name === name) ?? null
}

/** By what webhooks call it. */
export function objectOfEntity(entity: string): PipedriveObject | null {
  return pipedriveObjects.find(({ singular }) => singular === entity) ?? null
}
