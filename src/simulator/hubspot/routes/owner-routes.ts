/** Reading the owners. */
import type { ForwardPaging } from '@hubspot/api-client/lib/codegen/crm/owners/models/ForwardPaging.js'
import { badRequest, notFound } from '../wire/api-error.ts'
import { limitParam, nextLink, param, reply } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import type { Owner } from '../store/owners.ts'
import type { Wire, WireOwner } from '../wire/wire.ts'

interface OwnerPage {
  readonly results: readonly WireOwner[]
  readonly paging?: Wire<ForwardPaging>
}

export function listOwners(call: Call): Reply<OwnerPage> {
  const limit = limitParam(call.query, 100, 100)
  const after = call.query.get('after') ?? '0'
  if (!/^\d+$/.test(after)) throw badRequest(`Invalid after: ${after}`)
  const archived = call.query.get('archived') === 'true'
  const email = call.query.get('email')?.toLowerCase() ?? null
  const found = call.portal.owners
    .all()
    .filter((owner) => owner.archived === archived && Number(owner.id) >= Number(after))
    .filter((owner) => email === null || owner.email.toLowerCase() === email)
  const results = found.slice(0, limit).map(viewOwner)
  const next = found[limit]
  if (next === undefined) return reply(200, { results })
  return reply(200, {
    results,
    paging: { next: { after: next.id, link: nextLink(call, next.id) } },
  })
}

export function readOwner(call: Call): Reply<WireOwner> {
  const id = param(call, 'id')
  const byUser = call.query.get('idProperty') === 'userId'
  const archived = call.query.get('archived') === 'true'
  const owner = call.portal.owners
    .all()
    .find((one) => (byUser ? String(one.userId) : one.id) === id && one.archived === archived)
  if (owner === undefined) throw notFound()
  return reply(200, viewOwner(owner))
}

/** An archived owner is no user any more. */
function viewOwner(owner: Owner): WireOwner {
  return {
    id: owner.id,
    email: owner.email,
    firstName: owner.firstName,
    lastName: owner.lastName,
    type: owner.type,
    userId: owner.archived ? null : owner.userId,
    userIdIncludingInactive: owner.userId,
    createdAt: new Date(owner.createdAt).toISOString(),
    updatedAt: new Date(owner.updatedAt).toISOString(),
    archived: owner.archived,
    ...(owner.teams.length === 0 ? {} : { teams: owner.teams }),
  }
}
