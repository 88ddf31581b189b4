/** Which permission of an OAuth app an endpoint asks for; API tokens may do what their user may. */
import { missingScope } from '../wire/api-error.ts'
import type { Caller } from '../store/tokens.ts'

/** Any one of them will do; none at all for what every app may. */
export type ScopeRule = readonly string[]

export const scopes = {
  none: [],
  deals: { read: ['deals:read', 'deals:full'], write: ['deals:full'] },
  contacts: { read: ['contacts:read', 'contacts:full'], write: ['contacts:full'] },
  activities: { read: ['activities:read', 'activities:full'], write: ['activities:full'] },
  products: { read: ['products:read', 'products:full'], write: ['products:full'] },
  leads: { read: ['leads:read', 'leads:full'], write: ['leads:full'] },
  users: ['users:read'],
  recents: ['recents:read'],
  search: ['search:read'],
  admin: ['admin'],
  dealFields: ['deal-fields:full'],
  contactFields: ['contact-fields:full'],
} as const

export function requireScope(caller: Caller, rule: ScopeRule): void {
  if (caller.scopes === 'all' || rule.length === 0) return
  if (!rule.some((scope) => caller.scopes !== 'all' && caller.scopes.includes(scope))) {
    throw missingScope()
  }
}
