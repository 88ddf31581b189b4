import { expect, test } from 'vitest'
import type { ValueKind } from '../../../model/value.ts'
import type { Dialect } from '../dialect.ts'
import { bigqueryDialect } from './bigquery.ts'
import { duckdbDialect } from './duckdb.ts'
import { postgresDialect } from './postgres.ts'
import { snowflakeDialect } from './snowflake.ts'

const dialects = [duckdbDialect, postgresDialect, bigqueryDialect, snowflakeDialect]

/** Each member's text, for `x` where it takes an expression. */
const texts: Record<Dialect['name'], Record<string, string | readonly string[]>> = {
  duckdb: {
    quote: '"a""`\\b"',
    placeholder: '$2',
    literal: "'it''s \\ \n'",
    distinct: 'l is distinct from r',
    digest: 'md5(x)',
    concat: '(a || b)',
    'concat nothing': "''",
    toText: 'cast(x as VARCHAR)',
    createSchema: 'create schema if not exists "a""\'b"',
    createTableAs: ['create or replace table s.t as select 1'],
    readByStatements: [],
    significantText:
      "case when isnan(cast(x as DOUBLE)) then 'NaN' when isinf(cast(x as DOUBLE)) then case when cast(x as DOUBLE) > 0 then 'Infinity' else '-Infinity' end else printf('%.14e', cast(x as DOUBLE) + 0.0) end",
    compactJson:
      "regexp_replace(cast(x as VARCHAR), '(\"(?:[^\"\\\\]|\\\\.)*\")|\\s+', '\\1', 'g')",
    sumOfHex: "sum(cast('0x' || x as BIGINT))",
    byteOrder: 'x',
    'canonicalText text': 'cast(x as VARCHAR)',
    'canonicalText integer': 'cast(x as VARCHAR)',
    'canonicalText decimal':
      'coalesce(cast(try_cast(x as DECIMAL(18,9)) as VARCHAR), cast(x as VARCHAR))',
    'canonicalText double':
      "case when isnan(x) then 'NaN' when isinf(x) then case when x > 0 then 'Infinity' else '-Infinity' end else regexp_replace(cast(x as VARCHAR), '\\.0$', '') end",
    'canonicalText boolean': 'cast(x as VARCHAR)',
    'canonicalText date': 'cast(x as VARCHAR)',
    'canonicalText timestamp':
      "case when year(x) between 1 and 9999 and length(cast(x as VARCHAR)) <= 26 then strftime(x, '%Y-%m-%dT%H:%M:%S.%f') else cast(x as VARCHAR) end",
    'canonicalText timestamp_tz':
      "case when year(timezone('UTC', x)) between 1 and 9999 and length(cast(timezone('UTC', x) as VARCHAR)) <= 26 then strftime(timezone('UTC', x), '%Y-%m-%dT%H:%M:%S.%fZ') else cast(timezone('UTC', x) as VARCHAR) end",
    'canonicalText json': 'cast(x as VARCHAR)',
    'canonicalText text_array': 'cast(to_json(x) as VARCHAR)',
    'comparable text': 'x',
    'comparable integer': 'x',
    'comparable decimal': 'x',
    'comparable double':
      'case when abs(cast(x as DOUBLE)) between 1e-290 and 1e290 then round(cast(x as DOUBLE), 14 - cast(floor(log10(abs(cast(x as DOUBLE)))) as INTEGER)) else cast(x as DOUBLE) end',
    'comparable boolean': 'x',
    'comparable date': 'x',
    'comparable timestamp': 'x',
    'comparable timestamp_tz': 'x',
    'comparable json':
      "case when regexp_matches(cast(x as VARCHAR), '[0-9.]{16}') then cast(x as VARCHAR) else cast(json(x) as VARCHAR) end",
    'comparable text_array': 'cast(to_json(x) as VARCHAR)',
  },
  postgres: {
    quote: '"a""`\\b"',
    placeholder: '$2',
    literal: "'it''s \\ \n'",
    distinct: 'l is distinct from r',
    digest: 'md5(x)',
    concat: '(a || b)',
    'concat nothing': "''",
    toText: 'cast(x as text)',
    createSchema:
      "do 'begin if not exists (select from pg_catalog.pg_namespace where nspname = ''a\"''''b'') then create schema if not exists \"a\"\"''b\"; end if; end'",
    createTableAs: ['drop table if exists s.t', 'create table s.t as select 1'],
    readByStatements: ['create index on s.t ("sequence")', 'analyze s.t'],
    significantText:
      "case when cast(x as double precision) in ('NaN', 'Infinity', '-Infinity') then cast(cast(x as double precision) as text) else ltrim(to_char(cast(x as double precision) + 0.0, '9.99999999999999EEEE')) end",
    compactJson: "regexp_replace(cast(x as text), '(\"(?:[^\"\\\\]|\\\\.)*\")|\\s+', '\\1', 'g')",
    sumOfHex: "sum(cast(cast('x' || x as bit(60)) as bigint))",
    byteOrder: 'x collate "C"',
    'canonicalText text': 'cast(x as text)',
    'canonicalText integer': 'cast(x as text)',
    'canonicalText decimal': 'cast(x as text)',
    'canonicalText double': 'cast(x as text)',
    'canonicalText boolean': 'cast(x as text)',
    'canonicalText date': 'cast(x as text)',
    'canonicalText timestamp':
      "case when x between timestamp '0001-01-01' and timestamp '9999-12-31 23:59:59.999999' then to_char(x, 'YYYY-MM-DD\"T\"HH24:MI:SS.US') else cast(x as text) end",
    'canonicalText timestamp_tz':
      "case when timezone('UTC', x) between timestamp '0001-01-01' and timestamp '9999-12-31 23:59:59.999999' then to_char(timezone('UTC', x), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') else cast(timezone('UTC', x) as text) end",
    'canonicalText json': 'cast(x as text)',
    'canonicalText text_array': 'cast(array_to_json(x) as text)',
    'comparable text': 'cast(x as text)',
    'comparable integer': 'x',
    'comparable decimal': 'x',
    'comparable double': 'cast(cast(x as double precision) as numeric)',
    'comparable boolean': 'x',
    'comparable date': 'x',
    'comparable timestamp': 'x',
    'comparable timestamp_tz': 'x',
    'comparable json':
      "case when cast(x as text) ~ '\\\\u(0000|[dD][89a-fA-F])|[eE][+-]?[0-9]{4}' then cast(x as text) else cast(cast(x as jsonb) as text) end",
    'comparable text_array': 'cast(array_to_json(x) as text)',
  },
  bigquery: {
    quote: '`a"\\`\\\\b`',
    placeholder: '@p2',
    literal: "'it\\'s \\\\ \\n'",
    distinct: 'l is distinct from r',
    digest: 'to_hex(md5(x))',
    concat: '(a || b)',
    'concat nothing': "''",
    toText: 'cast(x as STRING)',
    createSchema: 'create schema if not exists `a"\'b`',
    createTableAs: ['create or replace table s.t as select 1'],
    readByStatements: [],
    significantText:
      "case when is_nan(cast(x as FLOAT64)) then 'NaN' when is_inf(cast(x as FLOAT64)) then if(cast(x as FLOAT64) > 0, 'Infinity', '-Infinity') else format('%.14e', cast(x as FLOAT64) + 0.0) end",
    compactJson: 'if(x is null, null, to_json_string(x))',
    sumOfHex: "sum(cast(cast('0x' || x as INT64) as BIGNUMERIC))",
    byteOrder: 'x',
    'canonicalText unsupported': 'if(x is null, null, to_json_string(x))',
    'canonicalText text': 'cast(x as STRING)',
    'canonicalText integer': 'cast(x as STRING)',
    'canonicalText decimal': "format('%.9f', x)",
    'canonicalText double':
      "case when is_nan(x) then 'NaN' when is_inf(x) then if(x > 0, 'Infinity', '-Infinity') else regexp_replace(cast(x as STRING), r'\\.0$', '') end",
    'canonicalText boolean': 'cast(x as STRING)',
    'canonicalText date': 'cast(x as STRING)',
    'canonicalText timestamp': "format_datetime('%E4Y-%m-%dT%H:%M:%E6S', x)",
    'canonicalText timestamp_tz': "format_timestamp('%E4Y-%m-%dT%H:%M:%E6SZ', x, 'UTC')",
    'canonicalText json': 'if(x is null, null, to_json_string(x))',
    'canonicalText text_array': 'if(x is null, null, to_json_string(x))',
    'comparable text': 'x',
    'comparable integer': 'x',
    'comparable decimal': 'x',
    'comparable double': "format('%.14e', x + 0.0)",
    'comparable boolean': 'x',
    'comparable date': 'x',
    'comparable timestamp': 'x',
    'comparable timestamp_tz': 'x',
    'comparable json': 'if(x is null, null, to_json_string(x))',
    'comparable text_array': 'if(x is null, null, to_json_string(x))',
  },
  snowflake: {
    quote: '"a""`\\b"',
    placeholder: ':2',
    literal: "'it''s \\\\ \n'",
    distinct: 'l is distinct from r',
    digest: 'md5(x)',
    concat: '(a || b)',
    'concat nothing': "''",
    toText: 'cast(x as VARCHAR)',
    createSchema: 'create schema if not exists "a""\'b"',
    createTableAs: ['create or replace table s.t as select 1'],
    readByStatements: [],
    significantText:
      "case when cast(x as FLOAT) = 'NaN'::float then 'NaN' when cast(x as FLOAT) = 'inf'::float then 'Infinity' when cast(x as FLOAT) = '-inf'::float then '-Infinity' else regexp_replace(lower(trim(to_char(cast(x as FLOAT) + 0.0, '9.99999999999999EEEEE'))), 'e([+-])0(..)$', 'e\\\\1\\\\2') end",
    compactJson: 'to_json(x)',
    sumOfHex: "sum(to_number(x, 'XXXXXXXXXXXXXXX'))",
    byteOrder: 'x',
    'canonicalText text': 'cast(x as VARCHAR)',
    'canonicalText integer': 'cast(x as VARCHAR)',
    'canonicalText decimal': 'cast(x as VARCHAR)',
    'canonicalText double':
      "case when x = 'NaN'::float then 'NaN' when x = 'inf'::float then 'Infinity' when x = '-inf'::float then '-Infinity' else to_json(to_variant(x)) end",
    'canonicalText boolean': 'cast(x as VARCHAR)',
    'canonicalText date': "to_char(x, 'YYYY-MM-DD')",
    'canonicalText timestamp':
      'case when mod(date_part(nanosecond, x), 1000) = 0 then to_char(x, \'YYYY-MM-DD"T"HH24:MI:SS.FF6\') else to_char(x, \'YYYY-MM-DD"T"HH24:MI:SS.FF9\') end',
    'canonicalText timestamp_tz':
      "case when mod(date_part(nanosecond, convert_timezone('UTC', x)), 1000) = 0 then to_char(convert_timezone('UTC', x), 'YYYY-MM-DD\"T\"HH24:MI:SS.FF6\"Z\"') else to_char(convert_timezone('UTC', x), 'YYYY-MM-DD\"T\"HH24:MI:SS.FF9\"Z\"') end",
    'canonicalText json': 'to_json(x)',
    'canonicalText text_array': 'to_json(x)',
    'comparable text': 'x',
    'comparable integer': 'x',
    'comparable decimal': 'x',
    'comparable double':
      'case when abs(x) between 1e-20 and 1e45 then round(x, 14 - floor(log(10, abs(x)))::int) else x end',
    'comparable boolean': 'x',
    'comparable date': 'x',
    'comparable timestamp': 'x',
    'comparable timestamp_tz': 'x',
    'comparable json': 'to_json(x)',
    'comparable text_array': 'to_json(x)',
  },
}

const members: Record<string, (dialect: Dialect) => string | readonly string[]> = {
  quote: (dialect) => dialect.quote('a"`\\b'),
  placeholder: (dialect) => dialect.placeholder(2),
  literal: (dialect) => dialect.literal("it's \\ \n"),
  distinct: (dialect) => dialect.distinct('l', 'r'),
  digest: (dialect) => dialect.digest('x'),
  concat: (dialect) => dialect.concat(['a', 'b']),
  'concat nothing': (dialect) => dialect.concat([]),
  toText: (dialect) => dialect.toText('x'),
  createSchema: (dialect) => dialect.createSchema(`a"'b`),
  createTableAs: (dialect) => dialect.createTableAs('s.t', 'select 1'),
  readByStatements: (dialect) => dialect.readByStatements('s.t', 'sequence'),
  significantText: (dialect) => dialect.significantText('x'),
  compactJson: (dialect) => dialect.compactJson('x'),
  sumOfHex: (dialect) => dialect.sumOfHex('x'),
  byteOrder: (dialect) => dialect.byteOrder('x'),
}

function textOf(dialect: Dialect, member: string): string | readonly string[] {
  const [name, kind] = member.split(' ')
  const column = kind === 'decimal' ? { kind, scale: 9 } : { kind: kind as ValueKind }
  if (name === 'canonicalText') return dialect.canonicalText('x', column as { kind: ValueKind })
  if (name === 'comparable') return dialect.comparable('x', { kind: kind as ValueKind })
  const text = members[member]
  if (text === undefined) throw new Error(`no member ${member}`)
  return text(dialect)
}

for (const dialect of dialects) {
  test.each(Object.entries(texts[dialect.name]))(
    `${dialect.name} writes %s`,
    (member, expected) => {
      expect(textOf(dialect, member)).toEqual(expected)
    },
  )
}

const kinds: Record<Dialect['name'], Partial<Record<ValueKind, readonly string[]>>> = {
  duckdb: {
    text: ['VARCHAR', 'VARCHAR(20)', 'varchar', 'UUID', "ENUM('a', 'b (c)')", 'TEXT'],
    integer: ['TINYINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UBIGINT', 'UHUGEINT', 'BIGNUM'],
    decimal: ['DECIMAL(38,9)', 'DECIMAL(18, 3)', 'NUMERIC', 'DECIMAL(10,0)'],
    double: ['DOUBLE', 'FLOAT', 'REAL'],
    boolean: ['BOOLEAN'],
    date: ['DATE'],
    timestamp: ['TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS'],
    timestamp_tz: ['TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ'],
    json: ['JSON'],
    text_array: ['VARCHAR[]', 'VARCHAR[3]'],
    unsupported: [
      'TIME',
      'TIME WITH TIME ZONE',
      'INTERVAL',
      'BLOB',
      'BIT',
      'STRUCT(a INTEGER)',
      'MAP(VARCHAR, INTEGER)',
      'UNION(a INTEGER)',
      'INTEGER[]',
      'VARCHAR[][]',
      'UUID[]',
      "ENUM('a')[]",
      'STRUCT(a VARCHAR)[]',
      'JSON[]',
      'GEOMETRY',
    ],
  },
  postgres: {
    text: [
      'text',
      'character varying',
      'character varying(20)',
      'character(5)',
      '"char"',
      'name',
      'citext',
      'uuid',
    ],
    integer: ['smallint', 'integer', 'bigint', 'int8'],
    decimal: ['numeric', 'numeric(38,9)', 'numeric(10,0)'],
    double: ['double precision', 'real'],
    boolean: ['boolean'],
    date: ['date'],
    timestamp: ['timestamp without time zone', 'timestamp(3) without time zone'],
    timestamp_tz: ['timestamp with time zone', 'timestamp(3) with time zone'],
    json: ['json', 'jsonb'],
    text_array: ['text[]', 'character varying(20)[]'],
    unsupported: [
      'time without time zone',
      'interval',
      'bytea',
      'money',
      'inet',
      'integer[]',
      'int4range',
      'mood[]',
      'point',
    ],
  },
  bigquery: {
    text: ['STRING', 'STRING(20)'],
    integer: ['INT64', 'INTEGER'],
    decimal: ['NUMERIC', 'NUMERIC(10, 2)', 'BIGNUMERIC', 'BIGNUMERIC(40,20)'],
    double: ['FLOAT64', 'FLOAT'],
    boolean: ['BOOL', 'BOOLEAN'],
    date: ['DATE'],
    timestamp: ['DATETIME'],
    timestamp_tz: ['TIMESTAMP'],
    json: ['JSON'],
    text_array: ['ARRAY<STRING>', 'ARRAY<STRING(20)>'],
    unsupported: [
      'BYTES',
      'TIME',
      'INTERVAL',
      'GEOGRAPHY',
      'ARRAY<INT64>',
      'STRUCT<a STRING>',
      'ARRAY<STRUCT<a STRING>>',
      'RECORD',
    ],
  },
  snowflake: {
    text: ['VARCHAR', 'VARCHAR(16777216)', 'TEXT'],
    integer: ['NUMBER(38,0)', 'NUMBER', 'INTEGER', 'NUMBER(10)'],
    decimal: ['NUMBER(38,9)', 'DECIMAL(10, 2)'],
    double: ['FLOAT', 'DOUBLE PRECISION'],
    boolean: ['BOOLEAN'],
    date: ['DATE'],
    timestamp: ['TIMESTAMP_NTZ', 'TIMESTAMP_NTZ(9)', 'DATETIME'],
    timestamp_tz: ['TIMESTAMP_TZ(9)', 'TIMESTAMP_LTZ'],
    json: ['VARIANT', 'OBJECT', 'ARRAY'],
    text_array: ['ARRAY(VARCHAR)'],
    unsupported: ['BINARY', 'TIME(9)', 'GEOGRAPHY', 'ARRAY(NUMBER(38,0))', 'VECTOR(FLOAT, 3)'],
  },
}

for (const dialect of dialects) {
  const cases = Object.entries(kinds[dialect.name]).flatMap(([kind, names]) =>
    names.map((name) => [name, kind] as const),
  )
  test.each(cases)(`${dialect.name} takes %s for %s`, (name, kind) => {
    expect(dialect.kindOf(name).kind).toBe(kind)
  })
}

test.each([
  [duckdbDialect, 'DECIMAL(38,9)', 9],
  [duckdbDialect, 'DECIMAL(10)', 0],
  [duckdbDialect, 'DECIMAL', 3],
  [postgresDialect, 'numeric(12,2)', 2],
  [postgresDialect, 'numeric', undefined],
  [bigqueryDialect, 'NUMERIC', 9],
  [bigqueryDialect, 'BIGNUMERIC', undefined],
  [bigqueryDialect, 'BIGNUMERIC(40,20)', 20],
  [snowflakeDialect, 'NUMBER(38,9)', 9],
  [snowflakeDialect, 'NUMBER(38,0)', undefined],
] as const)('%o gives %s the scale %s', (dialect, name, scale) => {
  expect(dialect.kindOf(name).scale).toBe(scale)
})

test.each(dialects)('$name keeps the working types’ kinds', ({ types, kindOf }) => {
  expect(Object.entries(types).map(([name, type]) => [name, kindOf(type).kind])).toEqual([
    ['text', 'text'],
    ['bigint', 'integer'],
    ['boolean', 'boolean'],
    ['timestamp_tz', 'timestamp_tz'],
  ])
})
