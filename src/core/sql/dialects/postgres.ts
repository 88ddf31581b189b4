/** PostgreSQL's SQL, version 15 and later: it has MERGE. Expects a session in ISO dates and UTC. */
import type { Column } from '../../../model/value.ts'
import { type Dialect, indexSuffix } from '../dialect.ts'
import {
  columnsInCatalogue,
  concatenated,
  doubleQuoted,
  singleQuoted,
  tablesInCatalogue,
  upToThisRow,
  withoutBlanks,
} from './quoting.ts'
import { kindOfType, parseTypeName, typeTable } from './type-name.ts'

type ValueType = Pick<Column, 'kind' | 'scale'>

const kinds = typeTable({
  text: [
    'TEXT',
    'CHARACTER VARYING',
    'VARCHAR',
    'CHARACTER',
    'CHAR',
    '"CHAR"',
    'BPCHAR',
    'NAME',
    'CITEXT',
    'UUID',
  ],
  integer: ['SMALLINT', 'INTEGER', 'BIGINT', 'INT2', 'INT4', 'INT8', 'INT'],
  decimal: ['NUMERIC', 'DECIMAL'],
  double: ['DOUBLE PRECISION', 'REAL', 'FLOAT4', 'FLOAT8'],
  boolean: ['BOOLEAN', 'BOOL'],
  date: ['DATE'],
  timestamp: ['TIMESTAMP WITHOUT TIME ZONE', 'TIMESTAMP'],
  timestamp_tz: ['TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ'],
  json: ['JSON', 'JSONB'],
})

/** Enough for every row that a key can have. */
const positionDigits = 10

/** Escapes that `json` holds and no text can: U+0000, surrogates. */
const beyondText = String.raw`\\u(0000|[dD][89a-fA-F])`

/** What `jsonb` refuses though `json` holds it: those, and numbers out of range. */
const beyondJsonb = `${beyondText}|[eE][+-]?[0-9]{4}`

export const postgresDialect: Dialect = {
  name: 'postgres',
  maxIdentifierBytes: 63,
  foldsNames: false,
  quote: doubleQuoted,
  placeholder: (position) => `$${position}`,
  literal: singleQuoted,
  types: {
    text: 'text',
    bigint: 'bigint',
    boolean: 'boolean',
    timestamp_tz: 'timestamp with time zone',
  },
  fieldTypes: {
    text: 'text',
    integer: 'bigint',
    decimal: 'numeric',
    double: 'double precision',
    boolean: 'boolean',
    date: 'date',
    timestamp: 'timestamp without time zone',
    timestamp_tz: 'timestamp with time zone',
    json: 'json',
    text_array: 'text[]',
  },
  texts: { holdZero: false, halvesInJson: true },
  // A `numeric` without arguments has no scale of its own: each value keeps the digits it came with.
  kindOf: (nativeType) => kindOfType(parseTypeName(nativeType), kinds, undefined),
  canonicalText,
  comparable,
  distinct: (left, right) => `${left} is distinct from ${right}`,
  digest: (expression) => `md5(${expression})`,
  concat: concatenated,
  toText: (expression) => `cast(${expression} as text)`,
  // The plain statement wants the right to create in the database even where there is nothing to create.
  createSchema: (schema) => {
    const look = `select from pg_catalog.pg_namespace where nspname = ${singleQuoted(schema)}`
    const create = `create schema if not exists ${doubleQuoted(schema)}`
    return `do ${singleQuoted(`begin if not exists (${look}) then ${create}; end if; end`)}`
  },
  createTableAs: (table, query) => [
    `drop table if exists ${table}`,
    `create table ${table} as ${query}`,
  ],
  createTemporaryAs: (table, query) => [
    `drop table if exists pg_temp.${table}`,
    `create temporary table ${table} as ${query}`,
  ],
  tableNames: (schema) => tablesInCatalogue(singleQuoted(schema)),
  columnNames: (schema) => columnsInCatalogue(singleQuoted(schema)),
  readByStatements: (table, column) => [
    `create index on ${table} (${doubleQuoted(column)})`,
    `analyze ${table}`,
  ],
  fromCanonical,
  // Before version 19 no window function ignores nulls. The greatest of the texts, each behind the number
  // of its row, is the last one, in one pass over the window.
  lastKnown: {
    countsRows: true,
    expression: (text, window, position) =>
      `substr(max((lpad(cast(${position} as text), ${positionDigits}, '0') || ${text}) collate "C") ${upToThisRow(window)}, ${positionDigits + 1}) collate "default"`,
  },
  justBefore: (instant, unit) => `${instant} - interval '1 ${unit}'`,
  justAfter: (instant) => `${instant} + interval '1 microsecond'`,
  bucket: (text, count) => `abs(hashtextextended(${text}, 0) % ${count})`,
  significantText,
  list: {
    elements: (json) => ({
      from: `cross join lateral json_array_elements(case when json_typeof(${json}) = 'array' then ${json} end) with ordinality as e(element, place)`,
      element: 'e.element',
      place: 'e.place',
      text: (part) =>
        ifText('e.element', part === null ? `e.element #>> '{}'` : `e.element ->> '${part}'`),
    }),
    textAt: (json, place) => ifText(json, `${json} ->> cast(${place} - 1 as integer)`),
  },
  object: {
    members: (text) => ({
      from: `cross join lateral json_each_text(cast(${text} as json)) as e(name, text)`,
      name: 'e.name',
      text: 'e.text',
    }),
    of: (name, text) =>
      `'{' || string_agg(cast(to_json(${name}) as text) || ':' || cast(to_json(${text}) as text), ',' order by ${name} collate "C") || '}'`,
  },
  matches: (text, pattern) => `${text} ~ '^(${pattern})$'`,
  compactJson: (expression) => withoutBlanks(`cast(${expression} as text)`),
  sumOfHex: (expression) => `sum(cast(cast('x' || ${expression} as bit(60)) as bigint))`,
  byteOrder: (expression) => `${expression} collate "C"`,
  keptBy: () => '',
  foundByStatements: ({ schema, table }, columns) => [
    `create index if not exists ${doubleQuoted(`${table}${indexSuffix}`)} on ${doubleQuoted(schema)}.${doubleQuoted(table)} (${columns.map(doubleQuoted).join(', ')})`,
  ],
}

/** Where JSON holds what no text can, taking any text out of it may fail. */
function ifText(json: string, text: string): string {
  return `case when cast(${json} as text) !~ '${beyondText}' then ${text} end`
}

function canonicalText(expression: string, { kind }: ValueType): string {
  switch (kind) {
    case 'text':
    case 'integer':
    case 'decimal':
    case 'double':
    case 'boolean':
    case 'date':
    case 'json':
    case 'unsupported':
      return `cast(${expression} as text)`
    case 'timestamp':
      return timestampText(expression, '')
    case 'timestamp_tz':
      return timestampText(`timezone('UTC', ${expression})`, '"Z"')
    case 'text_array':
      return `cast(array_to_json(${expression}) as text)`
    default:
      return kind satisfies never
  }
}

/**
 * `to_char` gives null for an infinite timestamp and drops the era, so what lies outside the years
 * 1 to 9999 keeps PostgreSQL's own text, which is rejected by name.
 */
function timestampText(expression: string, zone: string): string {
  return `case when ${expression} between timestamp '0001-01-01' and timestamp '9999-12-31 23:59:59.999999' then to_char(${expression}, 'YYYY-MM-DD"T"HH24:MI:SS.US${zone}') else cast(${expression} as text) end`
}

/** Adding zero turns the negative zero into the one that is equal to it. */
function significantText(expression: string): string {
  const value = `cast(${expression} as double precision)`
  return `case when ${value} in ('NaN', 'Infinity', '-Infinity') then cast(${value} as text) else ltrim(to_char(${value} + 0.0, '9.99999999999999EEEE')) end`
}

function comparable(expression: string, { kind }: ValueType): string {
  switch (kind) {
    case 'integer':
    case 'decimal':
    case 'boolean':
    case 'date':
    case 'timestamp':
    case 'timestamp_tz':
      return expression
    // Costs nothing for text, and lets an enum or a uuid be compared with the text we kept of it.
    case 'text':
      return `cast(${expression} as text)`
    // The cast to numeric is PostgreSQL's own rounding to 15 significant digits, by way of float8
    // because a `real` would be cut to 6.
    case 'double':
      return `cast(cast(${expression} as double precision) as numeric)`
    case 'json':
      return `case when cast(${expression} as text) ~ '${beyondJsonb}' then cast(${expression} as text) else cast(cast(${expression} as jsonb) as text) end`
    case 'text_array':
    case 'unsupported':
      return canonicalText(expression, { kind })
    default:
      return kind satisfies never
  }
}

function fromCanonical(expression: string, { kind, nativeType }: Column): string {
  if (kind !== 'text_array') return `cast(${expression} as ${nativeType})`
  const elements = `array(select element from json_array_elements_text(cast(${expression} as json)) with ordinality as list (element, place) order by place)`
  return `case when ${expression} is not null then cast(${elements} as ${nativeType}) end`
}
