/**
 * A batch as the ledger keeps it while its request is under way: enough to find out what became of
 * it, and to confirm it, without the plan.
 */
import type { PlanRow } from '../plan/plan-row.ts'
import type { OperationOutcome } from './outcome.ts'

/**
 * - `operations`: each ends with an outcome.
 * - `releases`: match values cleared to break a ring of claims; the operations that give the records
 *   their new values follow, so these have no outcomes of their own.
 */
export type PayloadPurpose = 'operations' | 'releases'

export interface Payload {
  readonly purpose: PayloadPurpose
  readonly rows: readonly PlanRow[]
}

export function writePayload(payload: Payload): string {
  return JSON.stringify(payload)
}

export function readPayload(payload: string): Payload {
  return JSON.parse(payload) as Payload
}

export function writeOutcomes(outcomes: readonly OperationOutcome[]): string {
  return JSON.stringify(outcomes)
}

export function readOutcomes(outcomes: string): readonly OperationOutcome[] {
  return JSON.parse(outcomes) as readonly OperationOutcome[]
}
