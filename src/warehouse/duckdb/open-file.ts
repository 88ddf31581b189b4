/**
 * Opens DuckDB's databases. A file is attached to an instance in memory, which is the only way to say how large a
 * group of rows may become; see docs/decisions/20261122-small-groups-of-rows.md.
 */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { doubleQuoted, singleQuoted } from '../../core/sql/dialects/quoting.ts'
import { loadDuckDb } from './driver.ts'

/** An instance, with connections to it that nobody uses at present. */
export interface OpenInstance {
  readonly instance: DuckDBInstance
  readonly idle: DuckDBConnection[]
  /** Where a new connection is to work; null in the database that the instance itself is. */
  readonly database: string | null
}

/** A multiple of DuckDB's chunks of 2,048 rows; its own groups have 122,880. */
const groupRows = 20_480

/** Stands in while the file is attached. No file has this name: that ends before a file's first dot. */
const standIn = '"."'

/** An instance of its own, in memory. */
export async function openInMemory(
  settings: Readonly<Record<string, string>>,
): Promise<OpenInstance> {
  const { DuckDBInstance } = await loadDuckDb()
  const instance = await DuckDBInstance.create(':memory:', { ...settings })
  return { instance, idle: [], database: null }
}

/** `path` is absolute; throws what DuckDB says where it can't be opened. */
export async function openFile(
  path: string,
  settings: Readonly<Record<string, string>>,
): Promise<OpenInstance> {
  // Else it would lie in the folder where the program was started.
  const opened = await openInMemory({ temp_directory: `${path}.tmp`, ...settings })
  try {
    const connection = await opened.instance.connect()
    try {
      return { ...opened, database: await attach(connection, path) }
    } finally {
      connection.closeSync()
    }
  } catch (error) {
    opened.instance.closeSync()
    throw error
  }
}

/**
 * Gives the name that the file's database has got: the one it has when DuckDB opens the file itself. The instance's own database
 * makes room, or there would be two called `memory`, and a schema of that name would be ambiguous.
 */
async function attach(connection: DuckDBConnection, path: string): Promise<string> {
  for (const statement of [
    `attach ':memory:' as ${standIn}`,
    `use ${standIn}`,
    'detach memory',
    `attach ${singleQuoted(path)} (type duckdb, row_group_size ${groupRows})`,
  ]) {
    await connection.run(statement)
  }
  const attached = await connection.runAndReadAll(
    `select database_name from duckdb_databases() where not internal and path is not null`,
  )
  const database = String(attached.getRows()[0]?.[0])
  await useDatabase(connection, database)
  await connection.run(`detach ${standIn}`)
  return database
}

/** With its schema, as a name alone may be that of a schema that every database has (`information_schema`). */
export async function useDatabase(connection: DuckDBConnection, database: string): Promise<void> {
  await connection.run(`use ${doubleQuoted(database)}."main"`)
}
