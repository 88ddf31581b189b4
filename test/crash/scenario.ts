/** A history for the crash matrix to kill. */
import type { PushSync } from '../../src/model/sync.ts'

export interface Scenario {
  readonly name: string
  readonly crm: 'hubspot' | 'salesforce'
  readonly sync: Partial<PushSync>
  /** What stands before the run that is killed. */
  readonly before: readonly Step[]
  /** What the killed run finds new. */
  readonly change: readonly string[]
  /** Whether somebody was erased before it, by a process that died before the state had it. */
  readonly hasErased?: boolean
  readonly options?: { readonly first: boolean }
  /** What is wrong with the sync of the killed run. */
  readonly during?: Partial<PushSync>
  /** Edges at whose last passing a first death is followed by a second one in recovery. */
  readonly deaths: readonly string[]
  /** How the model goes on once the run is dead. */
  readonly after?: readonly string[]
  /** What makes the model right again, where the killed run would fail by itself. */
  readonly repair?: readonly string[]
}

/** SQL, then perhaps a run. */
export interface Step {
  readonly sql: readonly string[]
  readonly run: boolean
}
