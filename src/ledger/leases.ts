/**
 * Leases: who may write for a sync. The fence grows with each acquisition and outlives its holders;
 * every write on behalf of a run is one transaction that begins by finding its own fence (promise 7).
 */
import { createSyncStatements } from './create-sync-statements.ts'
import { ledgerErrors } from './errors.ts'
import type { Lease } from './ledger.ts'
import {
  ExpectationFailed,
  type Store,
  type StoreResult,
  type StoreRow,
  type StoreStatement,
} from '../store/store.ts'

/** A holder may vanish between our attempt and our look at who it is; then we try again. */
const acquireAttempts = 5

export interface LeaseWish {
  readonly sync: string
  readonly owner: string
  readonly ttlMs: number
  readonly now: number
  /** Of a holder that is dead. */
  readonly gone: Lease | undefined
}

export async function acquireLease(store: Store, wish: LeaseWish): Promise<Lease> {
  for (let attempt = 1; ; attempt += 1) {
    const lease = await tryAcquire(store, wish)
    if (lease !== null) return lease
    const holder = await leaseOf(store, wish.sync)
    if (holder !== null || attempt === acquireAttempts) throw busy(wish.sync, holder)
  }
}

async function tryAcquire(
  store: Store,
  { sync, owner, ttlMs, now, gone }: LeaseWish,
): Promise<Lease | null> {
  const table = `${store.dialect.prefix}leases`
  const statements: readonly StoreStatement[] = [
    ...createSyncStatements(store, sync),
    {
      text: `update ${table} set fence = fence + 1, owner = $2, expires_at = $3
        where sync = $1 and (owner is null or owner = $2 or expires_at <= $4
          or (owner = $5 and fence = $6))`,
      parameters: [sync, owner, now + ttlMs, now, gone?.owner ?? null, gone?.fence ?? null],
      expectRows: 1,
    },
    selectLease(store, sync),
  ]
  try {
    return leaseFrom((await store.execute(statements)).at(-1)?.rows[0])
  } catch (error) {
    if (error instanceof ExpectationFailed) return null
    throw error
  }
}

function busy(sync: string, holder: Lease | null): Error {
  const who =
    holder === null
      ? 'others, one after the other'
      : `${holder.owner} until ${new Date(holder.expiresAt).toISOString()}`
  return ledgerErrors.busy({ message: `The sync ${sync} is held by ${who}.` })
}

export async function renewLease(
  store: Store,
  lease: Lease,
  ttlMs: number,
  now: number,
): Promise<Lease> {
  const expiresAt = now + ttlMs
  await underLease(store, lease, [
    {
      text: `update ${store.dialect.prefix}leases set expires_at = $2 where sync = $1`,
      parameters: [lease.sync, expiresAt],
    },
  ])
  return { ...lease, expiresAt }
}

export async function releaseLease(store: Store, lease: Lease): Promise<void> {
  await store.execute([
    {
      text: `update ${store.dialect.prefix}leases set owner = null, expires_at = null
        where sync = $1 and owner = $2 and fence = $3`,
      parameters: [lease.sync, lease.owner, lease.fence],
    },
  ])
}

export async function leaseOf(store: Store, sync: string): Promise<Lease | null> {
  const [result] = await store.execute([selectLease(store, sync)])
  return leaseFrom(result?.rows[0])
}

/**
 * Executes a batch only while the lease is ours, and keeps it ours until the batch is committed.
 * Throws `ledger.lease_lost`; an `ExpectationFailed` counts the given statements.
 */
export async function underLease(
  store: Store,
  lease: Lease,
  statements: readonly StoreStatement[],
): Promise<readonly StoreResult[]> {
  const guard: StoreStatement = {
    text: `select fence from ${store.dialect.prefix}leases
      where sync = $1 and owner = $2 and fence = $3${store.dialect.forUpdate}`,
    parameters: [lease.sync, lease.owner, lease.fence],
    expectRows: 1,
  }
  try {
    return (await store.execute([guard, ...statements])).slice(1)
  } catch (error) {
    if (!(error instanceof ExpectationFailed)) throw error
    if (error.index > 0) {
      throw new ExpectationFailed(error.index - 1, error.expected, error.affected)
    }
    throw ledgerErrors.lease_lost({
      message: `${lease.owner} no longer holds the sync ${lease.sync} (fence ${lease.fence}); nothing was written.`,
    })
  }
}

function selectLease(store: Store, sync: string): StoreStatement {
  return {
    text: `select sync, owner, fence, expires_at from ${store.dialect.prefix}leases
      where sync = $1 and owner is not null`,
    parameters: [sync],
  }
}

function leaseFrom(row: StoreRow | undefined): Lease | null {
  if (row === undefined) return null
  return {
    sync: String(row.sync),
    owner: String(row.owner),
    fence: Number(row.fence),
    expiresAt: Number(row.expires_at),
  }
}
