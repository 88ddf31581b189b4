/** A loaded project: one environment of it, with every default filled in and every name checked. */
import type { z } from 'zod'
import type { NamedObject } from '../model/object-tables.ts'
import type { ReferenceList } from '../model/reference-list.ts'
import type { Sync, SyncType } from '../model/sync.ts'
import type { Problem } from './problem.ts'
import type { ServerSettings } from './server-settings.ts'

/** What configuration needs to know of a connector or a warehouse: how its options are declared. */
export interface ConnectionType {
  readonly options: z.ZodType
}

export type ConnectionTypes = ReadonlyMap<string, ConnectionType>

/** A CRM that can be pushed to. */
export interface CrmType extends ConnectionType {
  /** Names of one object have the same key, as far as that is known without the account. */
  objectKey(object: string): string
  /** Those that lookups may name an entry of. */
  readonly lists: readonly ReferenceList[]
}

export type CrmTypes = ReadonlyMap<string, CrmType>

/** A CRM that can be pulled from, with the objects that it has whatever the account. */
export interface SourceType extends ConnectionType {
  readonly objects: readonly NamedObject[]
  /** Where a connection's options say what there is: takes the place of `objects`. */
  described?(options: unknown): { readonly objects: readonly NamedObject[] }
  /** False where nobody can be asked, and all that is known was sent. */
  readonly reads?: boolean
  /** Null where it can't be made to send webhooks. */
  readonly subscriptions: object | null
}

export type SourceTypes = ReadonlyMap<string, SourceType>

/** All registries, as arguments: configuration imports none. */
export interface Registries {
  readonly connectors: CrmTypes
  /** CRMs that can be pulled from. One that is both has the same options in both. */
  readonly sources: SourceTypes
  readonly warehouses: ConnectionTypes
}

export const connectionRoles = ['crm', 'warehouse'] as const
export type ConnectionRole = (typeof connectionRoles)[number]

/** What a sync of each direction does with its CRM, as `can be …`. */
export const crmUses: Readonly<Record<SyncType, string>> = {
  push: 'pushed to',
  pull: 'pulled from',
}

/** What a connection can be to a sync. */
export interface ConnectionKind {
  /** A name of the registries of its role: `hubspot`, `duckdb`. */
  readonly type: string
  readonly role: ConnectionRole
  /** Which syncs may use it: a CRM may only take pushes, or only give to pulls. */
  readonly syncTypes: readonly SyncType[]
  /** What can be pulled; null where it can't, or is not known. */
  readonly objects: readonly NamedObject[] | null
}

export interface Connection extends ConnectionKind {
  readonly name: string
  /**
   * The type's options with references resolved and without defaults. The type's own schema has
   * accepted them, and gives them their types again where the connection is opened.
   */
  readonly options: Readonly<Record<string, unknown>>
  readonly production: boolean
  /** API calls of a UTC day, of all its syncs together; null where it sets no limit. */
  readonly maxCallsPerDay: number | null
  readonly writable: boolean
  /** For people; null while it is writable. */
  readonly notWritableBecause: string | null
}

export type StateLocation =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema: string }

/** A sync that can not run, with everything that is wrong with it. */
export interface BadSync {
  readonly name: string
  readonly problems: readonly Problem[]
}

export interface Project {
  /** Absolute. */
  readonly directory: string
  readonly environment: string
  /** Without those that have problems. */
  readonly connections: ReadonlyMap<string, Connection>
  readonly state: StateLocation
  readonly server: ServerSettings
  /** The schema of this environment in every warehouse. */
  readonly workingSchema: string
  readonly retentionDays: number
  /** By name. */
  readonly syncs: readonly Sync[]
  readonly badSyncs: readonly BadSync[]
}
