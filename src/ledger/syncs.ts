/** Syncs: what the ledger remembers of each by its name, and moving that to a new name. */
import { createSyncStatements } from './create-sync-statements.ts'
import { ledgerErrors } from './errors.ts'
import type { KeptRecord, Lease, SyncRecord } from './ledger.ts'
import { underLease } from './leases.ts'
import {
  ExpectationFailed,
  type Store,
  type StoreRow,
  type StoreStatement,
} from '../store/store.ts'

const columns =
  'name, account_id, generation, merging_generation, openings, paused, key_name, erased_at'

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

/** Of what is remembered in case that the warehouse is lost. */
export async function keep(
  store: Store,
  lease: Lease,
  column: 'key_name' | 'erased_at',
  value: string | number,
): Promise<void> {
  await underLease(store, lease, [
    {
      text: `update ${store.dialect.prefix}syncs set ${column} = $2 where name = $1`,
      parameters: [lease.sync, value],
      expectRows: 1,
    },
  ])
}

/** With nothing known of `from` there is nothing to do. */
export async function renameSync(
  store: Store,
  from: string,
  to: string,
  kept: KeptRecord | null = null,
): Promise<void> {
  if (from === to) return
  try {
    await store.execute(renameStatements(store, from, to, kept))
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

function renameStatements(
  store: Store,
  from: string,
  to: string,
  kept: KeptRecord | null,
): readonly StoreStatement[] {
  const { prefix, forUpdate } = store.dialect
  return [
    // Writers lock the lease before anything else, so must we.
    {
      text: `select sync from ${prefix}leases where sync in ($1, $2) order by sync${forUpdate}`,
      parameters: [from, to],
    },
    { text: `select name from ${prefix}syncs where name = $1`, parameters: [from], expectRows: 1 },
    ...(kept === 'to' ? joinStatements(store, from, to) : moveStatements(store, from, to, kept)),
  ]
}

/** Tables with a sync's name follow its row by themselves, once what `to` has is out of the way. */
function moveStatements(
  { dialect: { prefix } }: Store,
  from: string,
  to: string,
  kept: KeptRecord | null,
): readonly StoreStatement[] {
  const highest = `(select max(other.fence) from ${prefix}leases other where other.sync in ($1, $2))`
  const noRuns = {
    text: `select id from ${prefix}runs where sync = $1 limit 1`,
    parameters: [to],
    expectRows: 0,
  }
  return [
    ...(kept === null ? [noRuns] : []),
    // Free, or whoever renames it and then dies would keep others waiting for nothing.
    {
      text: `update ${prefix}leases set fence = ${highest} + 1, owner = null, expires_at = null where sync = $1`,
      parameters: [from, to],
    },
    ...giveTo(prefix, from, to),
    { text: `update ${prefix}syncs set name = $2 where name = $1`, parameters: [from, to] },
  ]
}

function joinStatements(store: Store, from: string, to: string): readonly StoreStatement[] {
  return [...createSyncStatements(store, to), ...giveTo(store.dialect.prefix, to, from)]
}

/** Beside its runs, that it is paused and when it last erased, a sync gives what the other one lacks; then nothing is known of it any more. */
function giveTo(prefix: string, taker: string, giver: string): readonly StoreStatement[] {
  const given = [
    `update ${prefix}syncs set paused = 1 where name = $1 and exists (select 1 from ${prefix}syncs other where other.name = $2 and other.paused = 1)`,
    `update ${prefix}syncs set erased_at = (select max(other.erased_at) from ${prefix}syncs other where other.name in ($1, $2)) where name = $1`,
    giveRows(`${prefix}runs`, ['id']),
    giveRows(`${prefix}schedules`, ['kind']),
    giveRows(`${prefix}subscription_holes`, ['connection', 'object']),
  ]
  const forgotten = ['leases', 'schedules', 'subscription_holes'].map((table) => ({
    text: `delete from ${prefix}${table} where sync = $1`,
    parameters: [giver],
  }))
  return [
    ...given.map((text) => ({ text, parameters: [taker, giver] })),
    ...forgotten,
    { text: `delete from ${prefix}syncs where name = $1`, parameters: [giver] },
  ]
}

/** `key`: of a sync's rows, by which one of them is known. */
function giveRows(table: string, key: readonly string[]): string {
  const isSame = key.map((column) => `and other.${column} = ${table}.${column}`).join(' ')
  return `update ${table} set sync = $1 where sync = $2 and not exists (select 1 from ${table} other where other.sync = $1 ${isSame})`
}

function syncFrom(row: StoreRow): SyncRecord {
  return {
    sync: String(row.name),
    accountId: row.account_id === null ? null : String(row.account_id),
    generation: Number(row.generation),
    mergingGeneration: row.merging_generation === null ? null : Number(row.merging_generation),
    openings: JSON.parse(String(row.openings)),
    paused: row.paused === 1,
    keyName: row.key_name === null ? null : String(row.key_name),
    erasedAt: row.erased_at === null ? null : Number(row.erased_at),
  }
}
