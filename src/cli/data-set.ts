/** How data sets are named on the command line: `warehouse:crm.deals`, `warehouse:crm`. */
import type { DataSet } from '../app/compare/compare-tables.ts'
import { cliErrors } from './errors.ts'

/** A name, or one in double quotes that may hold dots and colons; `""` is a quote in it. */
const part = '("(?:[^"]|"")+"|[^".:]+)'
const pattern = new RegExp(`^([^:]+):${part}(?:\\.${part})?$`)

export function readDataSet(text: string): DataSet {
  const [, connection, schema, table] = pattern.exec(text) ?? []
  if (connection === undefined || schema === undefined) {
    throw cliErrors.usage({
      message: `${text} names no table and no schema.`,
      remedy:
        'Write <connection>:<schema>.<table>, or <connection>:<schema> for all tables of a schema; names with a dot stand in double quotes.',
    })
  }
  return { connection, schema: bare(schema), table: table === undefined ? null : bare(table) }
}

const tablePattern = new RegExp(`^${part}\\.${part}$`)

/** `schema.table`, of the warehouse that is meant anyway. */
export function readTableName(text: string): { readonly schema: string; readonly table: string } {
  const [, schema, table] = tablePattern.exec(text) ?? []
  if (schema === undefined || table === undefined) {
    throw cliErrors.usage({
      message: `${text} names no table.`,
      remedy: 'Write <schema>.<table>; names with a dot stand in double quotes.',
    })
  }
  return { schema: bare(schema), table: bare(table) }
}

function bare(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name
}
