/** DuckDB's SQL. */
import type { Column } from '../../../model/value.ts'
import type { Dialect } from '../dialect.ts'
import { duckdbList } from './duckdb-list.ts'
import { concatenated, doubleQuoted, singleQuoted, upToThisRow, withoutBlanks } from './quoting.ts'
import { kindOfType, parseTypeName, typeTable } from './type-name.ts'

type ValueType = Pick<Column, 'kind' | 'scale'>

const kinds = typeTable({
  text: ['VARCHAR', 'TEXT', 'STRING', 'CHAR', 'BPCHAR', 'NVARCHAR', 'UUID', 'ENUM'],
  integer: [
    'TINYINT',
    'SMALLINT',
    'INTEGER',
    'INT',
    'BIGINT',
    'HUGEINT',
    'UTINYINT',
    'USMALLINT',
    'UINTEGER',
    'UBIGINT',
    'UHUGEINT',
    'BIGNUM',
  ],
  decimal: ['DECIMAL', 'NUMERIC'],
  double: ['DOUBLE', 'FLOAT', 'REAL', 'FLOAT4', 'FLOAT8'],
  boolean: ['BOOLEAN', 'BOOL'],
  date: ['DATE'],
  timestamp: ['TIMESTAMP', 'DATETIME', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS'],
  timestamp_tz: ['TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ'],
  json: ['JSON'],
})

/** What `DECIMAL` without arguments means. */
const defaultScale = 3

export const duckdbDialect: Dialect = {
  name: 'duckdb',
  // DuckDB itself sets no limit.
  maxIdentifierBytes: 255,
  foldsNames: true,
  quote: doubleQuoted,
  placeholder: (position) => `$${position}`,
  literal: singleQuoted,
  types: {
    text: 'VARCHAR',
    bigint: 'BIGINT',
    boolean: 'BOOLEAN',
    timestamp_tz: 'TIMESTAMP WITH TIME ZONE',
  },
  fieldTypes: {
    text: 'VARCHAR',
    integer: 'BIGINT',
    decimal: 'DECIMAL(38,9)',
    double: 'DOUBLE',
    boolean: 'BOOLEAN',
    date: 'DATE',
    timestamp: 'TIMESTAMP',
    timestamp_tz: 'TIMESTAMP WITH TIME ZONE',
    json: 'JSON',
    text_array: 'VARCHAR[]',
  },
  texts: { holdZero: true, halvesInJson: false },
  kindOf(nativeType) {
    const name = parseTypeName(nativeType)
    // UUID and ENUM are texts to a person, but a list of them converts to no list of texts.
    if (name.array && (name.base === 'UUID' || name.base === 'ENUM')) return { kind: 'unsupported' }
    return kindOfType(name, kinds, defaultScale)
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
  tableNames,
  columnNames,
  readByStatements: () => [],
  fromCanonical: (expression, column) => {
    const cast = `cast(${expression} as ${column.nativeType})`
    const quick = quickDecimal(expression, column)
    return quick === null ? cast : `coalesce(cast(${quick} as ${column.nativeType}), ${cast})`
  },
  lastKnown: {
    countsRows: false,
    expression: (text, window) => `last_value(${text} ignore nulls) ${upToThisRow(window)}`,
  },
  justBefore: (instant, unit) => `${instant} - interval '1 ${unit}'`,
  justAfter: (instant) => `${instant} + interval '1 microsecond'`,
  bucket: (text, count) => `(hash(${text}) % ${count})`,
  significantText,
  list: duckdbList,
  object: {
    members: (text) => ({
      from: `cross join lateral json_each(cast(${text} as JSON)) as e`,
      name: 'e.key',
      text: `json_extract_string(e.value, '$')`,
    }),
    of: (name, text) =>
      `'{' || string_agg(cast(to_json(${name}) as VARCHAR) || ':' || cast(to_json(${text}) as VARCHAR), ',' order by ${name}) || '}'`,
  },
  matches: (text, pattern) => `regexp_full_match(${text}, '${pattern}')`,
  compactJson: (expression) => withoutBlanks(`cast(${expression} as VARCHAR)`),
  sumOfHex: (expression) => `sum(cast('0x' || ${expression} as BIGINT))`,
  byteOrder: (expression) => expression,
  keptBy: () => '',
  foundByStatements: () => [],
}

/** From DuckDB's own lists: the views of `information_schema` over them take two to three times as long, in every run. */
function tableNames(schema: string): string {
  return `select table_name from duckdb_tables() where ${inSchema(schema)} union all select view_name from duckdb_views() where ${inSchema(schema)}`
}

function columnNames(schema: string): string {
  return `select table_name, column_name from duckdb_columns() where ${inSchema(schema)} order by table_name, column_index`
}

function inSchema(schema: string): string {
  return `database_name = current_database() and schema_name = ${singleQuoted(schema)}`
}

/**
 * The value as a decimal of 64 bits, null where it does not fit: between that and a text DuckDB goes ten to fifty times as
 * fast as between one of 128 bits and a text. Null where no decimal of 64 bits has so many places.
 */
function quickDecimal(expression: string, { kind, scale }: ValueType): string | null {
  if (kind !== 'decimal' || scale === undefined || scale >= 18) return null
  return `try_cast(${expression} as DECIMAL(18,${scale}))`
}

function decimalText(expression: string, type: ValueType): string {
  const text = `cast(${expression} as VARCHAR)`
  const quick = quickDecimal(expression, type)
  return quick === null ? text : `coalesce(cast(${quick} as VARCHAR), ${text})`
}

function canonicalText(expression: string, type: ValueType): string {
  switch (type.kind) {
    case 'decimal':
      return decimalText(expression, type)
    case 'text':
    case 'integer':
    case 'boolean':
    case 'date':
    case 'json':
    case 'unsupported':
      return `cast(${expression} as VARCHAR)`
    case 'double':
      return `case when isnan(${expression}) then 'NaN' when isinf(${expression}) then case when ${expression} > 0 then 'Infinity' else '-Infinity' end else regexp_replace(cast(${expression} as VARCHAR), '\\.0$', '') end`
    case 'timestamp':
      return timestampText(expression, '')
    case 'timestamp_tz':
      return timestampText(`timezone('UTC', ${expression})`, 'Z')
    case 'text_array':
      return `cast(to_json(${expression}) as VARCHAR)`
    default:
      return type.kind satisfies never
  }
}

function significantText(expression: string): string {
  const value = `cast(${expression} as DOUBLE)`
  return `case when isnan(${value}) then 'NaN' when isinf(${value}) then case when ${value} > 0 then 'Infinity' else '-Infinity' end else printf('%.14e', ${value} + 0.0) end`
}

/**
 * What has no canonical text (nanoseconds, years outside 1 to 9999, infinity) keeps DuckDB's own
 * text, which no reader takes for a timestamp: it is rejected by name instead of being rounded.
 */
function timestampText(expression: string, zone: string): string {
  const own = `cast(${expression} as VARCHAR)`
  return `case when year(${expression}) between 1 and 9999 and length(${own}) <= 26 then strftime(${expression}, '%Y-%m-%dT%H:%M:%S.%f${zone}') else ${own} end`
}

/** More digits than a double has, which `json` makes of every number with a fraction: such texts are compared as they are. */
const beyondDoubles = '[0-9.]{16}'

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
      return rounded(`cast(${expression} as DOUBLE)`)
    case 'json': {
      const text = `cast(${expression} as VARCHAR)`
      return `case when regexp_matches(${text}, '${beyondDoubles}') then ${text} else cast(json(${expression}) as VARCHAR) end`
    }
    case 'text_array':
    case 'unsupported':
      return canonicalText(expression, { kind })
    default:
      return kind satisfies never
  }
}

/**
 * 15 significant digits by arithmetic, twice as fast as by text. Zero, infinities, NaN and null are
 * outside the range and stay as they are, as do magnitudes where the power of ten would overflow.
 */
function rounded(value: string): string {
  return `case when abs(${value}) between 1e-290 and 1e290 then round(${value}, 14 - cast(floor(log10(abs(${value}))) as INTEGER)) else ${value} end`
}
