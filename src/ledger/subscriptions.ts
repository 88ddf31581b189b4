/**
 * Who sees to the webhooks of a connection, and what was found of them. One process does at a time, or two would
 * make each webhook twice. A row is read without a lock, and written only over the keeper that was read.
 */
import type {
  KeptSubscription,
  SubscriptionRecord,
  SubscriptionTurn,
} from '../model/subscription.ts'
import type { SubscriptionKeeping } from './ledger.ts'
import { holeStatements } from './subscription-holes.ts'
import {
  ExpectationFailed,
  type Store,
  type StoreRow,
  type StoreStatement,
} from '../store/store.ts'

const columns = 'connection, keeper, kept_until, received_at, looked_at, found'

export async function keepSubscriptions(
  store: Store,
  turn: SubscriptionTurn,
  isGone: (owner: string) => boolean,
): Promise<SubscriptionKeeping> {
  const [before = null] = await recordsWhere(store, 'where connection = $1', [turn.connection])
  if (before !== null && !isFree(before, turn, isGone)) return { isOurs: false, before }
  const statement = before === null ? insert(store, turn) : update(store, turn, before)
  const { connection, holes } = turn
  try {
    await store.execute([
      statement,
      ...(holes === null ? [] : holeStatements(store, connection, holes)),
    ])
    return { isOurs: true, before }
  } catch (error) {
    // Another was faster.
    if (error instanceof ExpectationFailed) return { isOurs: false, before }
    throw error
  }
}

/** Frees them for others, if they are the owner's. */
export async function leaveSubscriptions(
  store: Store,
  connection: string,
  owner: string,
  at: number | null,
): Promise<void> {
  await store.execute([
    {
      text: `update ${store.dialect.prefix}subscriptions
        set keeper = null, kept_until = null, received_at = coalesce($3, received_at)
        where connection = $1 and keeper = $2`,
      parameters: [connection, owner, at],
    },
  ])
}

export function subscriptionRecords(store: Store): Promise<readonly SubscriptionRecord[]> {
  return recordsWhere(store, 'order by connection', [])
}

function isFree(
  { keeper, keptUntil }: SubscriptionRecord,
  { owner, at }: SubscriptionTurn,
  isGone: (owner: string) => boolean,
): boolean {
  if (keeper === null || keptUntil === null || keeper === owner) return true
  return keptUntil <= at || isGone(keeper)
}

function insert(store: Store, turn: SubscriptionTurn): StoreStatement {
  return {
    text: `insert into ${store.dialect.prefix}subscriptions (${columns})
      values ($1, $2, $3, $4, $5, $6) on conflict (connection) do nothing`,
    parameters: valuesOf(turn, null),
    expectRows: 1,
  }
}

function update(store: Store, turn: SubscriptionTurn, before: SubscriptionRecord): StoreStatement {
  return {
    text: `update ${store.dialect.prefix}subscriptions
      set keeper = $2, kept_until = $3, received_at = $4, looked_at = $5, found = $6
      where connection = $1 and coalesce(keeper, '') = $7`,
    parameters: [...valuesOf(turn, before), before.keeper ?? ''],
    expectRows: 1,
  }
}

function valuesOf(
  { connection, owner, at, ttlMs, receives, found }: SubscriptionTurn,
  before: SubscriptionRecord | null,
): StoreStatement['parameters'] {
  const lookedAt = found === null ? (before?.lookedAt ?? null) : at
  const kept = JSON.stringify(found ?? before?.found ?? [])
  const receivedAt = receives ? at : (before?.receivedAt ?? 0)
  return [connection, owner, at + ttlMs, receivedAt, lookedAt, kept]
}

async function recordsWhere(
  store: Store,
  rest: string,
  parameters: StoreStatement['parameters'],
): Promise<readonly SubscriptionRecord[]> {
  const text = `select ${columns} from ${store.dialect.prefix}subscriptions ${rest}`
  const [result] = await store.execute([{ text, parameters }])
  return (result?.rows ?? []).map(recordFrom)
}

function recordFrom(row: StoreRow): SubscriptionRecord {
  const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value))
  const found: readonly KeptSubscription[] = JSON.parse(String(row.found))
  return {
    connection: String(row.connection),
    keeper: row.keeper === null ? null : String(row.keeper),
    keptUntil: numberOrNull(row.kept_until),
    receivedAt: Number(row.received_at),
    lookedAt: numberOrNull(row.looked_at),
    found,
  }
}
