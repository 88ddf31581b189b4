/** What the CRM demands of every new record and a sync does not give. */
import type { ObjectSchema } from '../../model/field.ts'
import type { PushSync } from '../../model/sync.ts'
import { identityOf, recordFieldMappings } from './mapping.ts'

/** Names of the fields; none for a sync that creates nothing. */
export function unmappedRequired(
  sync: PushSync,
  { fields, required }: ObjectSchema,
  ownKey: string,
): readonly string[] {
  if (sync.mode === 'update') return []
  const mapped = recordFieldMappings(sync).map(({ field }) => field)
  const given = new Set([
    ...mapped,
    ...mapped.flatMap((name) => fields.get(name)?.standsFor ?? []),
    identityOf(sync, fields, ownKey)?.field.name,
  ])
  return required.filter((name) => !given.has(name))
}
