/**
 * What a warehouse must be. Statements are values built by core/sql; a warehouse only executes
 * them. The seam fits DuckDB and PostgreSQL as well as BigQuery and Snowflake: bulk in, streamed
 * out, set-based statements, no row-by-row DML, no transaction that outlives one call.
 */
import type { Dialect } from '../core/sql/dialect.ts'
import type { Statement } from '../core/sql/statement.ts'
import type { Column, Row } from '../model/value.ts'

export interface Warehouse {
  readonly dialect: Dialect
  /** Bytes that one statement may sort without getting slow; null where the warehouse sees to that itself. */
  readonly sortBytes: number | null
  /**
   * Opens a session for the duration of `work`. An embedded file is held only meanwhile, so that a
   * person can query it in between; who finds it held waits a little and then throws
   * `warehouse.held`, naming the holder. Sessions of one process share one instance.
   */
  session<T>(work: (session: Session) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** A table, and the columns that rows bring, in their order. */
export interface LoadTarget {
  readonly schema: string
  readonly table: string
  readonly columns: readonly Column[]
}

export interface Session {
  /** The columns a query would give. A wrong query throws `warehouse.query` with the warehouse's own message. */
  describe(query: string): Promise<readonly Column[]>
  /** The columns of a table, or null when there is none. */
  columns(schema: string, table: string): Promise<readonly Column[] | null>
  /** All rows of a small result; every column of the statement must be canonical text. */
  query(statement: Statement): Promise<readonly Row[]>
  /** A large result in pages, in the statement's order, with flat memory. */
  stream(statement: Statement, pageRows: number): AsyncIterable<readonly Row[]>
  /**
   * Executes all or nothing, at one snapshot of the data, in one transaction where the warehouse
   * has them. Returns the affected rows of each. A statement with `expectRows` that affects another
   * number rolls everything back and throws `warehouse.fenced`. What is to come `before` the transaction, each
   * statement for itself, has the same connection: it makes temporary tables, which are gone with a failure.
   */
  execute(
    statements: readonly Statement[],
    before?: readonly Statement[],
  ): Promise<readonly number[]>
  /** What `execute` would affect: nothing of it stays. Throws as `execute` does. */
  rehearse(statements: readonly Statement[]): Promise<readonly number[]>
  /** Appends rows in bulk; canonical texts are converted to the table's column types. */
  load(
    target: LoadTarget,
    pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
  ): Promise<number>
}
