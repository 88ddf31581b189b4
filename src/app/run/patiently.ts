/** Waits a while for what somebody else holds for a moment. */
import type { Clock } from '../../model/clock.ts'
import { SynclineError } from '../../model/error.ts'

const lookAgainMs = 200

/** Does `work` again while it ends with `ledger.busy`, until the time is over; then that error is told. */
export async function patiently<T>(
  work: () => Promise<T>,
  clock: Clock,
  patienceMs: number,
  signal: AbortSignal,
): Promise<T> {
  const until = clock.monotonic() + patienceMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const isBusy = error instanceof SynclineError && error.code === 'ledger.busy'
      if (!isBusy || signal.aborted || clock.monotonic() >= until) throw error
      await clock.sleep(lookAgainMs, signal).catch(() => undefined)
    }
  }
}
