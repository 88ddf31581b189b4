/** What a local Salesforce can be told and asked, beside its API. */
import type { SimRequest, SimResult } from '../exchange.ts'
import type { LimitSettings } from './api-limits.ts'
import type { Edit } from './edit.ts'
import type { FaultEvent, FaultSettings, PlannedFault } from './faults.ts'
import type { HeldLock } from './row-locks.ts'
import type { OrgState, SalesforceDump } from './state.ts'
import type { WriteLogEntry } from './write-log.ts'

/** What may be changed while it runs. */
export interface SalesforceSettings {
  readonly limits: LimitSettings
  readonly faults: FaultSettings
  /** How long a session lives without use. */
  readonly sessionTimeoutMs: number
  /** Whether the org may use the API at all. */
  readonly apiEnabled: boolean
  /** How long a write keeps the record and its parents from other requests. */
  readonly lockHoldMs: number
}

/** Faults are completed by what is set already. */
export type SalesforceChanges = Omit<Partial<SalesforceSettings>, 'faults'> & {
  readonly faults?: Partial<FaultSettings>
}

export interface SalesforceOptions extends SalesforceChanges {
  /** Milliseconds since the epoch; the system clock when absent. */
  readonly now?: () => number
  /** Decides faults and request ids. */
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
  /** Applies the late requests whose time has come; every other call does so, too. */
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
