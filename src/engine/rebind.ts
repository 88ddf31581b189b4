/** Joins a state and what stands in the warehouse of a sync, after a person decided that they belong together. */
import { tableReference } from '../core/sql/names.ts'
import type { Statement } from '../core/sql/statement.ts'
import { statement } from '../core/sql/working-schema.ts'
import type { Session } from '../warehouse/warehouse.ts'
import { erasureToTell } from './erasures.ts'
import { newKeyName, readSync, type SchemaContext } from './working-schema.ts'

export interface Rebinding {
  /** Null for a pull. */
  readonly opening: string | null
  /** What is to be true with it. */
  readonly alongside?: readonly Statement[]
}

/**
 * Writes this state's id, generation and fence over what stands in the warehouse; account and object stay. Which
 * column the keys come from is left to the next run: who recovers a state vouches for them. Gives the rows that each of the other statements affected.
 */
export async function rebind(
  context: SchemaContext,
  session: Session,
  { opening, alongside = [] }: Rebinding,
): Promise<readonly number[]> {
  const { dialect, shared, sync, ledger, lease, stateId } = context
  const { literal, quote } = dialect
  const orNull = (text: string | null): string => (text === null ? 'null' : literal(text))
  const record = await ledger.sync(sync.name)
  const { generation, accountId } = record
  const known = await readSync(context, session)
  const account = known?.accountId ?? accountId
  if (accountId === null && account !== null) await ledger.bindAccount(lease.current(), account)
  const row: Record<string, string> = {
    sync: literal(sync.name),
    state_id: literal(stateId),
    account_id: orNull(account),
    object_name: orNull(known?.objectName ?? null),
    object_key: orNull(known?.objectKey ?? null),
    key_name: orNull(
      known === null ? await newKeyName(context, session, record, opening ?? '') : known.keyName,
    ),
    erased_at: orNull(erasureToTell(sync, record, known)),
    generation: `${generation}`,
    fence: `${lease.current().fence}`,
    opening: orNull(opening),
  }
  const names = Object.keys(row).map((name) => quote(name))
  const table = tableReference(dialect, shared.syncs)
  // What is owed comes first: cut off before the row, the sync is still stopped.
  const affected = await session.execute([
    ...alongside,
    statement(`delete from ${table} where ${quote('sync')} = ${literal(sync.name)}`),
    statement(
      `insert into ${table} (${names.join(', ')}) values (${Object.values(row).join(', ')})`,
    ),
  ])
  return affected.slice(0, alongside.length)
}
