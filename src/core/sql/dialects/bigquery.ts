/** BigQuery's GoogleSQL. Parameters are named `p1`, `p2`, … */
import type { Column } from '../../../model/value.ts'
import type { Dialect } from '../dialect.ts'
import { concatenated, upToThisRow } from './quoting.ts'
import { kindOfType, parseTypeName, typeTable } from './type-name.ts'

type ValueType = Pick<Column, 'kind' | 'scale'>

/** SQL names, and the names that the API's table schemas still use. */
const kinds = typeTable({
  text: ['STRING'],
  integer: ['INT64', 'INTEGER', 'INT', 'SMALLINT', 'BIGINT', 'TINYINT', 'BYTEINT'],
  decimal: ['NUMERIC', 'DECIMAL', 'BIGNUMERIC', 'BIGDECIMAL'],
  double: ['FLOAT64', 'FLOAT'],
  boolean: ['BOOL', 'BOOLEAN'],
  date: ['DATE'],
  timestamp: ['DATETIME'],
  timestamp_tz: ['TIMESTAMP'],
  json: ['JSON'],
})

export const bigqueryDialect: Dialect = {
  name: 'bigquery',
  maxIdentifierBytes: 300,
  foldsNames: true,
  quote: (identifier) => `\`${escaped(identifier, '`')}\``,
  placeholder: (position) => `@p${position}`,
  literal: (text) => `'${escaped(text, "'")}'`,
  types: { text: 'STRING', bigint: 'INT64', boolean: 'BOOL', timestamp_tz: 'TIMESTAMP' },
  fieldTypes: {
    text: 'STRING',
    integer: 'INT64',
    decimal: 'NUMERIC',
    double: 'FLOAT64',
    boolean: 'BOOL',
    date: 'DATE',
    timestamp: 'DATETIME',
    timestamp_tz: 'TIMESTAMP',
    json: 'JSON',
    text_array: 'ARRAY<STRING>',
  },
  texts: { holdZero: true, halvesInJson: false },
  kindOf(nativeType) {
    const name = parseTypeName(nativeType)
    // NUMERIC always has 9 digits after the point; BIGNUMERIC's 38 would only be noise.
    return kindOfType(
      name,
      kinds,
      name.base === 'NUMERIC' || name.base === 'DECIMAL' ? 9 : undefined,
    )
  },
  canonicalText,
  comparable,
  distinct: (left, right) => `${left} is distinct from ${right}`,
  digest: (expression) => `to_hex(md5(${expression}))`,
  concat: concatenated,
  toText: (expression) => `cast(${expression} as STRING)`,
  createSchema: (schema) => `create schema if not exists \`${escaped(schema, '`')}\``,
  createTableAs: (table, query) => [`create or replace table ${table} as ${query}`],
  createTemporaryAs: (table, query) => [`create or replace temporary table ${table} as ${query}`],
  tableNames: (schema) =>
    `select table_name from \`${escaped(schema, '`')}\`.INFORMATION_SCHEMA.TABLES`,
  columnNames: (schema) =>
    `select table_name, column_name from \`${escaped(schema, '`')}\`.INFORMATION_SCHEMA.COLUMNS order by table_name, ordinal_position`,
  readByStatements: () => [],
  fromCanonical,
  lastKnown: {
    countsRows: false,
    expression: (text, window) => `last_value(${text} ignore nulls) ${upToThisRow(window)}`,
  },
  justBefore: (instant, unit) => `timestamp_sub(${instant}, interval 1 ${unit})`,
  justAfter: (instant) => `timestamp_add(${instant}, interval 1 microsecond)`,
  bucket: (text, count) => `abs(mod(farm_fingerprint(${text}), ${count}))`,
  significantText,
  list: {
    elements: (json) => ({
      from: `cross join unnest(json_query_array(${json})) as list_element with offset as list_place`,
      element: 'list_element',
      place: '(list_place + 1)',
      text: (part) => `json_value(list_element${part === null ? '' : `, '$."${part}"'`})`,
    }),
    textAt: (json, place) => `json_value(json_query_array(${json})[safe_offset(${place} - 1)])`,
  },
  // Its functions take no path that is not a constant: members stay as they are written.
  object: {
    members: (text) => ({
      from: `cross join unnest(regexp_extract_all(${text}, r'"(?:[^"\\\\]|\\\\.)*":(?:"(?:[^"\\\\]|\\\\.)*"|null)')) as member`,
      name: `regexp_extract(member, r'^("(?:[^"\\\\]|\\\\.)*"):')`,
      text: `regexp_extract(member, r'^"(?:[^"\\\\]|\\\\.)*":(".*)$')`,
    }),
    of: (name, text) =>
      `concat('{', string_agg(concat(${name}, ':', ${text}), ',' order by ${name}), '}')`,
  },
  matches: (text, pattern) => `regexp_contains(${text}, r'^(?:${pattern})$')`,
  compactJson,
  // Nine of them would not fit into an INT64.
  sumOfHex: (expression) => `sum(cast(cast('0x' || ${expression} as INT64) as BIGNUMERIC))`,
  byteOrder: (expression) => expression,
  keptBy: (key, time) =>
    ` partition by timestamp_trunc(\`${escaped(time, '`')}\`, month) cluster by \`${escaped(key, '`')}\``,
  foundByStatements: () => [],
}

function escaped(text: string, quote: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
}

function canonicalText(expression: string, { kind, scale }: ValueType): string {
  switch (kind) {
    case 'text':
    case 'integer':
    case 'boolean':
    case 'date':
      return `cast(${expression} as STRING)`
    case 'decimal':
      // A cast to STRING drops the zeros that belong to the scale.
      return scale === undefined
        ? `cast(${expression} as STRING)`
        : `format('%.${scale}f', ${expression})`
    case 'double':
      return `case when is_nan(${expression}) then 'NaN' when is_inf(${expression}) then if(${expression} > 0, 'Infinity', '-Infinity') else regexp_replace(cast(${expression} as STRING), r'\\.0$', '') end`
    case 'timestamp':
      return `format_datetime('%E4Y-%m-%dT%H:%M:%E6S', ${expression})`
    case 'timestamp_tz':
      return `format_timestamp('%E4Y-%m-%dT%H:%M:%E6SZ', ${expression}, 'UTC')`
    // A cast of a structure, a list or bytes to STRING is refused, or fails.
    case 'unsupported':
    case 'json':
    case 'text_array':
      return compactJson(expression)
    default:
      return kind satisfies never
  }
}

/** For null, to_json_string answers the text `null`. */
function compactJson(expression: string): string {
  return `if(${expression} is null, null, to_json_string(${expression}))`
}

function significantText(expression: string): string {
  const value = `cast(${expression} as FLOAT64)`
  return `case when is_nan(${value}) then 'NaN' when is_inf(${value}) then if(${value} > 0, 'Infinity', '-Infinity') else format('%.14e', ${value} + 0.0) end`
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
      // Adding zero turns the negative zero into the one that is equal to it.
      return `format('%.14e', ${expression} + 0.0)`
    case 'json':
    case 'text_array':
    case 'unsupported':
      return canonicalText(expression, { kind })
    default:
      return kind satisfies never
  }
}

function fromCanonical(expression: string, { kind, nativeType }: Column): string {
  switch (kind) {
    // A number that JSON of BigQuery can't hold exactly fails here, instead of being rounded.
    case 'json':
      return `parse_json(${expression}, wide_number_mode => 'exact')`
    case 'text_array':
      return `json_value_array(parse_json(${expression}))`
    case 'timestamp':
      return `parse_datetime('%E4Y-%m-%dT%H:%M:%E*S', ${expression})`
    case 'text':
    case 'integer':
    case 'decimal':
    case 'double':
    case 'boolean':
    case 'date':
    case 'timestamp_tz':
    case 'unsupported':
      return `cast(${expression} as ${nativeType})`
    default:
      return kind satisfies never
  }
}
