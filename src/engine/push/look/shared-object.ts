/**
 * Two syncs of one object that write the same field, or that both delete, would undo each other's work. Configuration
 * refuses those whose names of the object are known to be one; what only the account knows is seen here.
 */
import { type PushSync, removesRecords } from '../../../model/sync.ts'
import type { Collaborators } from '../../context.ts'
import { pushErrors } from '../errors/errors.ts'
import { describeFailure } from '../errors/failures.ts'

/** Asks the CRM only about syncs that do the same under a name that may be the object's, too. */
export async function refuseShared(
  context: Pick<Collaborators, 'crm' | 'siblings' | 'sync'>,
): Promise<void> {
  const { crm, siblings, sync } = context
  for (const other of siblings) {
    const both = bothDo(sync, other)
    if (both.length === 0) continue
    const isSame = await describeFailure(context, crm.sameObject(sync.object, other.object))
    if (!isSame) continue
    throw pushErrors.shared({
      message: `The syncs ${sync.name} and ${other.name} both ${both.join(' and ')}: ${sync.object} and ${other.object} are one object of ${sync.crm}.`,
      place: sync.place,
    })
  }
}

/** Match fields don't count: each sync only follows its own row's value. */
function bothDo(one: PushSync, other: PushSync): readonly string[] {
  if (one.shared && other.shared) return []
  const written = new Set(other.fields.map(({ field }) => field.toLowerCase()))
  const fields = one.fields.map(({ field }) => field)
  const shared = fields.filter((field) => written.has(field.toLowerCase()))
  return [
    ...(shared.length === 0 ? [] : [`write ${shared.join(', ')}`]),
    ...([one, other].every(({ removedRows }) => removesRecords(removedRows))
      ? ['archive or delete']
      : []),
  ]
}
