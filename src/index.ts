/**
 * What the package exports for who writes a connector, a warehouse, a ledger or a journal of their own: the seams, and what an
 * implementation says and throws through them. `syncline/testing` shows whether it is right.
 */
export type * from './connector/connector.ts'
export { RequestFailure } from './connector/connector.ts'
export type * from './connector/source.ts'
export { defineSource } from './connector/source.ts'
export type * from './connector/write.ts'
export { bigqueryDialect } from './core/sql/dialects/bigquery.ts'
export { duckdbDialect } from './core/sql/dialects/duckdb.ts'
export { postgresDialect } from './core/sql/dialects/postgres.ts'
export { snowflakeDialect } from './core/sql/dialects/snowflake.ts'
export type * from './core/sql/dialect.ts'
export type * from './core/sql/statement.ts'
export type * from './journal/journal.ts'
export type * from './ledger/ledger.ts'
export { defineErrors, SynclineError } from './model/error.ts'
export type * from './model/value.ts'
export type * from './warehouse/warehouse.ts'
