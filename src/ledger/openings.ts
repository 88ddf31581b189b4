/**
 * Openings of the working schema. Numbers that count up say nothing of a state that was restored: it
 * counts to the same ones again. An id made by chance is known only to the state that announced it.
 */
import { randomUUID } from 'node:crypto'
import type { Lease } from './ledger.ts'
import { underLease } from './leases.ts'
import type { Store } from '../store/store.ts'
import { syncRecord } from './syncs.ts'

/** Only who holds the lease announces, so that nothing changes between the read and the write. */
export async function announceOpening(
  store: Store,
  lease: Lease,
  found: string | null,
): Promise<string> {
  const { openings } = await syncRecord(store, lease.sync)
  const id = randomUUID()
  // What was announced before the one that stands can't come any more: the fence is past it.
  const possible = openings.slice(Math.max(0, openings.indexOf(found)))
  await setOpenings(store, lease, [...possible, id])
  return id
}

export function confirmOpening(store: Store, lease: Lease, id: string): Promise<void> {
  return setOpenings(store, lease, [id])
}

async function setOpenings(
  store: Store,
  lease: Lease,
  openings: readonly (string | null)[],
): Promise<void> {
  await underLease(store, lease, [
    {
      text: `update ${store.dialect.prefix}syncs set openings = $2 where name = $1`,
      parameters: [lease.sync, JSON.stringify(openings)],
      expectRows: 1,
    },
  ])
}
