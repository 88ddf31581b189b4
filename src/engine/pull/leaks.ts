/** Nothing of an object is read while what is to be kept out of it, or hashed, can't be told from the rest. */
import type { CrmReader, SourceObject } from '../../connector/source.ts'
import { SynclineError } from '../../model/error.ts'
import { fitsPattern } from '../../model/name-pattern.ts'
import { describeFailure } from './failures.ts'
import type { LoadContext } from './context.ts'
import { pullErrors } from './errors.ts'
import { undecidedObjects, type UnknownField, unknownFields } from './unknown-fields.ts'

type AskingContext = Pick<LoadContext, 'sync' | 'signal'> & { readonly reader: CrmReader }

/** Those that keep people's data out. */
const choices = ['exclude', 'hash'] as const

/** Asks for the metadata of further objects where a pattern for several fits none of those given. */
export async function findLeaks(
  context: AskingContext,
  described: readonly SourceObject[],
): Promise<readonly UnknownField[]> {
  const { sync } = context
  const others: SourceObject[] = []
  for (const name of undecidedObjects(sync, choices, described)) {
    const found = await describeIfAllowed(context, name)
    if (found !== null) others.push(found)
  }
  return unknownFields(sync, choices, [...described, ...others])
}

export function refuseLeak(leaks: readonly UnknownField[], name: string): void {
  const leak = leaks.find(({ object }) => fitsPattern(object, name))
  if (leak !== undefined) {
    throw pullErrors.unknown_field({ message: leak.message, place: leak.place })
  }
}

/** The metadata of an object that nothing leaks of. Throws `pull.unknown_field`. */
export async function describeSafely(context: AskingContext, name: string): Promise<SourceObject> {
  const metadata = await describeFailure(context, context.reader.describe(name))
  refuseLeak(await findLeaks(context, [metadata]), name)
  return metadata
}

/** What can't be looked at may have the field. */
async function describeIfAllowed(
  context: AskingContext,
  object: string,
): Promise<SourceObject | null> {
  try {
    return await describeFailure(context, context.reader.describe(object))
  } catch (error) {
    if (context.signal.aborted || !(error instanceof SynclineError)) throw error
    return null
  }
}
