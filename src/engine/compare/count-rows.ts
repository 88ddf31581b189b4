/** How many rows a table has, and how well their keys tell them apart. */
import { countDuplicates, countRows } from '../../core/compare/statements.ts'
import type { ComparedTable } from '../../core/compare/statements.ts'
import type { Statement } from '../../core/sql/statement.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import type { KeyCounts } from './comparison.ts'

export interface CountedRows {
  readonly rows: number
  readonly keys: KeyCounts
}

export async function countTable(session: Session, table: ComparedTable): Promise<CountedRows> {
  const ask = async (statement: Statement): Promise<readonly [number, number]> => {
    const [row] = await session.query(statement)
    return [Number(row?.[0] ?? 0), Number(row?.[1] ?? 0)]
  }
  const [rows, nullRows] = await ask(countRows(table))
  const [duplicateKeys, duplicateRows] = await ask(countDuplicates(table))
  return { rows, keys: { nullRows, duplicateKeys, duplicateRows } }
}
