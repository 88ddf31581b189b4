/** What a local Pipedrive can be told and asked, beside its API. */
import type { Simulator, SimulatorOptions } from '../simulator.ts'
import type { Behaviour } from './request/call.ts'
import type { Dispatch, WebhookEvent } from './webhooks/deliveries.ts'
import type { DeliverySettings, PlannedMisfortune } from './webhooks/delivery-luck.ts'
import type { Edit } from './writes/edit.ts'
import type { FaultEvent, FaultSettings, PlannedFault } from './request/faults.ts'
import type { LimitSettings } from './request/rate-limits.ts'
import type { CompanyState, PipedriveDump } from './state.ts'
import type { Webhook } from './store/webhook.ts'
import type { WriteLogEntry } from './store/write-log.ts'

/** What may be changed while it runs. */
export interface PipedriveSettings {
  /** How far the search index is behind the writes. */
  readonly searchLagMs: number
  readonly limits: LimitSettings
  readonly faults: FaultSettings
  readonly behaviour: Behaviour
  readonly deliveries: DeliverySettings
}

/** What has parts is completed by what is set already. */
export type PipedriveChanges = Partial<Pick<PipedriveSettings, 'limits' | 'searchLagMs'>> & {
  readonly faults?: Partial<FaultSettings>
  readonly behaviour?: Partial<Behaviour>
  readonly deliveries?: Partial<DeliverySettings>
}

export interface PipedriveOptions extends PipedriveChanges, SimulatorOptions<CompanyState> {
  readonly companyId?: number
  /** The part of the company's address before `.pipedrive.com`. */
  readonly domain?: string
  /** Of the data centre: the daily budget starts again at its midnight. */
  readonly timeZone?: string
  /** The API token of the first user, an admin; `localToken` when absent. */
  readonly token?: string
}

export interface PipedriveTypes {
  readonly state: CompanyState
  readonly settings: PipedriveSettings
  readonly changes: PipedriveChanges
  readonly edit: Edit
  readonly plannedFault: PlannedFault
  readonly faultEvent: FaultEvent
  readonly logEntry: WriteLogEntry
  readonly dump: PipedriveDump
}

export interface PipedriveSimulator extends Simulator<PipedriveTypes> {
  /** The code that a user's consent would give the OAuth app. */
  issueCode(clientId: string, userId: string): string
  /** Moves the clock forward, and with it everything that waits for a time. */
  advance(ms: number): void
  /** By its own clock. */
  time(): number
  /** Every event that was made, and what became of it. */
  events(): readonly WebhookEvent[]
  /** Those that were deleted, too. */
  webhooks(): readonly Webhook[]
  planMisfortune(planned: PlannedMisfortune): void
  /** What is to be sent by now, or as much of it; each is under way until it is reported. */
  takeDispatches(most?: number): readonly Dispatch[]
  /** The receiver's status; null where it did not answer in time. */
  report(dispatchId: number, status: number | null): void
  /** How many attempts wait for their time, and how many are under way. */
  deliveryCounts(): { readonly waiting: number; readonly inFlight: number }
  /** Milliseconds until something is to be sent; null where nothing is. */
  nextDispatchIn(): number | null
}
