/**
 * The whole world that dead processes leave: the databases, the CRM and the time, as one text. Two histories of
 * a scenario that leave the same world go on in the same way, since nothing else outlives a process.
 */
import { DatabaseSync } from 'node:sqlite'
import { doubleQuoted } from '../../src/core/sql/dialects/quoting.ts'
import { statement } from '../../src/core/sql/working-schema.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { inMinutes, sortedWithoutChance, withoutChance } from './drawn.ts'

export interface Remains {
  readonly warehouse: Warehouse
  /** Of the history in the databases, which hold others, too. */
  readonly name: string
  /** All of its schemas. */
  readonly schemas: readonly string[]
  /** SQLite files. */
  readonly files: readonly string[]
  /** What else there is: anything that JSON can say, and maps. */
  readonly others: unknown
  /** Since when its processes have gone by the machine's clock, in ms since the epoch; never unless said. */
  readonly since?: number
}

/** The same text for the same world, whatever the history's name and the ids drawn in it. */
export async function worldLeft(remains: Remains): Promise<string> {
  const { name, files, others, since = Infinity } = remains
  const tables = await tablesLeft(remains)
  const rows = files.flatMap((file) => rowsLeft(file, name))
  const text = JSON.stringify({ tables, rows, others }, (_key, value: unknown) =>
    value instanceof Map ? [...value] : value,
  )
  return inMinutes(withoutChance(withoutName(text, name)), since)
}

function withoutName(text: string, name: string): string {
  return text.replaceAll(new RegExp(`\\b${name}(?!\\d)|_${name}(?!\\d)`, 'g'), '<name>')
}

/** Every table and view of the history's, how it was made, and the tables' rows, which have no order. */
async function tablesLeft({ warehouse, schemas, name }: Remains): Promise<unknown> {
  const names = schemas.map((schema) => `'${schema}'`).join(', ')
  return warehouse.session(async (session) => {
    const made = await session.query(
      statement(
        `select schema_name, table_name, sql, 'table' from duckdb_tables() where database_name = current_database() and schema_name in (${names})
union all select schema_name, view_name, sql, 'view' from duckdb_views() where database_name = current_database() and schema_name in (${names})
order by 1, 2`,
      ),
    )
    const own = made.filter((one) => isOwn(JSON.stringify(one), name))
    const tables = own.filter(([, , , kind]) => kind === 'table')
    if (tables.length === 0) return own
    const selects = tables.map(([schema, table], number) => {
      const relation = `${doubleQuoted(schema ?? '')}.${doubleQuoted(table ?? '')}`
      return `select '${number}', cast(to_json(t) as varchar) from ${relation} as t`
    })
    const rows = await session.query(statement(selects.join(' union all ')))
    const texts = rows.map((row) => JSON.stringify(row)).filter((row) => isOwn(row, name))
    return [own, sortedWithoutChance(texts.map((text) => withoutName(text, name)))]
  })
}

/** All rows but those of other histories, and of when the file got its format. */
function rowsLeft(file: string, name: string): readonly string[] {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const tables = database
      .prepare(
        "select name from sqlite_schema where type = 'table' and name not like '%_format' order by name",
      )
      .all()
    return tables.flatMap(({ name: table }) =>
      database
        .prepare(`select '${String(table)}' as "table", * from "${String(table)}"`)
        .all()
        .map((row) => JSON.stringify(row))
        .filter((row) => isOwn(row, name)),
    )
  } finally {
    database.close()
  }
}

/** Histories are named by a letter and a number. */
function isOwn(row: string, name: string): boolean {
  const named = row.match(new RegExp(`\\b${name[0]}\\d+(?!\\d)`, 'g'))
  return named === null || named.includes(name)
}
