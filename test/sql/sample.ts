/** One sync's tables and inputs, the same for every dialect but for the warehouse's own types. */
import type { DiffInput } from '../../src/core/sql/diff.ts'
import { bigqueryDialect } from '../../src/core/sql/dialects/bigquery.ts'
import { duckdbDialect } from '../../src/core/sql/dialects/duckdb.ts'
import { postgresDialect } from '../../src/core/sql/dialects/postgres.ts'
import { snowflakeDialect } from '../../src/core/sql/dialects/snowflake.ts'
import type { Dialect } from '../../src/core/sql/dialect.ts'
import type { MergeInput } from '../../src/core/sql/merge.ts'
import { collisionColumns, type PlanClaims } from '../../src/core/sql/plan.ts'
import { runTables, sharedTables, syncTables } from '../../src/core/sql/names.ts'
import type { Column } from '../../src/model/value.ts'

export const dialects = [duckdbDialect, postgresDialect, bigqueryDialect, snowflakeDialect] as const

const schema = 'work'
export const syncName = "people/o'hara"
export const runId = '0001'
export const shared = sharedTables(schema)
export const run = runTables(schema, runId)

type SampleType = 'integer' | 'text' | 'decimal' | 'double' | 'timestamp_tz' | 'json'

const natives: Readonly<Record<Dialect['name'], Readonly<Record<SampleType, string>>>> = {
  duckdb: {
    integer: 'BIGINT',
    text: 'VARCHAR',
    decimal: 'DECIMAL(18,2)',
    double: 'DOUBLE',
    timestamp_tz: 'TIMESTAMP WITH TIME ZONE',
    json: 'JSON',
  },
  postgres: {
    integer: 'bigint',
    text: 'text',
    decimal: 'numeric(18,2)',
    double: 'double precision',
    timestamp_tz: 'timestamp with time zone',
    json: 'json',
  },
  bigquery: {
    integer: 'INT64',
    text: 'STRING',
    decimal: 'NUMERIC(18,2)',
    double: 'FLOAT64',
    timestamp_tz: 'TIMESTAMP',
    json: 'JSON',
  },
  snowflake: {
    integer: 'NUMBER(38,0)',
    text: 'VARCHAR',
    decimal: 'NUMBER(18,2)',
    double: 'FLOAT',
    timestamp_tz: 'TIMESTAMP_TZ',
    json: 'VARIANT',
  },
}

export function column(dialect: Dialect, name: string, type: SampleType): Column {
  const nativeType = natives[dialect.name][type]
  return { name, nativeType, ...dialect.kindOf(nativeType) }
}

export function sync(dialect: Dialect): ReturnType<typeof syncTables> {
  return syncTables(schema, syncName, dialect.maxIdentifierBytes)
}

/** Name, score and seen of people, by id. */
export function columnsOf(dialect: Dialect): readonly Column[] {
  return [
    column(dialect, 'name', 'text'),
    column(dialect, 'score', 'double'),
    column(dialect, 'seen', 'timestamp_tz'),
  ]
}

export function diffInput(dialect: Dialect, rest: Partial<DiffInput> = {}): DiffInput {
  const key = column(dialect, 'id', 'integer')
  return {
    dialect,
    run,
    sync: sync(dialect),
    model: `${dialect.quote(schema)}.${dialect.quote('people')}`,
    key,
    baselineKey: { ...key, name: 'key' },
    columns: columnsOf(dialect),
    retyped: new Set(),
    withRemoved: true,
    leavesAdopted: true,
    mappingVersion: 2,
    onlyKey: null,
    limit: null,
    staleVersions: [],
    withReopened: false,
    withHeld: true,
    metadata: null,
    ...rest,
  }
}

export function mergeInput(dialect: Dialect, rest: Partial<MergeInput> = {}): MergeInput {
  return {
    dialect,
    shared,
    run,
    sync: sync(dialect),
    syncName,
    runId,
    stateId: 'state',
    fence: 3,
    generation: 1,
    throughConclusion: 9,
    reopensOnly: true,
    holds: true,
    columns: columnsOf(dialect),
    mappingVersion: 2,
    metadata: null,
    now: 1_700_000_000_000,
    ...rest,
  }
}

/** Of a plan whose rows do everything that may concern another row. */
export const allClaims: PlanClaims = {
  creates: true,
  moves: true,
  binds: true,
  releases: true,
  supersedes: true,
  owes: true,
  shares: collisionColumns,
}
