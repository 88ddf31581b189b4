import { strict as assert } from 'node:assert'
import { SynclineError } from '../model/error.ts'

/** Fails unless `work` ends in an error of this code; gives the error for a closer look. */
export async function refused(work: Promise<unknown>, code: string): Promise<SynclineError> {
  const error = await work.then(
    () => assert.fail(`expected ${code}, but it succeeded`),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof SynclineError, `expected ${code}, got ${String(error)}`)
  assert.equal(error.code, code, error.message)
  return error
}
