/**
 * A day of the CRM's that is used up while planning is nobody's fault: every due row is deferred, with that reason
 * (promise 2), and the next run plans it anew.
 */
import { RequestFailure } from '../../../connector/connector.ts'
import { countDue } from '../../../core/sql/diff.ts'
import { deferDueStatements } from '../../../core/sql/deferred-plan.ts'
import { SynclineError } from '../../../model/error.ts'
import type { RunContext } from '../../context.ts'
import { exhaustionText } from '../../failures.ts'
import type { Difference } from './difference.ts'

/** A person who asked is told by an error; what runs by itself defers its rows. */
export type WhenExhausted = 'defer' | 'tell'

/** The request that told of it, where an error is of that; else null. */
export function exhaustionIn(error: unknown): RequestFailure | null {
  const failure = error instanceof SynclineError ? error.cause : error
  return failure instanceof RequestFailure && failure.kind === 'exhausted' ? failure : null
}

/** Makes a plan of outcomes alone, whatever stands in it by now; gives the number of rows. */
export async function deferDue(
  context: RunContext,
  { due, heldForContent, prepared }: Difference,
  failure: RequestFailure,
): Promise<{ readonly due: number; readonly lookedAt: number }> {
  const lookedAt = context.clock.now()
  if (due + heldForContent === 0) return { due, lookedAt }
  const told = { reason: `crm.${failure.reason}`, message: exhaustionText(failure) }
  return context.warehouse.session(async (session) => {
    await session.execute(deferDueStatements(prepared.diff, told))
    // Metadata that was read may have made more rows due.
    const [counted] = await session.query(countDue(prepared.diff))
    return { due: Number(counted?.[0] ?? 0), lookedAt }
  })
}
