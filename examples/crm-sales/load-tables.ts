/** The CSV files as tables of texts, as a loader that judges nothing would leave them in a warehouse. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Column } from '../../src/model/value.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { type CsvTable, parseCsv } from './csv.ts'

export const schema = 'crm_sales'

/** The files, each with the columns that the models read. */
export const tables = {
  accounts: ['account', 'revenue', 'employees'],
  products: ['product', 'sales_price'],
  sales_teams: ['sales_agent', 'manager', 'regional_office'],
  sales_pipeline: [
    'opportunity_id',
    'account',
    'sales_agent',
    'deal_stage',
    'product',
    'close_date',
    'close_value',
    'created_on',
  ],
} as const

export type TableName = keyof typeof tables
export type Tables = Readonly<Record<TableName, CsvTable>>

/** Reads every file of the folder before anything is changed anywhere. */
export async function readTables(folder: string): Promise<Tables> {
  const [accounts, products, teams, opportunities] = await Promise.all([
    readTable(folder, 'accounts'),
    readTable(folder, 'products'),
    readTable(folder, 'sales_teams'),
    readTable(folder, 'sales_pipeline'),
  ])
  return { accounts, products, sales_teams: teams, sales_pipeline: opportunities }
}

/** The values of one column that are there. */
export function columnOf(table: CsvTable, name: string): readonly string[] {
  const at = table.columns.indexOf(name)
  return table.rows.flatMap((row) => row[at] ?? [])
}

async function readTable(folder: string, name: TableName): Promise<CsvTable> {
  const table = parseCsv(await readFile(join(folder, `${name}.csv`), 'utf8'), `${name}.csv`)
  const missing = tables[name].filter((column) => !table.columns.includes(column))
  if (missing.length === 0) return table
  throw new Error(`${name}.csv has no column ${missing.join(', ')}`)
}

/** Replaces the tables by these. Gives the rows of each. */
export async function loadTables(
  warehouse: Warehouse,
  all: Tables,
): Promise<Readonly<Record<string, number>>> {
  const { dialect } = warehouse
  const loaded: Record<string, number> = {}
  await warehouse.session(async (session) => {
    await session.execute([sql(`create schema if not exists ${dialect.quote(schema)}`)])
    for (const [table, { columns, rows }] of Object.entries(all)) {
      const reference = `${dialect.quote(schema)}.${dialect.quote(table)}`
      const typed = columns.map((name) => `${dialect.quote(name)} ${dialect.types.text}`)
      await session.execute([
        sql(`drop table if exists ${reference}`),
        sql(`create table ${reference} (${typed.join(', ')})`),
      ])
      const target = { schema, table, columns: columns.map((name) => text(name, warehouse)) }
      loaded[table] = await session.load(target, [rows])
    }
  })
  return loaded
}

function text(name: string, { dialect }: Warehouse): Column {
  return { name, kind: 'text', nativeType: dialect.types.text }
}

function sql(statement: string) {
  return { text: statement, parameters: [] }
}
