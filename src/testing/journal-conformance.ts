/**
 * What every journal must do, as named cases that bring no test runner of their own. A store is
 * supported when a journal over it passes them all.
 */
import { declareCases, type Test } from './declare-cases.ts'
import type { JournalCase, JournalPlace } from './journal/conformance.ts'
import { entryCases } from './journal/entry-cases.ts'
import { erasureCases } from './journal/erasure-cases.ts'
import { fullCases } from './journal/full-cases.ts'
import { orderCases } from './journal/order-cases.ts'

export type { JournalCase, JournalPlace }

export const journalCases: readonly JournalCase[] = [
  ...entryCases,
  ...orderCases,
  ...fullCases,
  ...erasureCases,
]

/** Where a case's journal lives, and how to remove it. */
export interface JournalPlaceToClean extends JournalPlace {
  clean(): Promise<void>
}

/** Declares every case with the runner's own `test`; each gets a place of its own. */
export function journalConformance(test: Test, newPlace: () => Promise<JournalPlaceToClean>): void {
  declareCases(journalCases, test, newPlace)
}
