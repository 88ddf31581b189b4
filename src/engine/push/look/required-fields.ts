/** A create that lacks what the CRM demands is refused row by row: the plan says it once, by name. */
import type { Connector } from '../../../connector/connector.ts'
import { unmappedRequired } from '../../../core/mapping/required.ts'
import type { ObjectSchema } from '../../../model/field.ts'
import type { PushSync } from '../../../model/sync.ts'
import { pushErrors } from '../../errors.ts'

/** Throws `push.required_field`. */
export function requireMapped(
  sync: PushSync,
  schema: ObjectSchema,
  { ownKey }: Pick<Connector<never>, 'ownKey'>,
): void {
  const names = unmappedRequired(sync, schema, ownKey.name)
  if (names.length === 0) return
  const message = `Sync ${sync.name} may create ${sync.object}, and gives no value for what each new one must have: ${names.join(', ')}.`
  throw pushErrors.required_field({ message, place: sync.place })
}
