/** A failure after which nothing more is sent in this run. */
import type { RequestFailure } from '../../../connector/connector.ts'
import { type OperationOutcome, undelivered } from '../../../core/delivery/outcome.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import { exhaustionText } from '../../failures.ts'
import { failureError } from '../errors/failures.ts'
import type { SendContext } from './send-context.ts'

/** A used-up day is nobody's fault; a CRM that is not there, or refuses us, is an error to tell. Gives what rows are told. */
export function haltBy(
  context: Pick<SendContext, 'halt' | 'sync'>,
  failure: RequestFailure,
): string {
  if (failure.kind !== 'exhausted') {
    context.halt({ why: 'error', error: failureError(context, failure) })
    return failure.message
  }
  const message = exhaustionText(failure)
  context.halt({ why: 'exhausted', message })
  return message
}

/** Rows that were not sent because of it; `message` is what `haltBy` gave. */
export function deferAll(
  rows: readonly PlanRow[],
  { reason }: RequestFailure,
  message: string,
): readonly OperationOutcome[] {
  return rows.map((row) =>
    undelivered(row, { status: 'deferred', reason: `crm.${reason}`, message }),
  )
}
