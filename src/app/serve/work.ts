import type { Clock } from '../../model/clock.ts'
import type { KeepListener } from '../subscription/keep-loop.ts'
import type { DeskOptions } from './desk.ts'
import type { LoadListener } from './load-loop.ts'
import type { OnReception } from './reception.ts'
import type { ScheduleListener } from './schedule-loop.ts'
import type { SyncRuns } from './sync-runs.ts'

/** What a server does beside answering, and what it has the desk do. */
export interface Work extends DeskOptions {
  readonly runs: Pick<SyncRuns, 'run'>
  /** Gives what resolves when everything begun has ended. */
  begin(): () => Promise<unknown>
}

export interface WorkOptions {
  readonly onReception: OnReception
  readonly loading: LoadListener
  readonly keeping: KeepListener
  readonly scheduling: ScheduleListener
  /** By which webhooks are looked after and schedules are kept. */
  readonly clock: Clock
}
