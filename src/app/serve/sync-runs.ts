/**
 * Syncs that a server runs, because somebody asked or a schedule is due: of each sync one run at a time, and all of them stopped
 * with the server.
 */
import { SynclineError } from '../../model/error.ts'
import type { ScheduledKind } from '../../model/schedule.ts'
import type { Loader } from '../pull/event-loader.ts'
import { appErrors } from '../errors.ts'
import { runAtWork } from '../run/acquire-lease.ts'
import { anotherName } from '../process-name.ts'
import type { RunRequest } from '../run/run-under-lease.ts'
import type { Workspace } from '../workspace/workspace.ts'

export interface RunWish extends Pick<RunRequest, 'onHeld'> {
  /** What a pull does: a run unless said. A push is run. */
  readonly kind?: ScheduledKind
  /** Nobody waits for it, and nobody wants to hear that somebody else holds the sync. */
  readonly isScheduled?: boolean
}

export interface RunOrder extends RunWish, Pick<RunRequest, 'signal'> {
  /** A sync's; it may be one that there is not. */
  readonly name: string
  readonly loader: Loader
  /** Throws where a run of the sync is at work here already. */
  readonly admit: () => void
}

/** What a run came to, in the words of the command line. */
export interface Ran {
  readonly exitCode: number
  /** Of the error that ended it or kept it from beginning; null for none. */
  readonly errorCode: string | null
  /** Whether it ended before everything was done, because somebody stopped it. */
  readonly isCancelled: boolean
  /** The JSON text that `syncline run --json` writes: no secret is in it (promise 8). */
  readonly document: string
}

/** Never rejects: what goes wrong is what the run came to. */
export type RunSync = (workspace: Workspace, order: RunOrder) => Promise<Ran>

export class SyncRuns {
  readonly #workspace: Workspace
  readonly #loader: Loader
  readonly #run: RunSync
  readonly #stop = new AbortController()
  /** Aborted when nothing new should begin. */
  readonly signal: AbortSignal = this.#stop.signal
  /** Names of those at work. */
  readonly #atWork = new Set<string>()
  readonly #ends = new Set<Promise<Ran>>()

  constructor(workspace: Workspace, loader: Loader, run: RunSync) {
    this.#workspace = workspace
    this.#loader = loader
    this.#run = run
  }

  /** Resolves when the run has ended. */
  async run(name: string, wish: RunWish = {}): Promise<Ran> {
    let isAdmitted = false
    const admit = (): void => {
      if (this.#atWork.has(name)) throw running(name)
      this.#atWork.add(name)
      isAdmitted = true
    }
    // Under a name of its own, or the lease of a load of this process would be its own, too (promise 7).
    const workspace = { ...this.#workspace, owner: anotherName(this.#workspace.owner) }
    const order = { ...wish, name, loader: this.#loader, signal: this.signal, admit }
    const end = this.#run(workspace, order)
    this.#ends.add(end)
    try {
      return await end
    } finally {
      this.#ends.delete(end)
      if (isAdmitted) this.#atWork.delete(name)
    }
  }

  /** Begins to end what is at work, as SIGTERM does to `syncline run`. */
  stop(): void {
    this.#stop.abort(new Error('stopped with the server'))
  }

  /** Resolves when nothing is at work. */
  async ended(): Promise<void> {
    await Promise.all(this.#ends)
  }
}

function running(name: string): Error {
  return appErrors.running({ message: `The sync ${name} is being run by this server already.` })
}

const busyCodes = ['app.running', 'ledger.busy']

/** The id of the run that kept another from beginning; null where none is known yet, undefined where no run was in the way. */
export async function runInTheWay(
  workspace: Workspace,
  sync: string,
  error: unknown,
): Promise<string | null | undefined> {
  if (!(error instanceof SynclineError) || !busyCodes.includes(error.code)) return undefined
  return (await runAtWork(await workspace.ledger(), sync))?.id ?? null
}
