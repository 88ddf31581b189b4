/**
 * Carries out schedules for as long as a server runs. What is due is begun in the order of `after`; each sync ends as it ends, and
 * none stops another. Several servers of one state begin each time once.
 */
import { nextCronTime } from '../../config/options/cron-time.ts'
import { dueAt } from '../../core/schedule/due.ts'
import type { Clock } from '../../model/clock.ts'
import type { Schedule, ScheduleRecord } from '../../model/schedule.ts'
import type { Sync } from '../../model/sync.ts'
import { appErrors } from '../errors.ts'
import { nameInState } from '../run/name-in-state.ts'
import { inOrder } from '../workspace/select-syncs.ts'
import { scheduledSyncs } from './scheduled-syncs.ts'
import type { Ran, SyncRuns } from './sync-runs.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** How often it looks at least, since other processes begin, pause and resume syncs, too. */
const lookMs = 30_000
/** Runs at once: each takes memory, and those of one CRM share its limits anyway. */
const mostAtOnce = 4

export interface ScheduleListener {
  /** Told when the state can't be asked what is due, and with null when it can again. */
  readonly onTrouble: (trouble: unknown) => void
  /** Told of each scheduled run that has ended, or could not begin. */
  readonly onEnded: (sync: string, ran: Ran) => void
}

export interface ScheduleLoop {
  /** Resolves when what was begun has ended. */
  readonly ended: Promise<void>
}

interface Due {
  readonly sync: Sync
  readonly schedule: Schedule
  readonly record: ScheduleRecord
}

export function startScheduleLoop(
  workspace: Workspace,
  runs: SyncRuns,
  clock: Clock,
  listener: ScheduleListener,
): ScheduleLoop {
  const scheduler = new Scheduler(workspace, runs, clock, listener)
  return { ended: scheduler.run() }
}

class Scheduler {
  readonly #workspace: Workspace
  readonly #runs: SyncRuns
  readonly #clock: Clock
  readonly #listener: ScheduleListener
  readonly #syncs: readonly Sync[]
  /** Ends of what was begun and is not known to have ended, by sync. */
  readonly #begun = new Map<string, Promise<void>>()
  /** Ends the wait for the next look. */
  #wake = new AbortController()
  #places = mostAtOnce
  #placeFree = Promise.withResolvers<void>()

  constructor(workspace: Workspace, runs: SyncRuns, clock: Clock, listener: ScheduleListener) {
    this.#workspace = workspace
    this.#runs = runs
    this.#clock = clock
    this.#listener = listener
    this.#syncs = scheduledSyncs(workspace.project)
  }

  async run(): Promise<void> {
    const { signal } = this.#runs
    let isFailing = false
    while (!signal.aborted) {
      let pause = lookMs
      this.#wake = new AbortController()
      try {
        pause = await this.#turn()
        if (isFailing) this.#listener.onTrouble(null)
        isFailing = false
      } catch (error) {
        if (!isFailing) this.#listener.onTrouble(error)
        isFailing = true
      }
      const woken = AbortSignal.any([signal, this.#wake.signal])
      await this.#clock.sleep(pause, woken).catch(() => undefined)
    }
    await Promise.all(this.#begun.values())
  }

  /** Begins what is due; gives the milliseconds until it is to look again. */
  async #turn(): Promise<number> {
    const ledger = await this.#workspace.ledger()
    const now = this.#clock.now()
    const known = await ledger.schedules()
    const paused = new Set((await ledger.syncs()).flatMap((one) => (one.paused ? [one.sync] : [])))
    const due: Due[] = []
    let soonest = now + lookMs
    for (const sync of inOrder(this.#syncs)) {
      const name = await nameInState(ledger, sync)
      if (paused.has(name) || this.#begun.has(sync.name)) continue
      for (const schedule of sync.schedules) {
        const record = recordOf(known, name, schedule, now)
        if (!known.includes(record)) await ledger.noteSchedule(name, schedule.kind, now)
        const at = dueAt(schedule.rhythm, record, nextCronTime)
        if (at !== null && at <= now) due.push({ sync, schedule, record })
        else if (at !== null) soonest = Math.min(soonest, at)
      }
    }
    for (const one of due) this.#begin(one)
    return soonest - now
  }

  #begin(due: Due): void {
    const { name, after } = due.sync
    const before = [name, ...after].flatMap((one) => this.#begun.get(one) ?? [])
    const end = this.#carryOut(due, before)
      .catch((error: unknown) => {
        this.#listener.onTrouble(error)
        return false
      })
      .then((isDone) => {
        if (this.#begun.get(name) === end) this.#begun.delete(name)
        // When it is due again was not to be told before; what has to wait would be tried without a pause.
        if (isDone) this.#wake.abort()
      })
    this.#begun.set(name, end)
  }

  /** Whether it was carried out; otherwise it is due still. */
  async #carryOut(due: Due, before: readonly Promise<void>[]): Promise<boolean> {
    await Promise.all(before)
    await this.#takePlace()
    try {
      return this.#runs.signal.aborted ? false : await this.#runDue(due)
    } finally {
      this.#places += 1
      this.#placeFree.resolve()
    }
  }

  async #takePlace(): Promise<void> {
    while (this.#places === 0) {
      this.#placeFree = Promise.withResolvers()
      await this.#placeFree.promise
    }
    this.#places -= 1
  }

  async #runDue({ sync, schedule: { kind }, record }: Due): Promise<boolean> {
    const ledger = await this.#workspace.ledger()
    let startedAt: number | null = null
    const begin = async (runId: string | null): Promise<boolean> => {
      const now = this.#clock.now()
      const isOurs = await ledger.beginScheduled(record, runId, now)
      if (isOurs) startedAt = now
      return isOurs
    }
    const ran = await this.#runs.run(sync.name, {
      kind,
      isScheduled: true,
      // Under the lease: of several processes that find it due one is here at a time (promise 7).
      onHeld: async (runId) => {
        if (!(await begin(runId))) throw notDue(sync.name)
      },
    })
    if (isForLater(ran)) return false
    // What can't even begin has had its time, or it would be tried again and again until the next.
    if (startedAt === null) await begin(null)
    if (startedAt !== null) {
      await ledger.endScheduled(sync.name, kind, startedAt, this.#clock.now())
    }
    this.#listener.onEnded(sync.name, ran)
    return true
  }
}

/** As it is known, or as it is noted now. */
function recordOf(
  known: readonly ScheduleRecord[],
  sync: string,
  { kind }: Schedule,
  now: number,
): ScheduleRecord {
  const found = known.find((one) => one.sync === sync && one.kind === kind)
  return found ?? { sync, kind, since: now, startedAt: null, endedAt: null, runId: null }
}

/** Held by somebody else, paused, or stopped with the server: it stays due. */
function isForLater({ errorCode, isCancelled }: Ran): boolean {
  return isCancelled || (errorCode !== null && laterCodes.includes(errorCode))
}

const laterCodes = [
  'app.not_due',
  'app.paused',
  'app.running',
  'app.stopped',
  'ledger.busy',
  'push.paused',
]

function notDue(name: string): Error {
  return appErrors.not_due({ message: `Another process began the scheduled run of ${name}.` })
}
