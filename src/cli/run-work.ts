/** The work of a run on one sync, whoever asks for it: a push plans, guards, delivers and confirms; a pull loads and reads. */
import type { Loader } from '../app/pull/event-loader.ts'
import type { RunRequest } from '../app/run/run-under-lease.ts'
import type { Workspace } from '../app/workspace/workspace.ts'
import type { ScheduledKind } from '../model/schedule.ts'
import type { Sync } from '../model/sync.ts'
import type { Invocation } from './command.ts'
import { exitCode } from './exit-code.ts'
import { pullWork } from './pull-command.ts'
import { judgeDelivery, pushWork, showDelivery } from './push-command.ts'
import type { Judged } from './sync-command.ts'

export interface RunTerms extends Pick<RunRequest, 'onHeld'> {
  /** What a pull does. */
  readonly kind?: ScheduledKind | undefined
  /** Loads the journal before a pull reads. */
  readonly loaderOf: (workspace: Workspace) => Loader
}

export function runWork(
  invocation: Invocation,
  { kind = 'run', loaderOf, onHeld }: RunTerms,
): (workspace: Workspace, sync: Sync) => Promise<Judged> {
  const show = showDelivery(invocation)
  const push = pushWork(invocation, { kind: 'run', show, judge: judgeDelivery, onHeld })
  const judge = (): number => exitCode.fine
  const pull = pullWork(invocation, { kind, selection: null, judge, onHeld, loaderOf })
  return (workspace, sync) => (sync.type === 'push' ? push(workspace, sync) : pull(workspace, sync))
}
