/** An error that nobody foresaw ends what it came up in, and is told like every other: what else was done has its report. */
import { SynclineError } from '../../model/error.ts'
import type { PullSync } from '../../model/sync.ts'
import { pullErrors } from './errors.ts'

/** `part` is what of the sync failed: `deals`, `the journal`. */
export function foreseen(
  { name, place }: Pick<PullSync, 'name' | 'place'>,
  part: string,
  error: unknown,
): SynclineError {
  if (error instanceof SynclineError) return error
  const told = error instanceof Error ? error.message : String(error)
  return pullErrors.internal({ message: `Sync ${name}, ${part}: ${told}`, place, cause: error })
}
