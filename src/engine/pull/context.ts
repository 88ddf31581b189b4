/** What one pull run works with beside its collaborators: its lease, and the names of its tables. */
import type { Dialect } from '../../core/sql/dialect.ts'
import { type SharedTables, sharedTables } from '../../core/sql/names.ts'
import type { ChangeOrigin } from '../../model/change.ts'
import type { LeaseKeeper } from '../context.ts'
import type { LoadCollaborators, LoadOptions, PullCollaborators, PullOptions } from './pull.ts'

export interface LoadContext extends LoadCollaborators, LoadOptions {
  readonly lease: LeaseKeeper
  readonly stateId: string
  /** Of the digests by which erased records are known. */
  readonly erasureKey: string
  readonly dialect: Dialect
  readonly shared: SharedTables
  readonly startedAt: number
}

export type PullContext = LoadContext & PullCollaborators & PullOptions

export interface ComparedContext extends LoadContext {
  /** Only counts what differs. */
  readonly dryRun: boolean
  readonly origin: ChangeOrigin
}

export type ReadContext = PullContext & ComparedContext

/** Holds all that is given, too. */
export async function loadContext<With extends LoadCollaborators, Asked extends LoadOptions>(
  collaborators: With,
  lease: LeaseKeeper,
  options: Asked,
): Promise<LoadContext & With & Asked> {
  const { clock, ledger, warehouse, workingSchema } = collaborators
  return {
    ...collaborators,
    ...options,
    lease,
    stateId: await ledger.stateId(),
    erasureKey: await ledger.erasureKey(),
    dialect: warehouse.dialect,
    shared: sharedTables(workingSchema),
    startedAt: clock.now(),
  }
}
