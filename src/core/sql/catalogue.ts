/** What a schema has, as the warehouse itself tells it: whatever was restored, dropped or made by another version. */
import type { Row } from '../../model/value.ts'
import type { Dialect, TableName } from './dialect.ts'
import type { Statement } from './statement.ts'

/** Columns in order, by table or view. */
export type Catalogue = ReadonlyMap<string, readonly { readonly name: string }[]>

export const emptyCatalogue: Catalogue = new Map()

/** Rows for `readCatalogue`. */
export function listCatalogue(dialect: Dialect, schema: string): Statement {
  return { text: dialect.columnNames(schema), parameters: [] }
}

export function readCatalogue(rows: readonly Row[]): Catalogue {
  const tables = Map.groupBy(rows, ([table]) => table ?? '')
  return new Map(
    [...tables].map(([table, columns]) => [
      table,
      columns.map(([, name]) => ({ name: name ?? '' })),
    ]),
  )
}

/** A table, and what makes it where it is missing. */
export interface Creation {
  readonly name: TableName
  readonly create: Statement
}

export function missing(catalogue: Catalogue, creations: readonly Creation[]): Statement[] {
  return creations.filter(({ name }) => !catalogue.has(name.table)).map(({ create }) => create)
}
