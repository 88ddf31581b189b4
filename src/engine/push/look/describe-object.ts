/** The metadata of an object; where the CRM has none of that name, the nearest that it has is told. */
import { RequestFailure } from '../../../connector/connector.ts'
import type { Place } from '../../../model/error.ts'
import type { ObjectSchema } from '../../../model/field.ts'
import { nearest } from '../../../model/nearest.ts'
import type { PushSync } from '../../../model/sync.ts'
import type { Collaborators } from '../../context.ts'
import { pushErrors } from '../errors/errors.ts'
import { describeFailure, failureError } from '../errors/failures.ts'

export interface NamedObject {
  readonly object: string
  /** Where the sync names it. */
  readonly place: Place
  /** What the name could have meant as well. */
  readonly lists: readonly string[]
}

/** The object that the sync writes. */
export function ownObject({ object, place, places }: PushSync): NamedObject {
  return { object, place: places.get('to.object') ?? place, lists: [] }
}

export async function describeObject(
  context: Pick<Collaborators, 'sync' | 'crm'>,
  { object, place, lists }: NamedObject,
): Promise<ObjectSchema> {
  const { crm, sync } = context
  try {
    return await crm.describe(object)
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error
    const failure = failureError(context, error)
    if (error.kind !== 'invalid') throw failure
    const objects = await describeFailure(context, crm.objects())
    const names = objects.map(({ name }) => name)
    if (names.includes(object)) throw failure
    const meant = nearest(object, [...lists, ...names])
    const also = lists.length === 0 ? '' : `, and the lists ${lists.join(', ')}`
    throw pushErrors.unknown_object({
      message: `Sync ${sync.name}: ${sync.crm} has no object ${object}${meant === null ? '.' : `; did you mean ${meant}?`} It has: ${names.join(', ')}${also}.`,
      place,
      cause: error,
    })
  }
}
