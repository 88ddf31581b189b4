/**
 * Rows that a run leaves undelivered with a reason, for people: `[key, status, reason, message]`,
 * rejected rows before deferred ones.
 */
import type { Dialect } from './dialect.ts'
import {
  type RunTables,
  type SharedTables,
  type SyncTables,
  type TableName,
  tableReference,
} from './names.ts'
import type { Statement } from './statement.ts'
import { statement } from './working-schema.ts'

const cells = ['key', 'status', 'reason', 'message'] as const

/** Of a plan that is stored: what it already knows. */
export function planFailures(dialect: Dialect, run: RunTables, limit: number): Statement {
  const quote = dialect.quote
  const failed = `${quote('status')} in ('rejected', 'deferred')`
  return select(dialect, run.plan, failed, 'sequence', limit)
}

/** Of a run that has ended. */
export function runFailures(
  dialect: Dialect,
  shared: SharedTables,
  runId: string,
  limit: number,
): Statement {
  const { literal, quote } = dialect
  const ofRun = `${quote('run_id')} = ${literal(runId)}`
  return select(dialect, shared.failures, ofRun, 'sequence', limit)
}

/** Of a run that has ended: rows that it left without an outcome of their own, and that wait for the next one. */
export function heldWaiting(
  dialect: Dialect,
  { held, operations }: Pick<SyncTables, 'held'> & Pick<SharedTables, 'operations'>,
  runId: string,
  limit: number,
): Statement {
  const { literal, quote } = dialect
  const tried = `select 1 from ${tableReference(dialect, operations)} as o where o.${quote('run_id')} = ${literal(runId)} and o.${quote('key')} = ${quote(held.table)}.${quote('key')}`
  const ofRun = `${quote('last_run')} = ${literal(runId)} and not exists (${tried})`
  return select(dialect, held, ofRun, 'key', limit)
}

/** Of earlier runs: rows that are still held back, and that `runId` did not try. */
export function heldBefore(
  dialect: Dialect,
  tables: SyncTables,
  runId: string,
  limit: number,
): Statement {
  const { literal, quote } = dialect
  const earlier = `${quote('last_run')} <> ${literal(runId)}`
  return select(dialect, tables.held, earlier, 'key', limit)
}

function select(
  dialect: Dialect,
  table: TableName,
  where: string,
  order: string,
  limit: number,
): Statement {
  const quote = dialect.quote
  const names = cells.map((name) => quote(name)).join(', ')
  return statement(
    `select ${names} from ${tableReference(dialect, table)} where ${where} order by ${quote('status')} desc, ${quote(order)} limit ${limit}`,
  )
}
