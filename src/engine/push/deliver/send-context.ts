/** What the sending of batches works with. */
import type { CompiledMapping } from '../../../core/mapping/mapping.ts'
import type { RunContext } from '../../context.ts'
import type { RecordClaims } from './claimed-records.ts'

/** Why delivery can't go on; operations not yet sent are planned anew by the next run. */
export type Halt =
  | { readonly why: 'error'; readonly error: Error }
  | { readonly why: 'exhausted'; readonly message: string }

export interface SendContext extends RunContext, RecordClaims {
  readonly mapping: CompiledMapping
  /** When the first of the records was looked at that the plan is judged by; milliseconds since 1970. */
  readonly lookedAt: number
  /** Called when nothing more should be sent in this run. */
  readonly halt: (halt: Halt) => void
  /** Aborts waits when the run is stopped from outside. */
  readonly signal: AbortSignal
  /**
   * Records in the ledger that the batch is sent once more: a successor counts the time in which a
   * request may still be applied from the last one.
   */
  readonly recordResend: () => Promise<void>
}
