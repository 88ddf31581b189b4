/**
 * The statement that appends one page of rows. The page is one JSON text: DuckDB takes it apart and
 * casts each value to its column, so loading needs no staging table and no memory beyond the page.
 */
import { duckdbDialect } from '../../core/sql/dialects/duckdb.ts'
import { doubleQuoted } from '../../core/sql/dialects/quoting.ts'
import type { Column } from '../../model/value.ts'

export function insertOfPage(target: {
  readonly schema: string
  readonly table: string
  readonly columns: readonly Column[]
}): string {
  const names = target.columns.map((column) => doubleQuoted(column.name)).join(', ')
  const values = target.columns.map(nativeValue).join(', ')
  const table = `${doubleQuoted(target.schema)}.${doubleQuoted(target.table)}`
  const rows = `unnest(from_json(${duckdbDialect.placeholder(1)}, '[["VARCHAR"]]'))`
  return `insert into ${table} (${names}) select ${values} from (select ${rows} as r)`
}

function nativeValue({ kind, nativeType }: Column, index: number): string {
  const text = `r[${index + 1}]`
  if (kind === 'text_array') return `cast(from_json(${text}, '["VARCHAR"]') as ${nativeType})`
  return nativeType === 'VARCHAR' ? text : `cast(${text} as ${nativeType})`
}
