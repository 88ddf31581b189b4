/**
 * Pulls of which a process has no file, as it read its files before they were added, and that are at work all the same: other processes run
 * them with the same state. What is theirs is not to be thrown away.
 */
import type { Ledger, RunRecord } from '../../ledger/ledger.ts'
import { namesOf, type Sync } from '../../model/sync.ts'

type Runs = Pick<Ledger, 'runs' | 'syncs' | 'transitions'>

/**
 * Whether there is none. One without a run since `since`, in milliseconds since the epoch, when the files were read, is taken for one that was given up: nobody
 * would ever come for what is kept for it.
 */
export async function knowsAllPulls(
  ledger: Runs,
  syncs: readonly Pick<Sync, 'name' | 'renamedFrom'>[],
  since: number,
): Promise<boolean> {
  const known = new Set(syncs.flatMap(namesOf))
  for (const { sync } of await ledger.syncs()) {
    if (known.has(sync)) continue
    const [newest] = await ledger.runs({ sync, limit: 1 })
    if (newest === undefined || newest.startedAt < since) continue
    if (await isOfPull(ledger, newest)) return false
  }
  return true
}

async function isOfPull(ledger: Runs, { id, state }: RunRecord): Promise<boolean> {
  const [first] = await ledger.transitions(id)
  return (first?.from ?? state) === 'pulling'
}
