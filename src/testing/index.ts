/** The conformance suite of each seam: an implementation that passes it is supported. */
export type { Test } from './declare-cases.ts'
export * from './journal-conformance.ts'
export * from './ledger-conformance.ts'
export * from './warehouse-conformance.ts'
