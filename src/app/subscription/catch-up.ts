/**
 * What a hole calls for is read: what changed since the last read of an object, and every record where the CRM lists
 * no deletions. A list of ids alone would be no cheaper: a page costs the same whatever it shows of each record.
 */
import type { ReadableObject } from '../../connector/source.ts'
import type { CatchUp } from '../../core/subscription/hole.ts'
import type { SynclineError } from '../../model/error.ts'
import type { PullRunKind } from '../../model/run.ts'
import type { PullSync } from '../../model/sync.ts'
import { type PullResult, pullSync } from '../pull/pull-sync.ts'
import type { Workspace } from '../workspace/workspace.ts'

export interface CaughtUp {
  readonly sync: string
  /** Objects that were read, and what was found. */
  readonly objects: PullResult['objects']
  /** Of objects that could not be read, or what a guard withheld. */
  readonly errors: readonly SynclineError[]
}

export async function catchUp(
  workspace: Workspace,
  sync: PullSync,
  due: ReadonlyMap<string, CatchUp>,
  signal: AbortSignal,
): Promise<CaughtUp> {
  const { source } = await workspace.source(sync.crm)
  const objects: PullResult['objects'][number][] = []
  const errors: SynclineError[] = []
  for (const [kind, names] of byKind(source.objects, due)) {
    const request = { ...whatIsDue, objects: names, signal, progress: ignore }
    const report = await pullSync(workspace, sync, { kind, ...request })
    objects.push(...report.objects)
    if (report.error !== null) errors.push(report.error)
  }
  return { sync: sync.name, objects, errors }
}

const whatIsDue = { selection: null, dryRun: false, force: false } as const

function ignore(): void {}

/** Each kind of run with the objects that it is for; none without objects, which would be a run of all. */
function byKind(
  objects: readonly ReadableObject[],
  due: ReadonlyMap<string, CatchUp>,
): ReadonlyMap<Exclude<PullRunKind, 'replay'>, readonly string[]> {
  const listing = new Set(
    objects.filter(({ listsDeleted }) => listsDeleted === true).map(({ name }) => name),
  )
  return Map.groupBy(due.keys(), (object) =>
    due.get(object) === 'everything' && !listing.has(object) ? 'reconcile' : 'run',
  )
}
