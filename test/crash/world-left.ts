/**
 * The whole world that dead processes leave: the databases, the CRM and the time, as one text. Two histories of
 * a scenario that leave the same world go on in the same way, since nothing else outlives a process.
 */
import { DatabaseSync } from 'node:sqlite'
import { doubleQuoted } from '../../src/core/sql/dialects/quoting.ts'
import { statement } from '../../src/core/sql/working-schema.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'

export interface Remains {
  readonly warehouse: Warehouse
  /** Of the history in the databases, which hold others, too. */
  readonly name: string
  /** All of its schemas. */
  readonly schemas: readonly string[]
  /** SQLite files. */
  readonly files: readonly string[]
  /** What else there is: anything that JSON can say. */
  readonly others: unknown
}

/** The same text for the same world, whatever the history's name and the ids drawn in it. */
export async function worldLeft(remains: Remains): Promise<string> {
  const { name, files, others } = remains
  const tables = await tablesLeft(remains)
  const rows = files.flatMap((file) => rowsLeft(file, name))
  const text = JSON.stringify({ tables, rows, others })
  return withoutChance(
    text.replaceAll(new RegExp(`\\b${name}(?!\\d)|_${name}(?!\\d)`, 'g'), '<name>'),
  )
}

/** Ids by chance, and those of processes and pulls, which are counted over all histories. */
const drawn =
  /\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b|\b[\da-f]{32}\b|\bworker-\d+\b|<name>_\d+\b/g

/** They become the order in which they come. */
function withoutChance(text: string): string {
  const ids = new Map<string, number>()
  return text.replaceAll(drawn, (id) => {
    const number = ids.get(id) ?? ids.size
    ids.set(id, number)
    return `<id ${number}>`
  })
}

/** Every table of the history's, how it was made, and its rows, which have no order. */
async function tablesLeft({ warehouse, schemas, name }: Remains): Promise<unknown> {
  const names = schemas.map((schema) => `'${schema}'`).join(', ')
  return warehouse.session(async (session) => {
    const tables = await session.query(
      statement(
        `select schema_name, table_name, sql from duckdb_tables() where database_name = current_database() and schema_name in (${names}) order by 1, 2`,
      ),
    )
    const own = tables.filter((table) => isOwn(JSON.stringify(table), name))
    if (own.length === 0) return []
    const selects = own.map(([schema, table], number) => {
      const relation = `${doubleQuoted(schema ?? '')}.${doubleQuoted(table ?? '')}`
      return `select '${number}', cast(to_json(t) as varchar) from ${relation} as t`
    })
    const rows = await session.query(statement(selects.join(' union all ')))
    const texts = rows.map((row) => JSON.stringify(row)).filter((row) => isOwn(row, name))
    return [own, texts.toSorted()]
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
