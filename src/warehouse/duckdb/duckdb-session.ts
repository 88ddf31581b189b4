/** A session on a DuckDB instance. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { doubleQuoted, singleQuoted } from '../../core/sql/dialects/quoting.ts'
import type { Statement } from '../../core/sql/statement.ts'
import type { Column, Row } from '../../model/value.ts'
import { warehouseErrors } from '../errors.ts'
import { regroup } from '../regroup.ts'
import { requireAffected } from '../require-affected.ts'
import type { LoadTarget, Session } from '../warehouse.ts'
import { chunkRows, PageAppender } from './append-page.ts'
import { Connections } from './connections.ts'
import { loadDuckDb } from './driver.ts'
import type { OpenInstance } from './open-file.ts'
import { PagedResult } from './paged-result.ts'
import { affectedRows, columnsOf, runStatement, textRows } from './result-values.ts'

const relationNamed = `
  select 1 from duckdb_tables()
  where database_name = current_database() and lower(schema_name) = lower($1) and lower(table_name) = lower($2)
  union all
  select 1 from duckdb_views()
  where database_name = current_database() and lower(schema_name) = lower($1) and lower(view_name) = lower($2)`

export class DuckDbSession implements Session {
  readonly #connections: Connections

  constructor(open: OpenInstance) {
    this.#connections = new Connections(open)
  }

  describe(query: string): Promise<readonly Column[]> {
    return this.#use((connection) => describeQuery(connection, query))
  }

  columns(schema: string, table: string): Promise<readonly Column[] | null> {
    return this.#use(async (connection) => {
      if (!(await relationExists(connection, schema, table))) return null
      const relation = `${doubleQuoted(schema)}.${doubleQuoted(table)}`
      return describeQuery(connection, `select * from ${relation}`)
    })
  }

  query(statement: Statement): Promise<readonly Row[]> {
    return this.#use((connection) => textRows(connection, statement))
  }

  async *stream(statement: Statement, pageRows: number): AsyncGenerator<readonly Row[]> {
    const connections = this.#connections
    const connection = await connections.acquire()
    let state: 'clean' | 'broken' = 'broken'
    try {
      const result = await connections.call(() => PagedResult.of(connection, statement))
      for (let from = 0; from < result.rowCount; from += pageRows) {
        yield await connections.call(() => result.page(from, pageRows))
      }
      await connections.call(() => result.drop())
      state = 'clean'
    } finally {
      // A reader that stops early leaves the temporary table to the connection's end.
      connections.release(connection, state)
    }
  }

  execute(
    statements: readonly Statement[],
    before: readonly Statement[] = [],
  ): Promise<readonly number[]> {
    const [only, ...others] = statements
    const isAlone = others.length === 0 && before.length === 0
    if (only !== undefined && isAlone && only.expectRows === undefined) {
      // DuckDB makes a transaction of it by itself, at half the cost of a small one.
      return this.#use(async (connection) => [
        await affectedRows(await runStatement(connection, only)),
      ])
    }
    return this.#transaction(
      (connection) => this.#affected(connection, statements),
      'commit',
      before,
    )
  }

  rehearse(statements: readonly Statement[]): Promise<readonly number[]> {
    return this.#transaction((connection) => this.#affected(connection, statements), 'rollback')
  }

  #affected(
    connection: DuckDBConnection,
    statements: readonly Statement[],
  ): Promise<readonly number[]> {
    return this.#connections.call(async () => {
      const counts: number[] = []
      for (const statement of statements) {
        const count = await affectedRows(await runStatement(connection, statement))
        requireAffected(statement, count)
        counts.push(count)
      }
      return counts
    })
  }

  load(
    target: LoadTarget,
    pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
  ): Promise<number> {
    const { call } = this.#connections
    return this.#transaction(async (connection) => {
      const appender = await call(() => PageAppender.open(connection, target))
      let rows = 0
      // What `pages` throws is the caller's own and reaches it unchanged.
      for await (const page of regroup(pages, chunkRows)) {
        await call(async () => appender.append(page))
        rows += page.length
      }
      await call(async () => appender.close())
      return rows
    })
  }

  /** Ends the session: nothing of it holds the file any longer. */
  end(): Promise<void> {
    return this.#connections.end()
  }

  #use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#connections.use((connection) => this.#connections.call(() => work(connection)))
  }

  /** On an error the connection is closed, which undoes what was begun. */
  #transaction<T>(
    work: (connection: DuckDBConnection) => Promise<T>,
    ending: Ending = 'commit',
    before: readonly Statement[] = [],
  ): Promise<T> {
    const { call } = this.#connections
    return this.#connections.use(async (connection) => {
      await this.#affected(connection, before)
      await call(() => connection.run('begin transaction'))
      const result = await work(connection)
      await call(() => connection.run(ending))
      return result
    })
  }
}

type Ending = 'commit' | 'rollback'

async function relationExists(
  connection: DuckDBConnection,
  schema: string,
  table: string,
): Promise<boolean> {
  const relation = `.${doubleQuoted(schema)}.${doubleQuoted(table)}`
  const own = `'"' || current_database() || '"' || ${singleQuoted(relation)}`
  try {
    const prepared = await connection.prepare(`select 1 from pragma_table_info(${own})`)
    prepared.destroySync()
    return true
  } catch {
    // It takes no quote in a name. The list is sure of all of them, and costs the more the more tables there are.
    const found = await runStatement(connection, {
      text: relationNamed,
      parameters: [schema, table],
    })
    return found.rowCount > 0
  }
}

async function describeQuery(connection: DuckDBConnection, query: string): Promise<Column[]> {
  const { StatementType } = await loadDuckDb()
  const extracted = await connection.extractStatements(query)
  if (extracted.count !== 1) {
    throw warehouseErrors.query({
      message: `Expected one query, found ${extracted.count} statements.`,
    })
  }
  const prepared = await extracted.prepare(0)
  try {
    if (prepared.statementType !== StatementType.SELECT) {
      throw warehouseErrors.query({ message: 'Expected a query that only reads.' })
    }
    return columnsOf(prepared)
  } finally {
    prepared.destroySync()
  }
}
