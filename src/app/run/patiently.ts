/** Waits a while for what somebody else holds for a moment. */
import type { Clock } from '../../model/clock.ts'
import { SynclineError } from '../../model/error.ts'

const lookAgainMs = 200

/** Whether to wait any longer, after so many milliseconds. */
export type MayWait = (waitedMs: number) => boolean | Promise<boolean>

/** Does `work` again while it ends with `ledger.busy` and may wait; then that error is told. */
export async function patiently<T>(
  work: () => Promise<T>,
  clock: Clock,
  mayWait: MayWait,
  signal: AbortSignal,
): Promise<T> {
  const begunAt = clock.monotonic()
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const isBusy = error instanceof SynclineError && error.code === 'ledger.busy'
      if (!isBusy || signal.aborted || !(await mayWait(clock.monotonic() - begunAt))) throw error
      await clock.sleep(lookAgainMs, signal).catch(() => undefined)
    }
  }
}
