/** Between DuckDB's results and parameters and ours. */
import type {
  DuckDBConnection,
  DuckDBMaterializedResult,
  DuckDBPreparedStatement,
  DuckDBType,
} from '@duckdb/node-api'
import { duckdbDialect } from '../../core/sql/dialects/duckdb.ts'
import type { Parameter, Statement } from '../../core/sql/statement.ts'
import type { Column, Row } from '../../model/value.ts'
import { warehouseErrors } from '../errors.ts'
import { loadDuckDb } from './driver.ts'

/** Runs one statement to its end. */
export async function runStatement(
  connection: DuckDBConnection,
  { text, parameters }: Pick<Statement, 'text' | 'parameters'>,
): Promise<DuckDBMaterializedResult> {
  if (parameters.length === 0) return connection.run(text)
  const prepared = await connection.prepare(text)
  try {
    for (const [index, parameter] of parameters.entries()) bind(prepared, index + 1, parameter)
    return await prepared.run()
  } finally {
    prepared.destroySync()
  }
}

/** All rows of a query whose columns are all text; throws `warehouse.not_text` for another one. */
export async function textRows(
  connection: DuckDBConnection,
  { text, parameters }: Pick<Statement, 'text' | 'parameters'>,
): Promise<readonly Row[]> {
  // Between parentheses nothing but one query can stand.
  const result = await runStatement(connection, {
    text: `select * from (${text}\n)`,
    parameters,
  })
  for (let index = 0; index < result.columnCount; index += 1) {
    requireText(result.columnName(index), result.columnType(index))
  }
  // The driver gives text as text, and null as null.
  return (await result.getRows()) as Row[]
}

/** The columns of a query that gives text only. */
export async function textColumns(
  connection: DuckDBConnection,
  query: string,
): Promise<readonly string[]> {
  const prepared = await connection.prepare(query)
  try {
    return Array.from({ length: prepared.columnCount }, (_, index) => {
      requireText(prepared.columnName(index), prepared.columnType(index))
      return prepared.columnName(index)
    })
  } finally {
    prepared.destroySync()
  }
}

/** Rows written, or rows returned where it returns some. */
export async function affectedRows(result: DuckDBMaterializedResult): Promise<number> {
  const { ResultReturnType } = await loadDuckDb()
  if (result.returnType === ResultReturnType.QUERY_RESULT) return result.rowCount
  if (result.returnType === ResultReturnType.CHANGED_ROWS) return result.rowsChanged
  // `create table … as` counts as returning nothing, and tells its row count in a row.
  const count = result.columnName(0) === 'Count' ? (await result.getRows())[0]?.[0] : 0
  return Number(count ?? 0)
}

/** The columns a prepared query will give. */
export function columnsOf(prepared: DuckDBPreparedStatement): Column[] {
  const columns: Column[] = []
  for (let index = 0; index < prepared.columnCount; index += 1) {
    const nativeType = typeName(prepared.columnType(index))
    columns.push({
      name: prepared.columnName(index),
      nativeType,
      ...duckdbDialect.kindOf(nativeType),
    })
  }
  return columns
}

/** Refuses what the driver would give as something other than text. */
function requireText(name: string, type: DuckDBType): void {
  const found = typeName(type)
  if (found === 'VARCHAR' || found === 'JSON') return
  throw warehouseErrors.not_text({ message: `Column ${name} of a result is ${found}, not text.` })
}

function bind(prepared: DuckDBPreparedStatement, position: number, parameter: Parameter): void {
  if (parameter === null) prepared.bindNull(position)
  else if (typeof parameter === 'string') prepared.bindVarchar(position, parameter)
  else if (typeof parameter === 'boolean') prepared.bindBoolean(position, parameter)
  else if (Number.isSafeInteger(parameter)) prepared.bindBigInt(position, BigInt(parameter))
  else prepared.bindDouble(position, parameter)
}

/**
 * JSON is text with a name of its own. An enum becomes text, because a working table that declared
 * today's list of values could not take the ones added tomorrow.
 */
function typeName(type: DuckDBType): string {
  if (type.alias === 'JSON') return 'JSON'
  if ('valueType' in type && type.valueType.alias === 'JSON') return 'JSON[]'
  const name = type.toString()
  return name.startsWith('ENUM') ? 'VARCHAR' : name
}
