/** Values of every kind at their edges, and pairs that are the same value or are not. */
import type { Dialect } from '../../core/sql/dialect.ts'
import type { ValueKind } from '../../model/value.ts'

export interface ValueSet {
  readonly kind: ValueKind
  readonly scale?: number
  /** The native type per dialect; a dialect that has none is not tested with it. */
  readonly nativeTypes: Partial<Record<Dialect['name'], string>>
  /** Canonical texts; null is always tested too. */
  readonly texts: readonly string[]
  readonly same: readonly (readonly [string, string])[]
  readonly different: readonly (readonly [string, string])[]
}

const arrayOfOddities = JSON.stringify([
  'a',
  null,
  'b"c',
  '',
  'NULL',
  'a,b',
  '{x}',
  '\\',
  "it's",
  'é\n',
])

export const valueMatrix: readonly ValueSet[] = [
  {
    kind: 'text',
    nativeTypes: { duckdb: 'VARCHAR', postgres: 'text' },
    texts: [
      '',
      ' ',
      'NULL',
      'null',
      "it's",
      '"',
      '\\',
      '\\n',
      'two\nlines\r\n',
      '\t',
      'é',
      '😀 表',
      'x'.repeat(5000),
    ],
    same: [['a', 'a']],
    different: [
      ['', ' '],
      ['a', 'A'],
      ['a', 'a '],
      ['é', 'e\u0301'],
    ],
  },
  {
    kind: 'text',
    nativeTypes: { duckdb: 'VARCHAR' },
    texts: ['\u0000', 'a\u0000b'],
    same: [],
    different: [['a', 'a\u0000']],
  },
  {
    kind: 'text',
    nativeTypes: { duckdb: 'UUID', postgres: 'uuid' },
    texts: ['00000000-0000-0000-0000-000000000000', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'],
    same: [['F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6']],
    different: [],
  },
  {
    kind: 'integer',
    nativeTypes: { duckdb: 'BIGINT', postgres: 'bigint' },
    texts: ['0', '-1', '9007199254740993', '9223372036854775807', '-9223372036854775808'],
    same: [['7', '7']],
    different: [['9007199254740993', '9007199254740992']],
  },
  {
    kind: 'integer',
    nativeTypes: { duckdb: 'HUGEINT' },
    texts: ['170141183460469231731687303715884105727', '-170141183460469231731687303715884105728'],
    same: [],
    different: [
      ['170141183460469231731687303715884105727', '170141183460469231731687303715884105726'],
    ],
  },
  {
    kind: 'integer',
    nativeTypes: { duckdb: 'UBIGINT' },
    texts: ['18446744073709551615'],
    same: [],
    different: [],
  },
  {
    kind: 'decimal',
    scale: 9,
    nativeTypes: { duckdb: 'DECIMAL(38,9)', postgres: 'numeric(38,9)' },
    texts: [
      '0.000000000',
      '-0.000000001',
      '1.500000000',
      '99999999999999999999999999999.999999999',
      '-99999999999999999999999999999.999999999',
    ],
    same: [['1.5', '1.500']],
    different: [
      ['99999999999999999999999999999.999999999', '99999999999999999999999999999.999999998'],
    ],
  },
  {
    kind: 'decimal',
    scale: 0,
    nativeTypes: { duckdb: 'DECIMAL(38,0)', postgres: 'numeric(38,0)' },
    texts: ['0', '99999999999999999999999999999999999999'],
    same: [],
    different: [],
  },
  {
    kind: 'decimal',
    nativeTypes: { postgres: 'numeric' },
    texts: ['1.50', '123456789012345678901234567890123456789012345678901234567890.1'],
    same: [['1.5', '1.50']],
    different: [],
  },
  {
    kind: 'double',
    nativeTypes: { duckdb: 'DOUBLE', postgres: 'double precision' },
    texts: [
      '0',
      '-0',
      '1',
      '-1.5',
      '0.1',
      '0.30000000000000004',
      '9007199254740993e-3',
      '1e+22',
      '1e-07',
      '5e-324',
      '1.7976931348623157e+308',
      'NaN',
      'Infinity',
      '-Infinity',
    ].map((text) => (text === '9007199254740993e-3' ? '9007199254740.992' : text)),
    same: [
      ['0.30000000000000004', '0.3'],
      ['0', '-0'],
      ['NaN', 'NaN'],
      ['Infinity', 'Infinity'],
      ['123456789.123456789', '123456789.12345679'],
      ['9.999999999999998', '9.999999999999999'],
      ['1000000.0000000001', '1000000'],
      ['-2.2250738585072014e-250', '-2.225073858507201e-250'],
    ],
    different: [
      ['1', '1.0000000000001'],
      ['-1', '1'],
      ['Infinity', '-Infinity'],
      ['NaN', '0'],
      ['NaN', 'Infinity'],
      ['0', '5e-324'],
      ['1e-300', '2e-300'],
      ['1.7976931348623157e308', '1.797e308'],
      ['1.7976931348623157e308', 'Infinity'],
      ['1e15', '1000000000000010'],
    ],
  },
  {
    kind: 'double',
    nativeTypes: { duckdb: 'FLOAT', postgres: 'real' },
    texts: ['0.1', '-1.5', 'NaN', 'Infinity', '3.4028235e+38'],
    same: [['0.1', '0.10000000149']],
    different: [['0.1', '0.1000001']],
  },
  {
    kind: 'boolean',
    nativeTypes: { duckdb: 'BOOLEAN', postgres: 'boolean' },
    texts: ['true', 'false'],
    same: [['true', 'true']],
    different: [['true', 'false']],
  },
  {
    kind: 'date',
    nativeTypes: { duckdb: 'DATE', postgres: 'date' },
    texts: ['0001-01-01', '1969-12-31', '2024-02-29', '9999-12-31'],
    same: [],
    different: [['2024-02-29', '2024-03-01']],
  },
  {
    kind: 'timestamp',
    nativeTypes: { duckdb: 'TIMESTAMP', postgres: 'timestamp without time zone' },
    texts: [
      '0001-01-01T00:00:00.000000',
      '1969-12-31T23:59:59.999999',
      '2024-02-29T12:34:56.000001',
      '9999-12-31T23:59:59.999999',
    ],
    same: [['2024-02-29T12:34:56', '2024-02-29T12:34:56.000000']],
    different: [['2024-02-29T12:34:56.000001', '2024-02-29T12:34:56.000002']],
  },
  {
    kind: 'timestamp',
    nativeTypes: { duckdb: 'TIMESTAMP_NS' },
    texts: ['2024-02-29T12:34:56.000001'],
    same: [],
    different: [['2024-02-29T12:34:56.000001001', '2024-02-29T12:34:56.000001002']],
  },
  {
    kind: 'timestamp_tz',
    nativeTypes: { duckdb: 'TIMESTAMP WITH TIME ZONE', postgres: 'timestamp with time zone' },
    texts: [
      '0001-01-01T00:00:00.000000Z',
      '1969-12-31T23:59:59.999999Z',
      '2024-02-29T12:34:56.000001Z',
      '9999-12-31T23:59:59.999999Z',
    ],
    same: [['2024-02-29T12:00:00+13:00', '2024-02-28T23:00:00Z']],
    different: [['2024-02-29T12:00:00+13:00', '2024-02-29T12:00:00Z']],
  },
  {
    kind: 'json',
    nativeTypes: { duckdb: 'JSON', postgres: 'json' },
    texts: [
      'null',
      '""',
      '{"b":1,"a":"\\u00e9"}',
      '[1,2.50,12345678901234567890]',
      '{"deep":{"list":[{}]}}',
      '"a\\u0000b"',
    ],
    same: [
      ['{"a":1}', '{ "a" : 1 }'],
      ['"a\\u0000b"', '"a\\u0000b"'],
    ],
    different: [
      ['{"a":1}', '{"a":2}'],
      ['12345678901234567890', '12345678901234567891'],
      ['{"a":123456789012345678901}', '{"a":123456789012345678902}'],
      ['{"a":0.12345678901234567890}', '{"a":0.12345678901234567891}'],
      ['[1.000000000000000001]', '[1.000000000000000002]'],
      ['1234567.123456789', '1234567.1234567891'],
      ['"a\\u0000b"', '"a"'],
      ['null', '""'],
    ],
  },
  {
    kind: 'json',
    nativeTypes: { postgres: 'jsonb' },
    texts: ['{"a": 1, "b": [1, 2.50]}'],
    same: [['{"a":1,"b":2}', '{"b":2,"a":1}']],
    different: [],
  },
  {
    kind: 'text_array',
    nativeTypes: { duckdb: 'VARCHAR[]', postgres: 'text[]' },
    texts: ['[]', '[null]', '[""]', '["NULL"]', arrayOfOddities],
    same: [['["a", "b"]', '["a","b"]']],
    different: [
      ['[]', '[null]'],
      ['[null]', '["null"]'],
      ['["a","b"]', '["b","a"]'],
      ['["a,b"]', '["a","b"]'],
    ],
  },
]
