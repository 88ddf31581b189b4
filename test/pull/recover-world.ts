/** `state recover` of a pull, in a process of its own. */
import type { LoadCollaborators } from '../../src/engine/pull/pull.ts'
import { recoverPull, type RecoveredPull } from '../../src/engine/pull/recover-pull.ts'
import { createFlowingClock } from '../support/flowing-clock.ts'
import { epoch, keepLease } from '../support/world.ts'
import type { PullWorld, Wrap } from './pull-world.ts'

export interface Recovering {
  readonly wrap?: Wrap
  readonly erasedAgain?: boolean
}

export async function recover(
  { ledger, warehouse, sync }: Pick<PullWorld, 'ledger' | 'warehouse' | 'sync'>,
  { wrap = (same) => same, erasedAgain = false }: Recovering = {},
): Promise<RecoveredPull> {
  const clock = createFlowingClock(epoch)
  const base: LoadCollaborators = {
    sync,
    warehouse,
    ledger,
    workingSchema: 'syncline',
    clock,
    random: Math.random,
    progress: () => undefined,
  }
  const lease = await keepLease(ledger, clock, sync.name, 'recoverer')
  const { signal } = new AbortController()
  const options = { runId: 'recovery', kind: 'run', signal, erasedAgain } as const
  try {
    return await recoverPull(wrap(base), lease, options)
  } finally {
    await ledger.releaseLease(lease.current())
  }
}
