/** Reads every object in full, and compares it with what is known. One that fails does not stop the others. */
import type { SourceObject } from '../../connector/source.ts'
import { SynclineError } from '../../model/error.ts'
import { describeFailure } from '../failures.ts'
import { refusalOf } from './absent.ts'
import { verifyPulledAccount } from './account.ts'
import { loadContext, type PullContext } from './context.ts'
import { withPullRun } from './lifecycle.ts'
import type { ObjectReport, PullMethod } from './pull.ts'
import { type ReadContext, readObject } from './read-object.ts'

export const readAll: PullMethod = async (collaborators, lease, options) => {
  const loading = await loadContext(collaborators, lease, options)
  const origin = options.kind === 'reconcile' ? 'reconcile' : 'read'
  const context: ReadContext = { ...loading, ...collaborators, ...options, origin }
  return withPullRun(context, async () => {
    const before = callsOf(context)
    await verifyPulledAccount(context)
    const objects: ObjectReport[] = []
    const errors: SynclineError[] = []
    for (const name of chosen(context)) {
      try {
        objects.push(await readObject(context, await describe(context, name)))
      } catch (error) {
        if (context.signal.aborted || !(error instanceof SynclineError)) throw error
        errors.push(error)
      }
    }
    const error = errors[0] ?? refusalOf(context, objects)
    return { objects, error, calls: callsOf(context) - before }
  })
}

function chosen({ objects, sync }: PullContext): readonly string[] {
  return objects.length === 0 ? sync.objects : objects
}

function describe(context: PullContext, object: string): Promise<SourceObject> {
  return describeFailure(context, context.reader.describe(object))
}

function callsOf({ reader }: PullContext): number {
  return reader.calls().reduce((sum, { calls }) => sum + calls, 0)
}
