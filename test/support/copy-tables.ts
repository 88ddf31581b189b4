/** A copy of what stands in schemas of a warehouse, as a backup holds it. */
import type { Row } from '../../src/model/value.ts'

export interface CopiedWarehouse {
  query(text: string): Promise<readonly Row[]>
  execute(...texts: readonly string[]): Promise<void>
}

/** Gives how to restore it, as often as one likes, also where all was dropped; tables and columns that came later stay, these empty. */
export async function copyTables(
  warehouse: CopiedWarehouse,
  schemas: readonly string[],
): Promise<() => Promise<void>> {
  const copies = `copies_${schemas[0]}`
  const list = schemas.map((schema) => `'${schema}'`).join(', ')
  const rows = await warehouse.query(
    `select table_schema || '.' || table_name from information_schema.tables where table_type = 'BASE TABLE' and table_schema in (${list})`,
  )
  const tables = rows.map(([table]) => table ?? '')
  const columns = await columnsByTable(warehouse, list)
  const copyOf = (table: string): string => `${copies}.${table.replace('.', '_')}`
  await warehouse.execute(
    `drop schema if exists ${copies} cascade`,
    `create schema ${copies}`,
    ...tables.map((table) => `create table ${copyOf(table)} as select * from ${table}`),
  )
  return () =>
    warehouse.execute(
      ...schemas.map((schema) => `create schema if not exists ${schema}`),
      ...tables.flatMap((table) => [
        `create table if not exists ${table} as select * from ${copyOf(table)} where false`,
        `delete from ${table}`,
        `insert into ${table} (${columns.get(table)}) select ${columns.get(table)} from ${copyOf(table)}`,
      ]),
    )
}

/** Quoted, as a list. */
async function columnsByTable(
  warehouse: CopiedWarehouse,
  schemas: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await warehouse.query(
    `select table_schema || '.' || table_name, column_name from information_schema.columns where table_schema in (${schemas})`,
  )
  const byTable = Map.groupBy(rows, ([table]) => table ?? '')
  return new Map(
    [...byTable].map(([table, own]) => [table, own.map(([, name]) => `"${name}"`).join(', ')]),
  )
}
