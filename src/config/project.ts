/** A loaded project: one environment of it, with every default filled in and every name checked. */
import type { z } from 'zod'
import type { PushSync } from '../model/sync.ts'
import type { Problem } from './problem.ts'

/** What configuration needs to know of a connector or a warehouse: how its options are declared. */
export interface ConnectionType {
  readonly options: z.ZodType
}

export type ConnectionTypes = ReadonlyMap<string, ConnectionType>

/** Both registries, as arguments: configuration imports neither. */
export interface Registries {
  readonly connectors: ConnectionTypes
  readonly warehouses: ConnectionTypes
}

export const connectionRoles = ['crm', 'warehouse'] as const
export type ConnectionRole = (typeof connectionRoles)[number]

export interface Connection {
  readonly name: string
  /** A name of the registry of its role: `hubspot`, `duckdb`. */
  readonly type: string
  readonly role: ConnectionRole
  /**
   * The type's options with references resolved and without defaults. The type's own schema has
   * accepted them, and gives them their types again where the connection is opened.
   */
  readonly options: Readonly<Record<string, unknown>>
  readonly production: boolean
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
  /** The schema of this environment in every warehouse. */
  readonly workingSchema: string
  readonly retentionDays: number
  /** By name. */
  readonly syncs: readonly PushSync[]
  readonly badSyncs: readonly BadSync[]
}
