/** The statement that appends one page of rows: one array of texts per column, cast to its type. */
import { doubleQuoted } from '../../core/sql/dialects/quoting.ts'
import type { Column, Row } from '../../model/value.ts'
import type { LoadTarget } from '../warehouse.ts'

export function insertOfPage({ schema, table, columns }: LoadTarget): string {
  const names = columns.map((column) => doubleQuoted(column.name)).join(', ')
  const arrays = columns.map((_, index) => `$${index + 1}::text[]`).join(', ')
  const aliases = columns.map((_, index) => `c${index + 1}`).join(', ')
  const values = columns.map(nativeValue).join(', ')
  return `insert into ${doubleQuoted(schema)}.${doubleQuoted(table)} (${names}) select ${values} from unnest(${arrays}) with ordinality as page (${aliases}, position) order by position`
}

export function columnsOfPage(page: readonly Row[], columns: number): (string | null)[][] {
  return Array.from({ length: columns }, (_, index) => page.map((row) => row[index] ?? null))
}

function nativeValue({ kind, nativeType }: Column, index: number): string {
  const text = `c${index + 1}`
  if (kind !== 'text_array') return `cast(${text} as ${nativeType})`
  const elements = `array(select element from json_array_elements_text(cast(${text} as json)) with ordinality as list (element, place) order by place)`
  return `case when ${text} is null then null else cast(${elements} as ${nativeType}) end`
}
