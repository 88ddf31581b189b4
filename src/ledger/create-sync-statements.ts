/** How a sync comes to be known: with its lease, by whichever call names it first. */
import type { Store, StoreStatement } from '../store/store.ts'

/** The sync and its lease, made where there are none. */
export function createSyncStatements(store: Store, name: string): readonly StoreStatement[] {
  const { prefix } = store.dialect
  return [
    {
      text: `insert into ${prefix}syncs (name) values ($1) on conflict (name) do nothing`,
      parameters: [name],
    },
    {
      text: `insert into ${prefix}leases (sync) values ($1) on conflict (sync) do nothing`,
      parameters: [name],
    },
  ]
}
