/** Syncs: what the ledger remembers of each by its name, and moving that to a new name. */
import { createSyncStatements } from './create-sync-statements.ts'
import { ledgerErrors } from './errors.ts'
import type { Lease, SyncRecord } from './ledger.ts'
import { underLease } from './leases.ts'
import {
  ExpectationFailed,
  type Store,
  type StoreRow,
  type StoreStatement,
} from '../store/store.ts'

const columns = 'name, account_id, generation, merging_generation, openings, paused'

export async function syncRecord(store: Store, name: string): Promise<SyncRecord> {
  const select: StoreStatement = {
    text: `select ${columns} from ${store.dialect.prefix}syncs where name = $1`,
    parameters: [name],
  }
  // Looking first keeps the usual case a read, which waits for no writer.
  const [known] = await store.execute([select])
  if (known?.rows[0] !== undefined) return syncFrom(known.rows[0])
  const results = await store.execute([
    ...createSyncStatements(store, name),
    { ...select, expectRows: 1 },
  ])
  return syncFrom(results.at(-1)?.rows[0] ?? {})
}

export async function syncRecords(store: Store): Promise<readonly SyncRecord[]> {
  const [result] = await store.execute([
    { text: `select ${columns} from ${store.dialect.prefix}syncs order by name`, parameters: [] },
  ])
  return (result?.rows ?? []).map(syncFrom)
}

export async function setPaused(store: Store, sync: string, paused: boolean): Promise<void> {
  await store.execute([
    ...createSyncStatements(store, sync),
    {
      text: `update ${store.dialect.prefix}syncs set paused = $2 where name = $1`,
      parameters: [sync, paused ? 1 : 0],
      expectRows: 1,
    },
  ])
}

/** Binds once; the same account again is no change, another throws `ledger.other_account`. */
export async function bindAccount(store: Store, lease: Lease, accountId: string): Promise<void> {
  try {
    await underLease(store, lease, [
      {
        text: `update ${store.dialect.prefix}syncs set account_id = $2
          where name = $1 and (account_id is null or account_id = $2)`,
        parameters: [lease.sync, accountId],
        expectRows: 1,
      },
    ])
  } catch (error) {
    if (!(error instanceof ExpectationFailed)) throw error
    const { accountId: bound } = await syncRecord(store, lease.sync)
    throw ledgerErrors.other_account({
      message: `The sync ${lease.sync} is bound to the account ${bound}, not ${accountId}.`,
    })
  }
}

/** Whoever holds a lease on either name loses it; with nothing known of `from` there is nothing to do. */
export async function renameSync(store: Store, from: string, to: string): Promise<void> {
  if (from === to) return
  try {
    await store.execute(renameStatements(store, from, to))
  } catch (error) {
    if (!(error instanceof ExpectationFailed)) throw error
    if (error.index === renameFinds.from) return
    throw ledgerErrors.sync_exists({
      message: `The sync ${from} cannot be renamed to ${to}, which has runs of its own.`,
    })
  }
}

/** Which statement of a rename finds that there is nothing to rename. */
const renameFinds = { from: 1 } as const

function renameStatements(store: Store, from: string, to: string): readonly StoreStatement[] {
  const { prefix, forUpdate } = store.dialect
  const highest = `(select max(other.fence) from ${prefix}leases other where other.sync in ($1, $2))`
  return [
    // Writers lock the lease before anything else, so must we.
    {
      text: `select sync from ${prefix}leases where sync in ($1, $2) order by sync${forUpdate}`,
      parameters: [from, to],
    },
    { text: `select name from ${prefix}syncs where name = $1`, parameters: [from], expectRows: 1 },
    {
      text: `select id from ${prefix}runs where sync = $1 limit 1`,
      parameters: [to],
      expectRows: 0,
    },
    {
      text: `update ${prefix}leases set fence = ${highest} + 1 where sync = $1`,
      parameters: [from, to],
    },
    { text: `delete from ${prefix}leases where sync = $1`, parameters: [to] },
    { text: `delete from ${prefix}schedules where sync = $1`, parameters: [to] },
    { text: `delete from ${prefix}subscription_holes where sync = $1`, parameters: [to] },
    { text: `delete from ${prefix}syncs where name = $1`, parameters: [to] },
    { text: `update ${prefix}syncs set name = $2 where name = $1`, parameters: [from, to] },
  ]
}

function syncFrom(row: StoreRow): SyncRecord {
  return {
    sync: String(row.name),
    accountId: row.account_id === null ? null : String(row.account_id),
    generation: Number(row.generation),
    mergingGeneration: row.merging_generation === null ? null : Number(row.merging_generation),
    openings: JSON.parse(String(row.openings)),
    paused: row.paused === 1,
  }
}
