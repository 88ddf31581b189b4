/** What a local Salesforce can be told and asked, beside its API. */
import type { Simulator, SimulatorOptions } from '../simulator.ts'
import type { LimitSettings } from './request/api-limits.ts'
import type { BulkSettings } from './bulk/job-runner.ts'
import type { Edit } from './writes/edit.ts'
import type { FaultEvent, FaultSettings, PlannedFault } from './request/faults.ts'
import type { HeldLock } from './store/row-locks.ts'
import type { OrgState, SalesforceDump } from './state.ts'
import type { WriteLogEntry } from './store/write-log.ts'

/** What may be changed while it runs. */
export interface SalesforceSettings extends BulkSettings {
  readonly limits: LimitSettings
  readonly faults: FaultSettings
  /** How long a session lives without use. */
  readonly sessionTimeoutMs: number
  /** Whether the org may use the API at all. */
  readonly apiEnabled: boolean
  /** Whether the API is off for a while. */
  readonly apiPaused: boolean
  /** How long a write keeps the record and its parents from other requests. */
  readonly lockHoldMs: number
}

/** Faults and limits are completed by what is set already. */
export type SalesforceChanges = Omit<Partial<SalesforceSettings>, 'faults' | 'limits'> & {
  readonly faults?: Partial<FaultSettings>
  readonly limits?: Partial<LimitSettings>
}

export interface SalesforceOptions extends SalesforceChanges, SimulatorOptions<OrgState> {
  readonly orgId?: string
  /** A session of the administrator that never expires; `00DL!local` when absent. */
  readonly token?: string
}

export interface SalesforceTypes {
  readonly state: OrgState
  readonly settings: SalesforceSettings
  readonly changes: SalesforceChanges
  readonly edit: Edit
  readonly plannedFault: PlannedFault
  readonly faultEvent: FaultEvent
  readonly logEntry: WriteLogEntry
  readonly dump: SalesforceDump
}

export interface SalesforceSimulator extends Simulator<SalesforceTypes> {
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
}
