/** What a local HubSpot can be told and asked, beside its API. */
import type { Behaviour } from './call.ts'
import type { Edit } from './edit.ts'
import type { SimRequest, SimResult } from '../exchange.ts'
import type { FaultEvent, FaultSettings, PlannedFault } from './faults.ts'
import type { LimitSettings } from './rate-limits.ts'
import type { HubSpotDump, PortalState } from './state.ts'
import type { WriteLogEntry } from './write-log.ts'

/** What may be changed while it runs. */
export interface HubSpotSettings {
  /** How far the search index is behind the writes. */
  readonly searchLagMs: number
  readonly limits: LimitSettings
  readonly faults: FaultSettings
  readonly behaviour: Behaviour
}

/** Faults and behaviour are completed by what is set already. */
export type HubSpotChanges = Omit<Partial<HubSpotSettings>, 'faults' | 'behaviour'> & {
  readonly faults?: Partial<FaultSettings>
  readonly behaviour?: Partial<Behaviour>
}

export interface HubSpotOptions extends HubSpotChanges {
  /** Milliseconds since the epoch; the system clock when absent. */
  readonly now?: () => number
  /** Decides faults, orders and ids. */
  readonly seed?: number
  readonly portalId?: number
  readonly timeZone?: string
  /** False saves memory: no write log, no property history. */
  readonly keepLog?: boolean
  /** The token of the private app that every new portal has, with all scopes; `pat-local` when absent. */
  readonly token?: string
  /** Added to a new portal. */
  readonly state?: Partial<PortalState>
}

export interface HubSpotSimulator {
  handle(request: SimRequest): SimResult
  /** Applies the late requests whose time has come; every other call does so, too. */
  settle(): void
  seed(state: Partial<PortalState>): void
  /** Back to a new portal with the first options; settings made since are kept. */
  reset(): void
  configure(changes: HubSpotChanges): void
  settings(): HubSpotSettings
  /** Makes a fault certain. */
  planFault(fault: PlannedFault): void
  clearPlannedFaults(): void
  /** What a person does in HubSpot's own pages. Returns the id of the record; throws `ApiError`. */
  edit(edit: Edit): string
  /** The code that a person's consent would give the OAuth app. */
  issueCode(clientId: string): string
  dump(): HubSpotDump
  log(): readonly WriteLogEntry[]
  faultEvents(): readonly FaultEvent[]
  /** Requests that arrived, by operation and object, e.g. `batch_create 0-1`. */
  calls(): Readonly<Record<string, number>>
}
