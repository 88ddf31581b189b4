/** What somebody has to run where PostgreSQL denies a permission: its message names an object, and neither role nor schema. */
import { postgresDialect } from '../../core/sql/dialects/postgres.ts'

/** A statement that was refused, and what PostgreSQL said. */
export interface Denied {
  readonly message: string
  readonly text: string
}

type Ask = (
  text: string,
  parameters: readonly string[],
) => Promise<readonly (readonly (string | null)[])[]>

const { quote } = postgresDialect

/** Statements for a person with the right to grant, as one sentence; null where the message is none that is known. */
export async function grantsFor({ message, text }: Denied, ask: Ask): Promise<string | null> {
  const [, kind = '', name = ''] = deniedPattern.exec(message) ?? []
  const [, owned = ''] = ownerPattern.exec(message) ?? []
  if (name === '' && owned === '') return null
  const role = (await ask('select current_user::text', []))[0]?.[0] ?? ''
  const to = `TO ${quote(role)};`
  if (owned !== '') {
    const tables = await tablesNamed(owned, text, ask)
    return told(tables.map((table) => `ALTER TABLE ${table} OWNER ${to}`))
  }
  // Asked of `create schema if not exists` even where the schema is there.
  if (kind === 'database') return told([`GRANT CREATE ON DATABASE ${quote(name)} ${to}`])
  if (kind === 'schema') return told(usageStatements(name, text).map((grant) => `${grant} ${to}`))
  const rights = writtenIn(text) === name ? 'SELECT, INSERT, UPDATE, DELETE' : 'SELECT'
  const tables = await tablesNamed(name, text, ask)
  return told(tables.map((table) => `GRANT ${rights} ON ${table} ${to}`))
}

const deniedPattern =
  /^permission denied for (table|view|materialized view|foreign table|relation|schema|database) (.+)$/
const ownerPattern = /^must be owner of (?:table|view|materialized view|relation) (.+)$/

function told(statements: readonly string[]): string | null {
  if (statements.length === 0) return null
  return `Have an administrator of the database run: ${statements.join(' ')}`
}

/** With the tables of the schema that the statement reads: they would be denied next. */
function usageStatements(schema: string, text: string): readonly string[] {
  const on = `ON SCHEMA ${quote(schema)}`
  if (createdIn(text) === schema) return [`GRANT USAGE, CREATE ${on}`]
  const escaped = schema.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const reading = new RegExp(`(?:"${escaped}"|\\b${escaped})\\.("(?:[^"]|"")+"|\\w+)`, 'gi')
  const tables = new Set([...text.matchAll(reading)].map(([, table = '']) => plainName(table)))
  // A statement takes one grantee for all its tables.
  const names = [...tables].map((table) => `${quote(schema)}.${quote(table)}`).join(', ')
  return names === '' ? [`GRANT USAGE ${on}`] : [`GRANT USAGE ${on}`, `GRANT SELECT ON ${names}`]
}

/** As PostgreSQL reads it: what is not quoted is lower case. */
function plainName(written: string): string {
  return written.startsWith('"')
    ? written.slice(1, -1).replaceAll('""', '"')
    : written.toLowerCase()
}

/** The schema in which the statement makes a table or a view; undefined where it makes none. */
function createdIn(text: string): string | undefined {
  const made =
    /^\s*create (?:or replace )?(?:unlogged )?(?:table|view) (?:if not exists )?(\S+?)\./i
  const [, schema] = made.exec(text) ?? []
  return schema === undefined ? undefined : plainName(schema)
}

/** The table whose rows the statement writes, without its schema; undefined where it writes none. */
function writtenIn(text: string): string | undefined {
  const written = /^\s*(?:insert into|update|delete from|merge into|truncate(?: table)?) (\S+)/i
  const [, table] = written.exec(text) ?? []
  const [, last] = /("(?:[^"]|"")+"|\w+)$/.exec(table ?? '') ?? []
  return last === undefined ? undefined : plainName(last)
}

/** Of several schemas with such a table, those that the statement names; else those that need no name. */
async function tablesNamed(name: string, text: string, ask: Ask): Promise<readonly string[]> {
  const rows = await ask(
    `select n.nspname::text, pg_table_is_visible(c.oid)::text
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relname = $1 and c.relkind in ('r', 'v', 'm', 'f', 'p')
      order by 1`,
    [name],
  )
  const schemas = rows.map(([schema, isVisible]) => ({ schema: schema ?? '', isVisible }))
  const written = schemas.filter(({ schema }) => new RegExp(`\\b${schema}"?\\.`, 'i').test(text))
  const meant = written.length > 0 ? written : schemas.filter((one) => one.isVisible === 'true')
  return meant.map(({ schema }) => `${quote(schema)}.${quote(name)}`)
}
