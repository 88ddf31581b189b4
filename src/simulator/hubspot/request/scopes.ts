/** Which permissions an endpoint asks of a token. */
import { missingScopes } from '../wire/api-error.ts'
import type { ObjectType } from '../store/object-types.ts'
import { hasScope } from '../store/tokens.ts'
import type { Caller } from '../store/tokens.ts'

/** Of the object in the path, or of one thing for the whole account. */
export const scopeRules = [
  'none',
  'object.read',
  'object.write',
  'schema.read',
  'schema.write',
  'owners.read',
  'custom_schema.read',
  'custom_schema.write',
] as const
export type ScopeRule = (typeof scopeRules)[number]

/** Throws the 403 that names what is missing; any one of the scopes of an object will do. */
export function requireScopes(
  caller: Caller,
  rule: ScopeRule,
  types: () => readonly ObjectType[],
): void {
  if (caller.scopes === 'all') return
  for (const wanted of wantedScopes(rule, types)) {
    if (!hasScope(caller.scopes, wanted)) throw missingScopes(wanted)
  }
}

function wantedScopes(
  rule: ScopeRule,
  types: () => readonly ObjectType[],
): readonly (readonly string[])[] {
  switch (rule) {
    case 'none':
      return []
    case 'owners.read':
      return [['crm.objects.owners.read']]
    case 'custom_schema.read':
      return [['crm.schemas.custom.read']]
    case 'custom_schema.write':
      return [['crm.schemas.custom.write']]
    case 'object.read':
      return types().map((type) => scopesOf(type, ['objects'], 'read'))
    case 'object.write':
      return types().map((type) => scopesOf(type, ['objects'], 'write'))
    case 'schema.read':
      return types().map((type) => scopesOf(type, ['schemas', 'objects'], 'read'))
    case 'schema.write':
      return types().map((type) => scopesOf(type, ['schemas'], 'write'))
    default: {
      const unreachable: never = rule
      return unreachable
    }
  }
}

/** Tickets are older than granular scopes. */
function scopesOf(type: ObjectType, kinds: readonly string[], access: string): readonly string[] {
  if (type.name === 'tickets') return ['tickets']
  const name = type.custom ? 'custom' : type.name
  return kinds.map((kind) => `crm.${kind}.${name}.${access}`)
}
