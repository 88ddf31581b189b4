/** What a person is told of fields that get no column of their own. */
import { moreFields, mostUnforeseen } from '../../../core/history/columns/more-fields.ts'
import type { Pin } from '../../../core/history/columns/pin.ts'
import type { SynclineError } from '../../../model/error.ts'
import type { PullSync } from '../../../model/sync.ts'
import { pullErrors } from '../errors.ts'

/** Of columns that a load made; null where all of its fields have one. Keeps nothing from being loaded. */
export function crowdedNotice(
  { name, place }: Pick<PullSync, 'name' | 'place'>,
  object: string,
  added: readonly Pin[],
): SynclineError | null {
  const pin = added.find(({ field }) => field === moreFields)
  if (pin === undefined) return null
  return pullErrors.too_many_columns({
    message: `Sync ${name}: ${object} has ${mostUnforeseen} columns for fields that nobody declared, or as many as it may have in all; what else is sent is kept in its column ${pin.name}.`,
    place,
  })
}
