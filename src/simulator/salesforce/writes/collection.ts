/** Runs the rows of one request: each with its own result, in order, and all of them or none where asked. */
import { ApiError, type Problem, rowLocked, unknownTrouble } from '../wire/api-error.ts'
import type { Call } from '../request/call.ts'
import type { Sabotage } from '../store/sabotage.ts'
import type { WireRowError, WireSaveResult } from '../wire/wire.ts'

/** `Result` is what a row that succeeded answers. */
export function runRows<Row, Result extends object>(
  call: Call,
  rows: readonly Row[],
  allOrNone: boolean,
  write: (row: Row, index: number) => Result,
): readonly (Result | FailedRow)[] {
  const victim = call.sabotage === null ? -1 : Math.floor(call.random() * rows.length)
  const transaction = call.org.begin()
  const results = rows.map((row, index) => {
    try {
      if (index === victim) sabotageRow(call.sabotage, call.org.id)
      return write(row, index)
    } catch (error) {
      if (error instanceof ApiError) return failedRow(error.problems)
      throw error
    }
  })
  if (allOrNone && results.some(isFailedRow)) {
    transaction.rollBack()
    return results.map((result) => (isFailedRow(result) ? result : failedRow([rolledBack])))
  }
  transaction.commit()
  const dropped =
    call.sabotage === 'silent_drop_applied' || call.sabotage === 'silent_drop_unapplied'
  return dropped ? results.filter((_result, index) => index !== victim) : results
}

export type FailedRow = Extract<WireSaveResult, { readonly success: false }>

function failedRow(problems: readonly Problem[]): FailedRow {
  return { success: false, errors: problems.map(rowError) }
}

function isFailedRow(result: object): result is FailedRow {
  return 'success' in result && result.success === false
}

function rowError({ code, message, fields }: Problem): WireRowError {
  return { statusCode: code, message, fields }
}

const rolledBack: Problem = {
  code: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
  message:
    'Record rolled back because not all records were valid and the request was using AllOrNone header',
  fields: [],
}

/** Refuses a row where the fault asks for that; what it locks is then the org itself. */
export function sabotageRow(kind: Sabotage | null, orgId: string): void {
  switch (kind) {
    case 'partial_failure':
    case 'silent_drop_unapplied':
      throw unknownTrouble()
    case 'row_lock':
      throw new ApiError(400, [rowLocked(orgId)])
    case 'silent_drop_applied':
    case 'job_failure':
    case null:
      return
    default: {
      const unreachable: never = kind
      return unreachable
    }
  }
}
