/**
 * What every ledger must do, as named cases that bring no test runner of their own. A store is
 * supported when a ledger over it passes them all.
 */
import { declareCases, type Test } from './declare-cases.ts'
import { batchCases } from './ledger/batch-cases.ts'
import { budgetCases } from './ledger/budget-cases.ts'
import type { LedgerCase, LedgerPlace } from './ledger/conformance.ts'
import { leaseCases } from './ledger/lease-cases.ts'
import { mergeCases } from './ledger/merge-cases.ts'
import { openingCases } from './ledger/opening-cases.ts'
import { runCases } from './ledger/run-cases.ts'
import { scrubCases } from './ledger/scrub-cases.ts'
import { scheduleCases } from './ledger/schedule-cases.ts'
import { subscriptionCases } from './ledger/subscription-cases.ts'
import { syncCases } from './ledger/sync-cases.ts'

export type { LedgerCase, LedgerPlace }

export const ledgerCases: readonly LedgerCase[] = [
  ...openingCases,
  ...syncCases,
  ...leaseCases,
  ...runCases,
  ...batchCases,
  ...mergeCases,
  ...scrubCases,
  ...budgetCases,
  ...scheduleCases,
  ...subscriptionCases,
]

/** Where a case's ledger lives, and how to remove it. */
export interface LedgerPlaceToClean extends LedgerPlace {
  clean(): Promise<void>
}

/** Declares every case with the runner's own `test`; each gets a place of its own. */
export function ledgerConformance(test: Test, newPlace: () => Promise<LedgerPlaceToClean>): void {
  declareCases(ledgerCases, test, newPlace)
}
