/** Reads every object, and compares it with what is known. One that fails does not stop the others. */
import type { SourceObject } from '../../../connector/source.ts'
import type { SynclineError } from '../../../model/error.ts'
import { describeFailure } from '../failures.ts'
import { refusalOf } from './absent.ts'
import { verifyPulledAccount } from '../account.ts'
import { loadContext, type PullContext, type ReadContext } from '../context.ts'
import { pullErrors } from '../errors.ts'
import { foreseen } from '../foreign-error.ts'
import { findLeaks, refuseLeak } from '../leaks.ts'
import { withPullRun } from '../lifecycle.ts'
import type { PullMethod } from '../pull.ts'
import { unknownFields } from '../unknown-fields.ts'
import { keepTables, readObject } from './read-object.ts'

export const readAll: PullMethod = async (collaborators, lease, options) => {
  const origin = options.kind === 'run' ? 'read' : options.kind
  const context: ReadContext = { ...(await loadContext(collaborators, lease, options)), origin }
  return withPullRun(context, async () => {
    const before = callsOf(context)
    await verifyPulledAccount(context)
    const names = chosen(context)
    const described = await each(context, names, String, (name) => describe(context, name))
    const leaks = await findLeaks(context, described.done)
    const read = await each(context, described.done, nameOf, (metadata) => {
      refuseLeak(leaks, metadata.name)
      return context.source.reads === false
        ? keepTables(context, metadata)
        : readObject(context, metadata)
    })
    const objects = read.done.filter((report) => report !== null)
    const errors = [...described.errors, ...read.errors]
    // A bug is told first: nobody else can.
    const failed = errors.find(({ kind }) => kind === 'bug') ?? errors[0]
    const error = failed ?? refusalOf(context, objects)
    const notices = unusedPatterns(context, described.done)
    return { objects, error, notices, calls: callsOf(context) - before }
  })
}

/** What fails is told when the others have had their turn. */
async function each<In, Out>(
  { signal, sync }: PullContext,
  inputs: readonly In[],
  name: (input: In) => string,
  work: (input: In) => Promise<Out>,
): Promise<{ readonly done: readonly Out[]; readonly errors: readonly SynclineError[] }> {
  const done: Out[] = []
  const errors: SynclineError[] = []
  for (const input of inputs) {
    try {
      done.push(await work(input))
    } catch (error) {
      if (signal.aborted) throw error
      errors.push(foreseen(sync, name(input), error))
    }
  }
  return { done, errors }
}

/** A field may come and go, and who misspells one of these pulls less than he meant, which can be made good. */
function unusedPatterns(
  { sync }: PullContext,
  described: readonly SourceObject[],
): readonly SynclineError[] {
  return unknownFields(sync, ['only', 'include'], described).map(({ message, place }) =>
    pullErrors.unused_pattern({ message, place }),
  )
}

function chosen({ objects, sync }: PullContext): readonly string[] {
  return objects.length === 0 ? sync.objects : objects
}

function nameOf({ name }: SourceObject): string {
  return name
}

function describe(context: PullContext, object: string): Promise<SourceObject> {
  return describeFailure(context, context.reader.describe(object))
}

function callsOf({ reader }: PullContext): number {
  return reader.calls().reduce((sum, { calls }) => sum + calls, 0)
}
