/** What is owed to objects since their webhooks may have lost something: written under a keeper's turn, at once. */
import type { KeptHole, ToldHole } from '../model/subscription.ts'
import type { Store, StoreRow, StoreStatement } from '../store/store.ts'
import { createSyncStatements } from './create-sync-statements.ts'

const columns =
  'connection, sync, object, is_loss, is_open, silent_until, changes_read, deletes_read'

/** Each in place of what there was. */
export function holeStatements(
  store: Store,
  connection: string,
  holes: readonly ToldHole[],
): readonly StoreStatement[] {
  const table = `${store.dialect.prefix}subscription_holes`
  const owed = holes.flatMap(({ hole, ...place }) => (hole === null ? [] : [{ ...hole, ...place }]))
  const syncs = new Set(owed.map(({ sync }) => sync))
  return [
    ...[...syncs].flatMap((sync) => createSyncStatements(store, sync)),
    ...holes.map(({ sync, object }) => ({
      text: `delete from ${table} where connection = $1 and sync = $2 and object = $3`,
      parameters: [connection, sync, object],
    })),
    ...owed.map((hole) => ({
      text: `insert into ${table} (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      parameters: rowOf(connection, hole),
    })),
  ]
}

export async function holeRecords(store: Store, connection: string): Promise<readonly KeptHole[]> {
  const text = `select ${columns} from ${store.dialect.prefix}subscription_holes
    where connection = $1 order by sync, object`
  const [result] = await store.execute([{ text, parameters: [connection] }])
  return (result?.rows ?? []).map(holeFrom)
}

function rowOf(connection: string, hole: KeptHole): StoreStatement['parameters'] {
  const { sync, object, isLoss, isOpen, silentUntil, changesRead, deletesRead } = hole
  const flags = [isLoss, isOpen, changesRead, deletesRead].map(Number)
  return [connection, sync, object, ...flags.slice(0, 2), silentUntil, ...flags.slice(2)]
}

function holeFrom(row: StoreRow): KeptHole {
  return {
    sync: String(row.sync),
    object: String(row.object),
    isLoss: row.is_loss === 1,
    isOpen: row.is_open === 1,
    silentUntil: Number(row.silent_until),
    changesRead: row.changes_read === 1,
    deletesRead: row.deletes_read === 1,
  }
}
