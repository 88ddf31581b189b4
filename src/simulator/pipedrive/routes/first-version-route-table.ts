/** What only the first version has. */
import { costs } from '../request/costs.ts'
import * as leads from './lead-routes.ts'
import { mergeOne } from './merge-routes.ts'
import * as notes from './note-routes.ts'
import { plurals } from '../wire/objects.ts'
import { listRecents } from './recents-routes.ts'
import { mergeable } from '../writes/record-merge.ts'
import { type Route, v1 } from '../request/route.ts'
import { type ScopeRule, scopes } from '../request/scopes.ts'
import * as users from './user-routes.ts'
import * as webhooks from './webhook-routes.ts'

const { list, get, write, delete: removal, merge, me, recents } = costs.v1
const user = { operation: 'user_read', object: 'user' } as const

export const userRoutes: readonly Route[] = [
  ...v1('GET /users', { ...user, cost: list, scope: scopes.users }, users.listUsers),
  ...v1('GET /users/me', { ...user, cost: me, scope: scopes.none }, users.readSelf),
  ...v1('GET /users/:id', { ...user, cost: get, scope: scopes.users }, users.readUser),
]

const leadRead = { object: 'lead', scope: scopes.leads.read } as const
const leadWrite = { object: 'lead', scope: scopes.leads.write } as const

export const leadRoutes: readonly Route[] = [
  ...v1('GET /leads', { ...leadRead, operation: 'list', cost: list }, leads.listLeads),
  ...v1(
    'GET /leads/archived',
    { ...leadRead, operation: 'list_archived', cost: list },
    leads.listArchivedLeads,
  ),
  ...v1('POST /leads', { ...leadWrite, operation: 'create', cost: write }, leads.createLead),
  ...v1('GET /leads/:id', { ...leadRead, operation: 'read', cost: get }, leads.readLead),
  ...v1('PATCH /leads/:id', { ...leadWrite, operation: 'update', cost: write }, leads.updateLead),
  ...v1(
    'DELETE /leads/:id',
    { ...leadWrite, operation: 'delete', cost: removal },
    leads.deleteLead,
  ),
]

/** Notes belong to whatever they are on. */
const noteScope: ScopeRule = [
  ...scopes.deals.read,
  ...scopes.contacts.read,
  ...scopes.activities.read,
  ...scopes.leads.read,
]
const note = { object: 'note', scope: noteScope } as const

export const noteRoutes: readonly Route[] = [
  ...v1('GET /notes', { ...note, operation: 'list', cost: list }, notes.listNotes),
  ...v1('POST /notes', { ...note, operation: 'create', cost: write }, notes.createNote),
  ...v1('GET /notes/:id', { ...note, operation: 'read', cost: get }, notes.readNote),
  ...v1('PUT /notes/:id', { ...note, operation: 'update', cost: write }, notes.updateNote),
  ...v1('DELETE /notes/:id', { ...note, operation: 'delete', cost: removal }, notes.deleteNote),
]

export const mergeRoutes: readonly Route[] = mergeable.flatMap((object) =>
  v1(
    `PUT /${plurals[object]}/:id/merge`,
    {
      operation: 'merge',
      object,
      cost: merge,
      scope: object === 'deal' ? scopes.deals.write : scopes.contacts.write,
    },
    (call) => mergeOne(call, object),
  ),
)

const hooks = { cost: costs.v1.webhooks, scope: scopes.admin } as const
const hookWrite = { ...hooks, operation: 'webhook_write' } as const

export const webhookRoutes: readonly Route[] = [
  ...v1('GET /webhooks', { ...hooks, operation: 'webhook_read' }, webhooks.listWebhooks),
  ...v1('POST /webhooks', hookWrite, webhooks.createWebhook),
  ...v1('DELETE /webhooks/:id', { ...hookWrite, cost: removal }, webhooks.deleteWebhook),
]

export const recentsRoutes: readonly Route[] = v1(
  'GET /recents',
  { operation: 'recents', cost: recents, scope: scopes.recents },
  listRecents,
)
