/** What one push works with: its collaborators, its lease and the names of its tables. */
import type { Connector, Crm } from '../connector/connector.ts'
import type { Dialect } from '../core/sql/dialect.ts'
import {
  type RunTables,
  runTables,
  type SharedTables,
  type SyncTables,
  sharedTables,
  syncTables,
} from '../core/sql/names.ts'
import type { Lease, Ledger } from '../ledger/ledger.ts'
import type { Clock, Random } from '../model/clock.ts'
import type { PushSync } from '../model/sync.ts'
import type { OpenTransform } from '../sandbox/sandbox.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import type { Progress } from './progress.ts'

/** What a connector declares, as far as the engine needs it. */
export type ConnectorTraits = Pick<
  Connector<unknown>,
  'name' | 'pages' | 'bulk' | 'ownKey' | 'lists' | 'accounts' | 'timing' | 'normalise' | 'objectKey'
>

/** The lease of the run, kept alive by its owner. */
export interface LeaseKeeper {
  current(): Lease
  /**
   * Makes sure that the lease outlasts `ms` from now, renewing it if need be; throws
   * `ledger.lease_lost` when another took it. Nothing may be started that could outlive the lease.
   */
  ensure(ms: number): Promise<Lease>
  /** Whether the lease, as last renewed, outlasts `ms` from now. */
  outlasts(ms: number): boolean
}

/** API calls that all syncs of a connection may make together in a UTC day. */
export interface ConnectionCap {
  readonly max: number
  /** Those made on the day of `now` by all runs but `except`, as far as is known. */
  spent(now: number, except: string): Promise<number>
}

export interface Collaborators {
  readonly sync: PushSync
  /** The project's other pushes by the same connection. */
  readonly siblings: readonly PushSync[]
  readonly connector: ConnectorTraits
  readonly crm: Crm
  readonly warehouse: Warehouse
  readonly ledger: Ledger
  readonly workingSchema: string
  readonly clock: Clock
  readonly random: Random
  readonly progress: (event: Progress) => void
  /** Null where the connection sets no cap. */
  readonly connectionCap: ConnectionCap | null
  /** Requests in flight at once. */
  readonly concurrency: number
  /** Outcomes that the ledger gathers before they are merged; the engine's own number when absent. */
  readonly outcomesPerMerge?: number
  /** Days after which values leave the history of operations. */
  readonly retentionDays: number
  /** Ends the jobs that earlier runs left at work, instead of waiting for them. */
  readonly givesUpJobs?: boolean
  /** Runs row functions; only syncs with a transform need it. */
  readonly openTransform?: OpenTransform
}

export interface PushContext extends Collaborators {
  readonly lease: LeaseKeeper
  readonly stateId: string
  readonly dialect: Dialect
  readonly shared: SharedTables
  readonly tables: SyncTables
  /** What the baseline was bound to when this push opened it. */
  readonly bound: Bound
  /** What the keys of its own begin with that the sync gives to records: the name under which it gave the first. */
  readonly keyName: string
  /** Calls that the connection had made before this push. */
  readonly callsBefore: number
}

/** What a baseline's rows belong to, as the warehouse keeps it; null where no run has told since that is kept. */
export interface Bound {
  /** The model's column whose values are the baseline's keys. */
  readonly keyColumn: string | null
  /** The object that the records are of, as the sync named it when it was last looked at. */
  readonly objectName: string | null
  /** The same object, as the CRM itself calls it. */
  readonly objectKey: string | null
}

export const unbound: Bound = { keyColumn: null, objectName: null, objectKey: null }

export interface RunContext extends PushContext {
  readonly runId: string
  readonly run: RunTables
}

export function pushContext(
  collaborators: Collaborators,
  lease: LeaseKeeper,
  stateId: string,
): PushContext {
  const { warehouse, workingSchema, sync } = collaborators
  const { dialect } = warehouse
  return {
    ...collaborators,
    lease,
    stateId,
    dialect,
    shared: sharedTables(workingSchema),
    tables: syncTables(workingSchema, sync.name, dialect.maxIdentifierBytes),
    bound: unbound,
    keyName: sync.name,
    callsBefore: callsOf(collaborators.crm),
  }
}

export function runContext(context: PushContext, runId: string): RunContext {
  return { ...context, runId, run: runTables(context.workingSchema, runId) }
}

/** All calls of the connection so far. */
export function callsOf(crm: Crm): number {
  return crm.calls().reduce((sum, endpoint) => sum + endpoint.calls, 0)
}
