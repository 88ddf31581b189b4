/**
 * A large result, read page by page. It is computed into a temporary table first, because DuckDB's
 * own streaming cannot be trusted through this driver: a statement that fails on the way ends the
 * stream as if it were complete, and a stream left half-read keeps the file locked.
 *
 * A page is fetched as one JSON text: decoding it is several times faster than taking each value
 * out of DuckDB's vectors, and leaves less to the garbage collector.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { doubleQuoted } from '../../core/sql/dialects/quoting.ts'
import type { Statement } from '../../core/sql/statement.ts'
import type { Row } from '../../model/value.ts'
import { warehouseErrors } from '../errors.ts'
import { affectedRows, runStatement, textColumns } from './result-values.ts'

/** One per connection at a time, and temporary tables belong to their connection. */
const table = 'temp.main.syncline_result'

/** Fewer rows than this are not worth a query of their own. */
const smallestFetch = 2048

export class PagedResult {
  readonly rowCount: number
  readonly #connection: DuckDBConnection
  readonly #select: string
  #fetched: { readonly from: number; readonly rows: readonly Row[] } = { from: 0, rows: [] }

  private constructor(connection: DuckDBConnection, rowCount: number, select: string) {
    this.rowCount = rowCount
    this.#connection = connection
    this.#select = select
  }

  /** Computes the whole result; any error of the statement appears here. */
  static async of(connection: DuckDBConnection, statement: Statement): Promise<PagedResult> {
    const { text, parameters } = statement
    const result = await runStatement(connection, {
      text: `create or replace temporary table ${table} as ${text}`,
      parameters,
    })
    const columns = (await textColumns(connection, `select * from ${table}`)).map(doubleQuoted)
    // Insertion order, which DuckDB preserves, is the order of `rowid`.
    const select = `select cast(string_agg(to_json([${columns.join(', ')}]), ',' order by rowid) as VARCHAR) from ${table} where rowid >= $1 and rowid < $2`
    return new PagedResult(connection, await affectedRows(result), select)
  }

  async page(from: number, rows: number): Promise<readonly Row[]> {
    const wanted = Math.min(rows, this.rowCount - from)
    const { from: start, rows: fetched } = this.#fetched
    if (from < start || from + wanted > start + fetched.length) {
      const whole = Math.max(1, Math.ceil(smallestFetch / rows)) * rows
      this.#fetched = { from, rows: await this.#fetch(from, Math.min(whole, this.rowCount - from)) }
    }
    const offset = from - this.#fetched.from
    return this.#fetched.rows.slice(offset, offset + wanted)
  }

  async drop(): Promise<void> {
    await this.#connection.run(`drop table ${table}`)
  }

  async #fetch(from: number, count: number): Promise<readonly Row[]> {
    const result = await runStatement(this.#connection, {
      text: this.#select,
      parameters: [from, from + count],
    })
    const text = (await result.getRows())[0]?.[0]
    const rows: readonly Row[] = typeof text === 'string' ? JSON.parse(`[${text}]`) : []
    // Promise 6: an incomplete read must never pass for a complete one.
    if (rows.length !== count) {
      throw warehouseErrors.incomplete({
        message: `Expected ${count} rows from row ${from} on, read ${rows.length}.`,
      })
    }
    return rows
  }
}
