/** What columns a query or table has, asked of the server without running anything. */

import { postgresDialect } from '../../core/sql/dialects/postgres.ts'
import { doubleQuoted } from '../../core/sql/dialects/quoting.ts'
import type { Column } from '../../model/value.ts'
import type { PostgresClient } from './clients.ts'

/**
 * The name of each type: a domain's is that of the type below it, and an enum's is `text`, because a
 * working table that declared today's list of values could not take the ones added tomorrow.
 */
const typeNames = `
  with recursive resolved as (
    select given.position, t.oid, t.typtype, t.typbasetype, given.modifier as modifier, t.typtypmod
    from unnest($1::oid[], $2::int4[]) with ordinality as given (oid, modifier, position)
    join pg_catalog.pg_type t on t.oid = given.oid
    union all
    select resolved.position, t.oid, t.typtype, t.typbasetype, resolved.typtypmod, t.typtypmod
    from resolved join pg_catalog.pg_type t on t.oid = resolved.typbasetype
    where resolved.typtype = 'd'
  )
  select case typtype when 'e' then 'text' else pg_catalog.format_type(oid, modifier) end
  from resolved where typtype <> 'd' order by position`

const tableColumns = `
  select attname, atttypid::text, atttypmod::text from pg_catalog.pg_attribute
  where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum`

const cursorPrefix = 'declare syncline_describe no scroll cursor for '

/** Run in a transaction: a cursor is opened and never read. */
export async function describeQuery(client: PostgresClient, query: string): Promise<Column[]> {
  await client.query(`${cursorPrefix}${query}`, [], cursorPrefix.length)
  const { fields } = await client.query('fetch 0 from syncline_describe')
  const types = fields.map((field) => [`${field.dataTypeID}`, `${field.dataTypeModifier}`] as const)
  return withTypes(
    client,
    fields.map((field) => field.name),
    types,
  )
}

/** Null when there is no such table or view. */
export async function describeTable(
  client: PostgresClient,
  schema: string,
  table: string,
): Promise<Column[] | null> {
  const name = `${doubleQuoted(schema)}.${doubleQuoted(table)}`
  const exists = await client.query('select to_regclass($1)::text', [name])
  if (exists.rows[0]?.[0] == null) return null
  const { rows } = await client.query(tableColumns, [name])
  return withTypes(
    client,
    rows.map(([column]) => column ?? ''),
    rows.map(([, type, modifier]) => [type ?? '', modifier ?? ''] as const),
  )
}

async function withTypes(
  client: PostgresClient,
  names: readonly string[],
  types: readonly (readonly [string, string])[],
): Promise<Column[]> {
  const { rows } = await client.query(typeNames, [
    types.map(([type]) => type),
    types.map(([, modifier]) => modifier),
  ])
  return names.map((name, index) => {
    const nativeType = rows[index]?.[0] ?? 'unknown'
    return { name, nativeType, ...postgresDialect.kindOf(nativeType) }
  })
}
