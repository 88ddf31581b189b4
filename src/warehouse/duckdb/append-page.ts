/**
 * Appends rows in bulk. Each page is one chunk of texts, which DuckDB casts to the table's types: it
 * neither parses a statement nor takes a JSON text apart.
 */
import type { DuckDBAppender, DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import { doubleQuoted } from '../../core/sql/dialects/quoting.ts'
import type { Row } from '../../model/value.ts'
import type { LoadTarget } from '../warehouse.ts'
import { type DuckDbDriver, loadDuckDb } from './driver.ts'

/** The most that a chunk of DuckDB's holds. */
export const chunkRows = 2048

/** A column of the table: where in a row its value stands, or null when rows don't have it. */
interface Place {
  readonly index: number | null
  readonly isList: boolean
}

export class PageAppender {
  readonly #driver: DuckDbDriver
  readonly #appender: DuckDBAppender
  readonly #places: readonly Place[]

  private constructor(driver: DuckDbDriver, appender: DuckDBAppender, places: readonly Place[]) {
    this.#driver = driver
    this.#appender = appender
    this.#places = places
  }

  static async open(connection: DuckDBConnection, target: LoadTarget): Promise<PageAppender> {
    const { schema, table, columns } = target
    const names = await columnNames(connection, schema, table)
    const places = names.map((name) => {
      const index = columns.findIndex((column) => column.name === name)
      return { index: index < 0 ? null : index, isList: columns[index]?.kind === 'text_array' }
    })
    const driver = await loadDuckDb()
    return new PageAppender(driver, await connection.createAppender(table, schema), places)
  }

  /** At most `chunkRows` rows. */
  append(rows: readonly Row[]): void {
    const { DuckDBDataChunk, LIST, SQLNULL, VARCHAR } = this.#driver
    const columns = this.#places.map(({ index }) => textsOf(rows, index))
    const types = this.#places.map(({ isList }, at) => {
      // Has no values to set, which the driver does one by one even where all are null.
      if (columns[at] === null) return SQLNULL
      return isList ? LIST(VARCHAR) : VARCHAR
    })
    const chunk = DuckDBDataChunk.create(types, rows.length)
    this.#places.forEach(({ isList }, at) => {
      const texts = columns[at] ?? null
      if (texts === null) return
      chunk.setColumnValues(at, isList ? texts.map((text) => this.#listOf(text)) : texts)
    })
    this.#appender.appendDataChunk(chunk)
  }

  /** Writes what is still buffered; nothing can be appended afterwards. */
  close(): void {
    this.#appender.closeSync()
  }

  #listOf(text: string | null): DuckDBValue {
    return text === null ? null : this.#driver.listValue(JSON.parse(text) as readonly string[])
  }
}

/** A column of the page, or null where it has nothing but nulls. */
function textsOf(rows: readonly Row[], index: number | null): readonly (string | null)[] | null {
  if (index === null || rows.every((row) => (row[index] ?? null) === null)) return null
  return rows.map((row) => row[index] ?? null)
}

async function columnNames(
  connection: DuckDBConnection,
  schema: string,
  table: string,
): Promise<readonly string[]> {
  const relation = `${doubleQuoted(schema)}.${doubleQuoted(table)}`
  const prepared = await connection.prepare(`select * from ${relation}`)
  try {
    return Array.from({ length: prepared.columnCount }, (_, index) => prepared.columnName(index))
  } finally {
    prepared.destroySync()
  }
}
