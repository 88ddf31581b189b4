/** A server that has the processor all the time: loads, webhooks and schedules have loops of their own. */
import type { Clock } from '../../model/clock.ts'
import type { Loader } from '../pull/event-loader.ts'
import type { KeepListener, KeepLoop } from '../subscription/keep-loop.ts'
import { subscribedConnections } from '../subscription/subscribed-connections.ts'
import { systemClock } from '../system-clock.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { type LoadLoop, startLoadLoop } from './load-loop.ts'
import { Reception } from './reception.ts'
import type { ScheduleListener } from './schedule-loop.ts'
import { scheduledSyncs } from './scheduled-syncs.ts'
import type { SyncRuns } from './sync-runs.ts'
import type { Work, WorkOptions } from './work.ts'

export function workAlways(
  workspace: Workspace,
  runs: SyncRuns,
  loader: Loader,
  signal: AbortSignal,
  { onReception, loading, keeping, scheduling, clock }: WorkOptions,
): Work {
  let loop: LoadLoop | null = null
  let keepLoop: KeepLoop | null = null
  const reception = new Reception(onReception, clock, (ms) => keepLoop?.interrupted(ms))
  return {
    runs,
    onReception: reception.tell,
    onReceived: () => loop?.wake(),
    begin: () => {
      loop = startLoadLoop(loader, systemClock, signal, loading)
      const { ended } = loop
      const receives = (): boolean => reception.works()
      const kept = startKeeping(workspace, clock, signal, receives, keeping).then((started) => {
        keepLoop = started
        return started?.ended
      })
      const scheduled = startSchedules(workspace, runs, clock, scheduling)
      return () => Promise.all([ended, kept, scheduled])
    },
  }
}

/** Where some pull has webhooks or had some; what sees to them is loaded once the server is ready. */
async function startKeeping(
  workspace: Workspace,
  clock: Clock,
  signal: AbortSignal,
  receives: () => boolean,
  listener: KeepListener,
): Promise<KeepLoop | null> {
  const targets = subscribedConnections(workspace.project)
  if (targets.length === 0) return null
  const { startKeepLoop } = await import('../subscription/keep-loop.ts')
  return startKeepLoop(workspace, targets, clock, signal, receives, listener)
}

/** Resolves when the server has stopped and what was begun has ended. */
async function startSchedules(
  workspace: Workspace,
  runs: SyncRuns,
  clock: Clock,
  listener: ScheduleListener,
): Promise<void> {
  if (scheduledSyncs(workspace.project).length === 0) return
  const { startScheduleLoop } = await import('./schedule-loop.ts')
  await startScheduleLoop(workspace, runs, clock, listener).ended
}
