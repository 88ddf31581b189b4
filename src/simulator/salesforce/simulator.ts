/** What a local Salesforce can be told and asked, beside its API. */
import type { SimRequest, SimResult } from '../exchange.ts'
import type { LimitSettings } from './api-limits.ts'
import type { BulkSettings } from './bulk/job-runner.ts'
import type { Edit } from './edit.ts'
import type { FaultEvent, FaultSettings, PlannedFault } from './faults.ts'
import type { HeldLock } from './row-locks.ts'
import type { OrgState, SalesforceDump } from './state.ts'
import type { WriteLogEntry } from './write-log.ts'

/** What may be changed while it runs. */
export interface SalesforceSettings extends BulkSettings {
  readonly limits: LimitSettings
  readonly faults: FaultSettings
  /** How long a session lives without use. */
  readonly sessionTimeoutMs: number
  /** Whether the org may use the API at all. */
  readonly apiEnabled: boolean
  /** How long a write keeps the record and its parents from other requests. */
  readonly lockHoldMs: number
}

/** Faults and limits are completed by what is set already. */
export type SalesforceChanges = Omit<Partial<SalesforceSettings>, 'faults' | 'limits'> & {
  readonly faults?: Partial<FaultSettings>
  readonly limits?: Partial<LimitSettings>
}

export interface SalesforceOptions extends SalesforceChanges {
  /** Milliseconds since the epoch; the system clock when absent. */
  readonly now?: () => number
  /** Decides faults, request ids, and the order of rows in the results of Bulk jobs. */
  readonly seed?: number
  readonly orgId?: string
  /** False saves memory: no write log. */
  readonly keepLog?: boolean
  /** A session of the administrator that never expires; `00DL!local` when absent. */
  readonly token?: string
  /** Added to a new org. */
  readonly state?: Partial<OrgState>
}

export interface SalesforceSimulator {
  handle(request: SimRequest): SimResult
  /** Applies the late requests and Bulk batches whose time has come; every other call does so, too. */
  settle(): void
  seed(state: Partial<OrgState>): void
  /** Back to a new org with the first options; settings made since are kept. */
  reset(): void
  configure(changes: SalesforceChanges): void
  settings(): SalesforceSettings
  /** Makes a fault certain. */
  planFault(fault: PlannedFault): void
  clearPlannedFaults(): void
  /** Holds a record as another transaction would. */
  lock(lock: HeldLock): void
  unlock(id: string): void
  /** Ends a Bulk job as an administrator would. Throws `ApiError` where there is none, or it is over. */
  abortJob(id: string): void
  /**
   * Fails a Bulk job once `afterRows` of its rows are processed, now where so many are: what was written
   * stays, the rest is unprocessed. Throws as `abortJob` does.
   */
  failJob(id: string, afterRows?: number): void
  /** Forgets the Bulk jobs that are over and their results, as after seven days. */
  expireJobs(): void
  /** Ends all sessions that can expire. */
  expireSessions(): void
  /** What a person does in Salesforce's own pages. Returns the id of the record; throws `ApiError`. */
  edit(edit: Edit): string
  dump(): SalesforceDump
  log(): readonly WriteLogEntry[]
  faultEvents(): readonly FaultEvent[]
  /** Requests that arrived, by operation and object, e.g. `collection_upsert Account`. */
  calls(): Readonly<Record<string, number>>
}
