/** By which name the state knows a sync that may have been renamed since anything was last done under a lease. */
import type { Ledger } from '../../ledger/ledger.ts'
import type { Sync } from '../../model/sync.ts'

/** For who only looks, or has no lease: whoever takes one moves everything to the new name first. */
export async function nameInState(
  ledger: Pick<Ledger, 'syncs'>,
  { name, renamedFrom }: Pick<Sync, 'name' | 'renamedFrom'>,
): Promise<string> {
  if (renamedFrom === null) return name
  const records = await ledger.syncs()
  const wasOpened = records.some(({ openings, sync }) => sync === name && openings.some(isOpening))
  const isKnown = records.some(({ sync }) => sync === renamedFrom)
  return isKnown && !wasOpened ? renamedFrom : name
}

export async function isPaused(
  ledger: Pick<Ledger, 'sync' | 'syncs'>,
  sync: Pick<Sync, 'name' | 'renamedFrom'>,
): Promise<boolean> {
  return (await ledger.sync(await nameInState(ledger, sync))).paused
}

function isOpening(opening: string | null): boolean {
  return opening !== null
}
