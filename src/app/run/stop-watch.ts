/**
 * Ends a push from outside: by a signal of the process, or by `syncline cancel` from another one.
 * What is in flight gets some time to finish; then the push is left as a crash would leave it, and
 * the next run resolves it.
 */
import type { Ledger } from '../../ledger/ledger.ts'
import { appErrors } from '../errors.ts'

/** Together with closing what is open this stays below the ten seconds that a stop may take. */
export const graceMs = 8_000
const lookEveryMs = 1_000

export interface StopWatch {
  /** Aborted when the push should begin nothing new. */
  readonly signal: AbortSignal
  /** Resolves as the work does, or rejects with `app.stopped` when the time to finish is over. */
  within<T>(work: Promise<T>): Promise<T>
  end(): void
}

export function watchStop(process: AbortSignal, ledger: Ledger, runId: string): StopWatch {
  const stop = new AbortController()
  const asked = (): void => stop.abort(process.reason)
  if (process.aborted) asked()
  else process.addEventListener('abort', asked, { once: true })
  const look = async (): Promise<void> => {
    const record = await ledger.run(runId)
    if (record?.cancelRequested === true) stop.abort(new Error('cancelled'))
  }
  // A state that can't be read is told by the push itself, which needs it more than we do.
  const timer = setInterval(() => void look().catch(() => undefined), lookEveryMs)
  timer.unref()
  const overdue = afterGrace(stop.signal)
  return {
    signal: stop.signal,
    within: (work) => Promise.race([work, overdue.promise]),
    end: () => {
      clearInterval(timer)
      process.removeEventListener('abort', asked)
      overdue.end()
    },
  }
}

/** As the work does, or rejects with `app.stopped` when the time to finish after `signal` is over. */
export async function withinGrace<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const overdue = afterGrace(signal)
  try {
    return await Promise.race([work, overdue.promise])
  } finally {
    overdue.end()
  }
}

function afterGrace(signal: AbortSignal): { readonly promise: Promise<never>; end(): void } {
  const { promise, reject } = Promise.withResolvers<never>()
  // Nobody may be waiting any more when the time is over.
  promise.catch(() => undefined)
  let timer: NodeJS.Timeout | undefined
  const begin = (): void => {
    timer = setTimeout(() => reject(stopped(signal)), graceMs)
  }
  signal.addEventListener('abort', begin, { once: true })
  if (signal.aborted) begin()
  return {
    promise,
    end: () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', begin)
    },
  }
}

/** The error of a push that was stopped before it could finish by itself. */
export function stopped(signal: AbortSignal, cause?: unknown): Error {
  const why = signal.reason instanceof Error ? signal.reason.message : 'stopped'
  return appErrors.stopped({ message: `The run was ${why} before its end.`, cause })
}
