/**
 * Opens DuckDB's databases. A file is attached to an instance in memory, which is the only way to say how large a
 * group of rows may become; see docs/decisions/20261122-small-groups-of-rows.md.
 */
import { basename } from 'node:path'
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

/** The instance's own database is called so, and no two may have one name. */
const ownName = 'memory'

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

/** Gives the name that the file's database has got: the one it has when DuckDB opens the file itself. */
async function attach(connection: DuckDBConnection, path: string): Promise<string> {
  const [stem = ''] = basename(path).split('.')
  const alias = stem.toLowerCase() === ownName ? ` as ${doubleQuoted(`${stem}_db`)}` : ''
  await connection.run(
    `attach ${singleQuoted(path)}${alias} (type duckdb, row_group_size ${groupRows})`,
  )
  const attached = await connection.runAndReadAll(
    `select database_name from duckdb_databases() where not internal and database_name <> '${ownName}'`,
  )
  return String(attached.getRows()[0]?.[0])
}
