/** The tables of an object that hold rows. The others are views, which are made anew. */
import {
  changeColumns,
  latestColumns,
  type OwnColumns,
  pastColumns,
} from '../../../core/history/columns/own-columns.ts'
import type { TableName } from '../../../core/sql/dialect.ts'
import type { Session } from '../../../warehouse/warehouse.ts'

export const keptTables = ['changes', 'past', 'latest'] as const
export type KeptTable = (typeof keptTables)[number]

/** Their columns beside those of fields. */
export const ownColumns = {
  changes: changeColumns,
  past: pastColumns,
  latest: latestColumns,
} as const satisfies Record<KeptTable, OwnColumns>

/** Which of these columns the table lacks; null where there is no table. */
export async function missingColumns(
  session: Session,
  { schema, table }: TableName,
  wanted: readonly string[],
): Promise<readonly string[] | null> {
  const known = await session.columns(schema, table)
  if (known === null) return null
  const names = new Set(known.map(({ name }) => name))
  return wanted.filter((name) => !names.has(name))
}
