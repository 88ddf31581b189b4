/** A company's state as one JSON value: what can be put in, and what a dump gives back. */
import type { SavedFilter } from './store/company.ts'
import type { PendingDelivery, WebhookEvent } from './webhooks/deliveries.ts'
import type { FaultEvent } from './request/faults.ts'
import type { FieldDefinition, FieldOption } from './store/field.ts'
import type { Values } from './store/records.ts'
import type {
  AccessToken,
  ApiToken,
  AuthorizationCode,
  OAuthApp,
  RefreshToken,
} from './store/tokens.ts'
import type { Webhook } from './store/webhook.ts'
import type { WriteLogEntry } from './store/write-log.ts'

/** Values of a record as stored, by the code of the field: no validation. Times are epoch milliseconds. */
export interface RecordState {
  readonly id?: string
  readonly values: Values
  readonly addedAt?: number
  /** Null for a row without a time of change. */
  readonly updatedAt?: number | null
  readonly deletedAt?: number | null
}

/** A field that isn't there yet is a custom one. */
export type FieldState = Pick<FieldDefinition, 'code'> &
  Partial<Omit<FieldDefinition, 'options'>> & {
    readonly options?: readonly OptionState[] | null
  }

/** Without colour and times unless it says them. */
export type OptionState = Pick<FieldOption, 'id' | 'label'> & Partial<FieldOption>

/** Objects are named as in events or in paths; a dump names them as in events. */
export interface CompanyState {
  readonly apiTokens: readonly ApiToken[]
  readonly apps: readonly OAuthApp[]
  readonly refreshTokens: readonly RefreshToken[]
  readonly accessTokens: readonly AccessToken[]
  readonly codes: readonly AuthorizationCode[]
  readonly fields: Readonly<Record<string, readonly FieldState[]>>
  readonly filters: readonly SavedFilter[]
  readonly records: Readonly<Record<string, readonly RecordState[]>>
  readonly webhooks: readonly Webhook[]
  /** Events on their way, and when each is to be sent next. */
  readonly events: readonly WebhookEvent[]
  readonly deliveries: readonly PendingDelivery[]
  readonly dailyUsed: number
  readonly lastIds: Readonly<Record<string, number>>
}

/** What the company holds, and what happened to it. */
export interface PipedriveDump {
  readonly formatVersion: 1
  readonly at: number
  readonly companyId: number
  readonly domain: string
  readonly timeZone: string
  readonly state: CompanyState
  readonly log: readonly WriteLogEntry[]
  readonly faults: readonly FaultEvent[]
  /** Every event that was made, and what became of it. */
  readonly events: readonly WebhookEvent[]
  /** Requests by operation and object, e.g. `list deal`. */
  readonly calls: Readonly<Record<string, number>>
}
