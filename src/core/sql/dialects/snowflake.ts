/** Snowflake's SQL. Quoted identifiers keep their case; parameters are `:1`, `:2`, … */
import type { Column } from '../../../model/value.ts'
import type { Dialect } from '../dialect.ts'
import {
  columnsInCatalogue,
  concatenated,
  doubleQuoted,
  singleQuoted,
  tablesInCatalogue,
  upToThisRow,
} from './quoting.ts'
import { kindOfType, parseTypeName, typeTable } from './type-name.ts'

type ValueType = Pick<Column, 'kind' | 'scale'>

const kinds = typeTable({
  text: ['VARCHAR', 'TEXT', 'STRING', 'CHAR', 'CHARACTER', 'NCHAR', 'NVARCHAR', 'NVARCHAR2'],
  integer: ['INT', 'INTEGER', 'BIGINT', 'SMALLINT', 'TINYINT', 'BYTEINT'],
  decimal: ['NUMBER', 'NUMERIC', 'DECIMAL', 'FIXED'],
  double: ['FLOAT', 'FLOAT4', 'FLOAT8', 'DOUBLE', 'DOUBLE PRECISION', 'REAL'],
  boolean: ['BOOLEAN'],
  date: ['DATE'],
  timestamp: ['TIMESTAMP_NTZ', 'DATETIME', 'TIMESTAMP WITHOUT TIME ZONE'],
  timestamp_tz: [
    'TIMESTAMP_TZ',
    'TIMESTAMP_LTZ',
    'TIMESTAMP WITH TIME ZONE',
    'TIMESTAMP WITH LOCAL TIME ZONE',
  ],
  // An ARRAY without an element type may hold anything, so it is read as the JSON it is.
  json: ['VARIANT', 'OBJECT', 'ARRAY'],
})

export const snowflakeDialect: Dialect = {
  name: 'snowflake',
  maxIdentifierBytes: 255,
  foldsNames: false,
  quote: doubleQuoted,
  placeholder: (position) => `:${position}`,
  literal: snowflakeLiteral,
  types: {
    text: 'VARCHAR',
    bigint: 'NUMBER(38,0)',
    boolean: 'BOOLEAN',
    timestamp_tz: 'TIMESTAMP_TZ',
  },
  fieldTypes: {
    text: 'VARCHAR',
    integer: 'NUMBER(38,0)',
    decimal: 'NUMBER(38,9)',
    double: 'FLOAT',
    boolean: 'BOOLEAN',
    date: 'DATE',
    timestamp: 'TIMESTAMP_NTZ',
    timestamp_tz: 'TIMESTAMP_TZ',
    json: 'VARIANT',
    text_array: 'VARIANT',
  },
  texts: { holdZero: true, halvesInJson: false },
  kindOf(nativeType) {
    const found = kindOfType(parseTypeName(nativeType), kinds, 0)
    // All of Snowflake's integers are numbers of scale 0.
    return found.kind === 'decimal' && found.scale === 0 ? { kind: 'integer' } : found
  },
  canonicalText,
  comparable,
  distinct: (left, right) => `${left} is distinct from ${right}`,
  digest: (expression) => `md5(${expression})`,
  concat: concatenated,
  toText: (expression) => `cast(${expression} as VARCHAR)`,
  createSchema: (schema) => `create schema if not exists ${doubleQuoted(schema)}`,
  createTableAs: (table, query) => [`create or replace table ${table} as ${query}`],
  createTemporaryAs: (table, query) => [`create or replace temporary table ${table} as ${query}`],
  tableNames: (schema) => tablesInCatalogue(snowflakeLiteral(schema)),
  columnNames: (schema) => columnsInCatalogue(snowflakeLiteral(schema)),
  readByStatements: () => [],
  fromCanonical: (expression, { kind, nativeType }) =>
    kind === 'json' || kind === 'text_array'
      ? `parse_json(${expression})`
      : `cast(${expression} as ${nativeType})`,
  lastKnown: {
    countsRows: false,
    expression: (text, window) => `last_value(${text}) ignore nulls ${upToThisRow(window)}`,
  },
  justBefore: (instant, unit) => `dateadd(${unit}, -1, ${instant})`,
  justAfter: (instant) => `dateadd(microsecond, 1, ${instant})`,
  bucket: (text, count) => `abs(mod(hash(${text}), ${count}))`,
  significantText,
  list: {
    elements: (json) => ({
      from: `cross join lateral flatten(input => iff(is_array(${json}), ${json}, null)) as e`,
      element: 'e.value',
      place: '(e.index + 1)',
      // JSON's null is no null of SQL's, and would become the text `null`.
      text: (part) =>
        `cast(strip_null_value(${part === null ? 'e.value' : `get(e.value, '${part}')`}) as VARCHAR)`,
    }),
    textAt: (json, place) => `cast(strip_null_value(get(${json}, ${place} - 1)) as VARCHAR)`,
  },
  object: {
    members: (text) => ({
      from: `cross join lateral flatten(input => parse_json(${text})) as e`,
      name: 'e.key',
      text: 'cast(strip_null_value(e.value) as VARCHAR)',
    }),
    of: (name, text) =>
      `'{' || listagg(to_json(to_variant(${name})) || ':' || to_json(to_variant(${text})), ',') within group (order by ${name}) || '}'`,
  },
  matches: (text, pattern) => `regexp_like(${text}, '${pattern}')`,
  compactJson: (expression) => `to_json(${expression})`,
  sumOfHex: (expression) => `sum(to_number(${expression}, '${'X'.repeat(15)}'))`,
  byteOrder: (expression) => expression,
  keptBy: (key, time) =>
    ` cluster by (date_trunc('month', ${doubleQuoted(time)}), ${doubleQuoted(key)})`,
  foundByStatements: () => [],
}

function snowflakeLiteral(text: string): string {
  return singleQuoted(text.replaceAll('\\', '\\\\'))
}

function canonicalText(expression: string, { kind }: ValueType): string {
  switch (kind) {
    case 'text':
    case 'integer':
    case 'decimal':
    case 'boolean':
    case 'unsupported':
      return `cast(${expression} as VARCHAR)`
    case 'date':
      return `to_char(${expression}, 'YYYY-MM-DD')`
    case 'double':
      return `case when ${expression} = 'NaN'::float then 'NaN' when ${expression} = 'inf'::float then 'Infinity' when ${expression} = '-inf'::float then '-Infinity' else to_json(to_variant(${expression})) end`
    case 'timestamp':
      return timestampText(expression, '')
    case 'timestamp_tz':
      return timestampText(`convert_timezone('UTC', ${expression})`, '"Z"')
    case 'json':
    case 'text_array':
      return `to_json(${expression})`
    default:
      return kind satisfies never
  }
}

/** Snowflake keeps nanoseconds: where there are any they are shown, and rejected by name later. */
function timestampText(expression: string, zone: string): string {
  const text = (digits: 6 | 9): string =>
    `to_char(${expression}, 'YYYY-MM-DD"T"HH24:MI:SS.FF${digits}${zone}')`
  return `case when mod(date_part(nanosecond, ${expression}), 1000) = 0 then ${text(6)} else ${text(9)} end`
}

/** An exponent of a fixed width, which all doubles need, has three digits here and two at least elsewhere. */
function significantText(expression: string): string {
  const value = `cast(${expression} as FLOAT)`
  const digits = `lower(trim(to_char(${value} + 0.0, '9.99999999999999EEEEE')))`
  return `case when ${value} = 'NaN'::float then 'NaN' when ${value} = 'inf'::float then 'Infinity' when ${value} = '-inf'::float then '-Infinity' else regexp_replace(${digits}, 'e([+-])0(..)$', 'e\\\\1\\\\2') end`
}

function comparable(expression: string, { kind }: ValueType): string {
  switch (kind) {
    case 'text':
    case 'integer':
    case 'decimal':
    case 'boolean':
    case 'date':
    case 'timestamp':
    case 'timestamp_tz':
      return expression
    case 'double':
      return `case when abs(${expression}) between 1e-20 and 1e45 then round(${expression}, 14 - floor(log(10, abs(${expression})))::int) else ${expression} end`
    case 'json':
    case 'text_array':
    case 'unsupported':
      return canonicalText(expression, { kind })
    default:
      return kind satisfies never
  }
}
