/** A portal's state as one JSON value: what can be put in, and what a dump gives back. */
import type { AssociationType } from './store/association-types.ts'
import type { FaultEvent } from './request/faults.ts'
import type { CustomObject } from './store/object-types.ts'
import type { Owner } from './store/owners.ts'
import type { StoredPipeline } from './store/pipelines.ts'
import type { PropertyDefinition } from './store/property-definition.ts'
import type { PropertyGroup } from './store/property-store.ts'
import type {
  AccessToken,
  AuthorizationCode,
  OAuthApp,
  PrivateApp,
  RefreshToken,
} from './store/tokens.ts'
import type { WriteLogEntry } from './store/write-log.ts'

/** Values of a record as stored: no validation, no normalisation. Times are epoch milliseconds. */
export interface RecordState {
  readonly id?: string
  readonly properties: Readonly<Record<string, string | null>>
  readonly createdAt?: number
  readonly updatedAt?: number
  readonly archivedAt?: number | null
}

/** One direction of an association. */
export interface AssociationState {
  readonly from: { readonly object: string; readonly id: string }
  readonly to: { readonly object: string; readonly id: string }
  readonly typeIds?: readonly number[]
}

/** Objects are named in any way the API takes; a dump names them by id. */
export interface PortalState {
  readonly privateApps: readonly PrivateApp[]
  readonly apps: readonly OAuthApp[]
  readonly refreshTokens: readonly RefreshToken[]
  readonly accessTokens: readonly AccessToken[]
  readonly codes: readonly AuthorizationCode[]
  readonly customObjects: readonly CustomObject[]
  readonly properties: Readonly<
    Record<
      string,
      readonly (Partial<PropertyDefinition> &
        Pick<PropertyDefinition, 'name' | 'type' | 'fieldType'>)[]
    >
  >
  readonly groups: Readonly<Record<string, readonly PropertyGroup[]>>
  readonly owners: readonly (Partial<Owner> & Pick<Owner, 'id' | 'email'>)[]
  readonly pipelines: Readonly<Record<string, readonly StoredPipeline[]>>
  readonly records: Readonly<Record<string, readonly RecordState[]>>
  /** Merged-away id to the id it leads to. */
  readonly redirects: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly associationTypes: readonly AssociationType[]
  readonly associations: readonly AssociationState[]
  readonly blockedEmails: readonly string[]
  readonly dailyUsed: number
  readonly lastId: number
  readonly lastAssociationTypeId: number
}

/** What the portal holds, and what happened to it. */
export interface HubSpotDump {
  readonly formatVersion: 1
  readonly at: number
  readonly portalId: number
  readonly timeZone: string
  readonly state: PortalState
  readonly log: readonly WriteLogEntry[]
  readonly faults: readonly FaultEvent[]
  /** Requests by operation and object, e.g. `batch_create 0-1`. */
  readonly calls: Readonly<Record<string, number>>
}
