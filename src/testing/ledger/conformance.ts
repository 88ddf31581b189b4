/** What the cases of the ledger's conformance suite are made of. */
import type { RunEvent, RunState } from '../../model/run.ts'
import type { Ledger, Lease } from '../../ledger/ledger.ts'
import type { Case } from '../declare-cases.ts'

/** Where one case's ledger lives: new and empty, and the case's alone. */
export interface LedgerPlace {
  /** Opens the ledger there, as another process would; the place closes what a case leaves open. */
  open(): Promise<Ledger>
  /** A target for `backup` that does not exist yet, and how to open what is then there. */
  readonly backup: { readonly target: string; open(): Promise<Ledger> }
}

export type LedgerCase = Case<LedgerPlace>

/** A time to count from; the ledger knows none of its own. */
export const noon = Date.UTC(2024, 0, 31, 12)
export const ttlMs = 60_000

/** The events that lead a new run to each state: a push's, but for `pulling`. */
export const pathTo: Readonly<Record<RunState, readonly RunEvent[]>> = {
  planning: [],
  planned: ['plan_stored'],
  stopped: ['plan_stored', 'guard_refused'],
  delivering: ['plan_stored', 'delivery_started'],
  resolving: ['plan_stored', 'delivery_started', 'recovered'],
  confirming: ['plan_stored', 'delivery_started', 'delivery_ended'],
  pulling: [],
  succeeded: ['plan_stored', 'confirmed'],
  failed: ['failure'],
  cancelled: ['cancellation'],
  dropped: ['superseded'],
}

/** Takes the sync's lease and brings a new run of it to a state. */
export async function runIn(
  ledger: Ledger,
  state: RunState,
  names: { readonly sync?: string; readonly run?: string } = {},
): Promise<{ readonly lease: Lease; readonly run: string }> {
  const run = names.run ?? 'run-1'
  const lease = await ledger.acquireLease(names.sync ?? 'scores', 'worker-1', ttlMs, noon)
  const first = state === 'pulling' ? state : 'planning'
  await ledger.createRun(lease, { id: run, kind: 'run', state: first, startedAt: noon })
  for (const event of pathTo[state]) await ledger.transition(lease, run, event, noon + 1)
  return { lease, run }
}

/** Records batches `from` to `to` as sending. */
export async function sendBatches(
  ledger: Ledger,
  lease: Lease,
  run: string,
  from: number,
  to: number,
): Promise<void> {
  for (let number = from; number <= to; number += 1) {
    const payload = JSON.stringify([{ sequence: number }])
    await ledger.recordSending(lease, run, { number, attempt: 1, payload }, noon + number)
  }
}
