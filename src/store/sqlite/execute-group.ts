/**
 * Group commit: the batches that arrived while the last group was synced share one transaction and
 * one sync of the disk. Each has a savepoint, so that one that fails undoes itself alone.
 */
import { ExpectationFailed, type StoreResult, type StoreStatement } from '../store.ts'
import type { Connection } from './connection.ts'
import { failureFrom } from './failure.ts'
import type { Answer } from './sqlite-messages.ts'

type Batch = readonly StoreStatement[]

/** One answer per batch, in order; an `ok` one is on disk. */
export function executeGroup(connection: Connection, batches: readonly Batch[]): readonly Answer[] {
  try {
    connection.exec(batches.every(isReading) ? 'begin' : 'begin immediate')
  } catch (error) {
    // Whoever holds the file keeps it from each of them alike.
    return batches.map(() => failed(error))
  }
  try {
    const answers = batches.map((batch) => executeInSavepoint(connection, batch))
    connection.exec('commit')
    return answers
  } catch (error) {
    if (connection.inTransaction) connection.exec('rollback')
    if (batches.length === 1) return [failed(error)]
    // The transaction was lost for all: alone, those that can succeed will.
    return batches.flatMap((batch) => executeGroup(connection, [batch]))
  }
}

/** Throws only when SQLite ended the whole transaction. */
function executeInSavepoint(connection: Connection, batch: Batch): Answer {
  connection.exec('savepoint batch')
  try {
    const results = batch.map((statement, index) => execute(connection, statement, index))
    connection.exec('release batch')
    return { ok: true, results }
  } catch (error) {
    if (!connection.inTransaction) throw error
    connection.exec('rollback to batch')
    connection.exec('release batch')
    return failed(error)
  }
}

function execute(connection: Connection, statement: StoreStatement, index: number): StoreResult {
  const result = connection.run(statement)
  const { expectRows } = statement
  if (expectRows !== undefined && result.affected !== expectRows) {
    throw new ExpectationFailed(index, expectRows, result.affected)
  }
  return result
}

/** Only then no writer of another process need be waited for. */
function isReading(batch: Batch): boolean {
  return batch.every((statement) => /^\s*select\b/i.test(statement.text))
}

function failed(error: unknown): Answer {
  return { ok: false, failure: failureFrom(error) }
}
