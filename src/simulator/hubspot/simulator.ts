/** What a local HubSpot can be told and asked, beside its API. */
import type { Behaviour } from './request/call.ts'
import type { Edit } from './writes/edit.ts'
import type { Simulator, SimulatorOptions } from '../simulator.ts'
import type { FaultEvent, FaultSettings, PlannedFault } from './request/faults.ts'
import type { LimitSettings } from './request/rate-limits.ts'
import type { HubSpotDump, PortalState } from './state.ts'
import type { WriteLogEntry } from './store/write-log.ts'

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

export interface HubSpotOptions extends HubSpotChanges, SimulatorOptions<PortalState> {
  readonly portalId?: number
  readonly timeZone?: string
  /** The token of the private app that every new portal has, with all scopes; `pat-local` when absent. */
  readonly token?: string
}

export interface HubSpotTypes {
  readonly state: PortalState
  readonly settings: HubSpotSettings
  readonly changes: HubSpotChanges
  readonly edit: Edit
  readonly plannedFault: PlannedFault
  readonly faultEvent: FaultEvent
  readonly logEntry: WriteLogEntry
  readonly dump: HubSpotDump
}

export interface HubSpotSimulator extends Simulator<HubSpotTypes> {
  /** The code that a person's consent would give the OAuth app. */
  issueCode(clientId: string): string
}
