/** What the CRM's results say of a batch's rows, before anything more is asked or sent. */
import type { WriteResult } from '../../../connector/write.ts'
import { writtenValues } from '../../../core/delivery/by-job.ts'
import { exceptNotTaken } from '../../../core/delivery/not-taken.ts'
import { delivered, type OperationOutcome, undelivered } from '../../../core/delivery/outcome.ts'
import { type FieldKnowledge, fieldKnowledge } from '../../../core/mapping/mapping.ts'
import { maskMessage } from '../../../core/mapping/sensitive.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import type { Existing } from './existing.ts'
import type { SendContext } from './send-context.ts'

export interface Busy {
  readonly row: PlanRow
  readonly reason: string
  readonly message: string
}

/** Of a row whose record is not there. */
export interface Gone {
  readonly row: PlanRow
  readonly message: string
}

export interface SortedResults {
  readonly outcomes: readonly OperationOutcome[]
  /** Creates that met a record. */
  readonly existing: readonly Existing[]
  /** Certainly not applied. */
  readonly busy: readonly Busy[]
  readonly gone: readonly Gone[]
  /** Answered, so nothing is under way any more: a read confirms the effect at once. */
  readonly accepted: readonly PlanRow[]
  readonly unaccounted: readonly PlanRow[]
}

export function sortResults(
  context: SendContext,
  rows: readonly PlanRow[],
  results: readonly WriteResult[],
): SortedResults {
  const knowledge = fieldKnowledge(context.mapping)
  const outcomes: OperationOutcome[] = []
  const unaccounted: PlanRow[] = []
  const existing: Existing[] = []
  const busy: Busy[] = []
  const gone: Gone[] = []
  const accepted: PlanRow[] = []
  rows.forEach((row, index) => {
    const result = results[index] ?? { status: 'unaccounted' }
    switch (result.status) {
      case 'written':
        if (row.kind === 'delete' && !context.connector.accounts.delete) accepted.push(row)
        else outcomes.push(writtenOutcome(knowledge, row, result))
        // Another row of the batch may be told that it met this record.
        if (row.kind === 'create' && result.created) context.reserve(result.id, row.key)
        break
      case 'rejected': {
        const hold = result.waits === true ? 'retry' : 'content'
        outcomes.push(
          undelivered(row, { ...result, ...masked(context, row, result.message), hold }),
        )
        break
      }
      case 'conflict':
        existing.push({ row, id: result.existingId, ...masked(context, row, result.message) })
        break
      case 'gone':
        gone.push({ row, message: result.message })
        break
      case 'busy':
        busy.push({ row, reason: result.reason, ...masked(context, row, result.message) })
        break
      case 'unaccounted':
        unaccounted.push(row)
        break
      default:
        result satisfies never
    }
  })
  return { outcomes, existing, busy, gone, accepted, unaccounted }
}

function writtenOutcome(
  knowledge: FieldKnowledge,
  row: PlanRow,
  result: Extract<WriteResult, { status: 'written' }>,
): OperationOutcome {
  const outcome = delivered(row, { ...result, returned: result.values })
  return exceptNotTaken(knowledge, row, result.values, outcome)
}

/** CRMs quote the values that they refuse; those of sensitive fields go no further. */
export function masked(
  { mapping }: SendContext,
  row: PlanRow,
  message: string,
): { readonly message: string } {
  return { message: maskMessage(message, writtenValues(row), mapping) }
}
