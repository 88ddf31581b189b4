/** Reads every object, and compares it with what is known. One that fails does not stop the others. */
import type { SourceObject } from '../../../connector/source.ts'
import { SynclineError } from '../../../model/error.ts'
import { describeFailure } from '../../failures.ts'
import { refusalOf } from './absent.ts'
import { verifyPulledAccount } from '../account.ts'
import { loadContext, type PullContext } from '../context.ts'
import { findLeaks, refuseLeak } from '../leaks.ts'
import { withPullRun } from '../lifecycle.ts'
import type { ObjectReport, PullMethod } from '../pull.ts'
import { keepTables, type ReadContext, readObject } from './read-object.ts'

export const readAll: PullMethod = async (collaborators, lease, options) => {
  const origin = options.kind === 'run' ? 'read' : options.kind
  const context: ReadContext = { ...(await loadContext(collaborators, lease, options)), origin }
  return withPullRun(context, async () => {
    const before = callsOf(context)
    await verifyPulledAccount(context)
    const described = await each(context, chosen(context), (name) => describe(context, name))
    const leaks = await findLeaks(context, described.done)
    const read = await each(context, described.done, (metadata): Promise<ObjectReport | null> => {
      refuseLeak(leaks, metadata.name)
      return context.source.reads === false
        ? keepTables(context, metadata)
        : readObject(context, metadata)
    })
    const objects = read.done.filter((report) => report !== null)
    const error = described.errors[0] ?? read.errors[0] ?? refusalOf(context, objects)
    return { objects, error, calls: callsOf(context) - before }
  })
}

/** What fails is told when the others have had their turn. */
async function each<In, Out>(
  { signal }: PullContext,
  inputs: readonly In[],
  work: (input: In) => Promise<Out>,
): Promise<{ readonly done: readonly Out[]; readonly errors: readonly SynclineError[] }> {
  const done: Out[] = []
  const errors: SynclineError[] = []
  for (const input of inputs) {
    try {
      done.push(await work(input))
    } catch (error) {
      if (signal.aborted || !(error instanceof SynclineError)) throw error
      errors.push(error)
    }
  }
  return { done, errors }
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
