import { describe, expect, it } from 'vitest'
import type { KnownValue } from '../../model/change.ts'
import type { Pin } from '../history/columns/pin.ts'
import { missingPins } from '../history/columns/choose-pins.ts'
import type { Dialect } from '../sql/dialect.ts'
import { bigqueryDialect as bigquery } from '../sql/dialects/bigquery.ts'
import { duckdbDialect as duckdb } from '../sql/dialects/duckdb.ts'
import { postgresDialect as postgres } from '../sql/dialects/postgres.ts'
import { snowflakeDialect as snowflake } from '../sql/dialects/snowflake.ts'
import { importPins } from './import-pins.ts'

const matched = (
  dialect: Dialect,
  kind: KnownValue['kind'],
  nativeType: string,
  name = 'amount',
) => ({
  column: { name, nativeType, ...dialect.kindOf(nativeType) },
  field: { name: 'value', label: 'Value', kind },
})
const shown = (pins: readonly Pin[]): readonly string[] =>
  pins.map(({ name, nativeType }) => `${name} ${nativeType}`)

describe('the column that another tool has for a field', () => {
  it.each([
    [duckdb, 'text', 'VARCHAR', 'kept', ['amount VARCHAR']],
    [duckdb, 'integer', 'BIGINT', 'kept', ['amount BIGINT']],
    [duckdb, 'integer', 'DECIMAL(38,0)', 'kept', ['amount DECIMAL(38,0)']],
    [duckdb, 'decimal', 'DECIMAL(38,2)', 'kept', ['amount DECIMAL(38,2)']],
    [duckdb, 'text', 'JSON', 'kept', ['amount JSON']],
    [duckdb, 'decimal', 'DOUBLE', 'joined', ['amount DOUBLE', 'amount__decimal DECIMAL(38,9)']],
    [duckdb, 'integer', 'DOUBLE', 'joined', ['amount DOUBLE', 'amount__integer BIGINT']],
    [duckdb, 'integer', 'HUGEINT', 'kept', ['amount HUGEINT']],
    [postgres, 'text', 'character varying', 'kept', ['amount character varying']],
    [postgres, 'decimal', 'numeric', 'kept', ['amount numeric']],
    [snowflake, 'integer', 'NUMBER(38,0)', 'kept', ['amount NUMBER(38,0)']],
    // Narrower than what the CRM may say: a wider type of the same kind, by the same name.
    [duckdb, 'integer', 'INTEGER', 'widened', ['amount BIGINT']],
    [duckdb, 'integer', 'UBIGINT', 'widened', ['amount BIGINT']],
    [duckdb, 'integer', 'DECIMAL(10,0)', 'widened', ['amount DECIMAL(38,0)']],
    [duckdb, 'decimal', 'DECIMAL(18,2)', 'widened', ['amount DECIMAL(38,9)']],
    [duckdb, 'decimal', 'DECIMAL(30,20)', 'widened', ['amount DECIMAL(38,20)']],
    [duckdb, 'text', 'UUID', 'widened', ['amount VARCHAR']],
    [duckdb, 'decimal', 'FLOAT', 'widened', ['amount DOUBLE', 'amount__decimal DECIMAL(38,9)']],
    [postgres, 'integer', 'smallint', 'widened', ['amount bigint']],
    [postgres, 'text', 'character varying(20)', 'widened', ['amount text']],
    [postgres, 'text_array', 'character varying(20)[]', 'widened', ['amount text[]']],
    [postgres, 'decimal', 'numeric(12,2)', 'widened', ['amount numeric']],
    [
      postgres,
      'timestamp_tz',
      'timestamp(0) with time zone',
      'widened',
      ['amount timestamp with time zone'],
    ],
    // It refuses some texts and numbers that JSON has.
    [postgres, 'json', 'jsonb', 'widened', ['amount json']],
    [bigquery, 'decimal', 'NUMERIC(12,2)', 'widened', ['amount NUMERIC']],
    [snowflake, 'decimal', 'NUMBER(18,2)', 'widened', ['amount NUMBER(38,9)']],
    // Another thing altogether.
    [
      duckdb,
      'timestamp_tz',
      'TIMESTAMP',
      'retyped',
      ['amount__timestamp_tz TIMESTAMP WITH TIME ZONE'],
    ],
    [duckdb, 'json', 'VARCHAR', 'retyped', ['amount__json JSON']],
    [duckdb, 'text', 'INTEGER', 'retyped', ['amount__text VARCHAR']],
    [duckdb, 'json', 'STRUCT(a INTEGER)', 'retyped', ['amount__json JSON']],
  ] as const)('of %o: a %s in %s is %s', (dialect, kind, type, how, pins) => {
    const imported = importPins(dialect, [], [matched(dialect, kind, type)])
    expect(imported.columns.map((one) => one.how)).toEqual([how])
    expect(shown(imported.added)).toEqual(pins)
    expect(imported.conflicts).toEqual([])
  })

  it('is imported once', () => {
    const columns = [matched(duckdb, 'decimal', 'DOUBLE')]
    const { added } = importPins(duckdb, [], columns)
    expect(importPins(duckdb, added, columns)).toMatchObject({
      columns: [{ how: 'known' }],
      added: [],
      conflicts: [],
    })
    const widened = [
      matched(duckdb, 'decimal', 'DECIMAL(18,2)'),
      matched(duckdb, 'decimal', 'INTEGER', 'amount__integer'),
    ]
    expect(importPins(duckdb, importPins(duckdb, [], widened).added, widened)).toMatchObject({
      columns: [{ how: 'known' }, { how: 'known' }],
      added: [],
      conflicts: [],
    })
    const retyped = [matched(duckdb, 'json', 'VARCHAR')]
    const again = importPins(duckdb, importPins(duckdb, [], retyped).added, retyped)
    expect(again).toMatchObject({ columns: [{ how: 'retyped' }], added: [], conflicts: [] })
  })

  it('comes with the further ones of the same field', () => {
    const columns = [
      matched(duckdb, 'decimal', 'DECIMAL(38,9)'),
      matched(duckdb, 'decimal', 'VARCHAR', 'amount__text'),
    ]
    expect(shown(importPins(duckdb, [], columns).added)).toEqual([
      'amount DECIMAL(38,9)',
      'amount__text VARCHAR',
    ])
  })

  it('changes no column that a field has already', () => {
    const pinned = missingPins(duckdb, [], [{ name: 'value', label: 'Value', kind: 'decimal' }])
    expect(importPins(duckdb, pinned, [matched(duckdb, 'decimal', 'DECIMAL(38,9)')])).toEqual({
      columns: [],
      added: [],
      conflicts: ['value has the column value, not amount'],
    })
    expect(
      importPins(duckdb, pinned, [matched(duckdb, 'decimal', 'DOUBLE', 'value')]).conflicts,
    ).toEqual(['value has the column value DECIMAL(38,9), not value DOUBLE'])
    const other = missingPins(duckdb, [], [{ name: 'amount', label: 'Amount', kind: 'decimal' }])
    expect(
      importPins(duckdb, other, [matched(duckdb, 'decimal', 'DECIMAL(38,9)')]).conflicts,
    ).toEqual(['amount is the column of amount, not of value'])
  })
})
