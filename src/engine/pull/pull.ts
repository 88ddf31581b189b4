/** What a pull run works with, and what it tells: the shapes that use cases and engine share. */
import type { CrmReader, Source } from '../../connector/source.ts'
import type { WholeReason } from '../../core/history/remembered/pulled-objects.ts'
import type { VersionReason } from '../../core/takeover/old-version.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { Clock, Random } from '../../model/clock.ts'
import type { SynclineError } from '../../model/error.ts'
import type { PullRunKind, RunState } from '../../model/run.ts'
import type { PullSync } from '../../model/sync.ts'
import type { Warehouse } from '../../warehouse/warehouse.ts'
import type { LeaseKeeper } from '../context.ts'

/** What takes changes into a warehouse, wherever they come from. */
export interface LoadCollaborators {
  readonly sync: PullSync
  readonly warehouse: Warehouse
  readonly ledger: Ledger
  readonly workingSchema: string
  readonly clock: Clock
  readonly random: Random
  readonly progress: (event: PullProgress) => void
}

export interface PullCollaborators extends LoadCollaborators {
  readonly source: Pick<Source<unknown>, 'name' | 'objects' | 'timing' | 'reads'>
  readonly reader: CrmReader
}

export type PullProgress =
  /** So many records of the object have been read so far. */
  | { readonly at: 'reading'; readonly object: string; readonly records: number }
  /** What differed is in the history. */
  | { readonly at: 'loaded'; readonly object: string; readonly changes: number }

export interface LoadOptions {
  readonly runId: string
  readonly kind: PullRunKind
  readonly signal: AbortSignal
}

/** Records that are read again: those that changed in a time, or those with certain ids. */
export type Selection =
  /** Canonical instants: at or after `from`, before `to`; null for no bound. */
  | { readonly by: 'time'; readonly from: string | null; readonly to: string | null }
  | { readonly by: 'ids'; readonly ids: readonly string[] }

export interface PullOptions extends LoadOptions {
  /** Objects of the sync that are meant; empty for all. */
  readonly objects: readonly string[]
  /** Null for what is due: what changed since the last read, or everything. */
  readonly selection: Selection | null
  /** Shows what would change, and writes nothing. */
  readonly dryRun: boolean
  /** Guards are shown but don't stop. */
  readonly force: boolean
  /** Keys of withheld records to tell, of each object; default `mostWithheldKeys`. */
  readonly withheldKeys?: number | undefined
}

export const mostWithheldKeys = 5

/** What a read found to be other than the warehouse had it. */
export interface Drift {
  /** Records that were not known. */
  readonly created: number
  /** Known records with fields that differed. */
  readonly changed: number
  readonly deleted: number
  /** Absent from the last read of everything, and more than the sync allows to be deleted by one read. */
  readonly withheld: number
  /** Changed records by field, by the column's name. */
  readonly fields: Readonly<Record<string, number>>
}

/** A column that this run added, and why. */
export interface NewColumn {
  readonly column: string
  readonly field: string
  readonly nativeType: string
}

/** Rows of another tool's table that were not taken over, for one reason. */
export interface LeftCount {
  readonly reason: VersionReason
  readonly outcome: 'rejected' | 'skipped'
  readonly rows: number
}

/** What became of the rows of another tool's table. */
export interface Versions {
  /** In the log since this run. */
  readonly taken: number
  /** In the log already. */
  readonly known: number
  readonly left: readonly LeftCount[]
}

export interface ObjectReport {
  readonly object: string
  /** Records that the CRM showed, changes that a file held, or rows that a table had. */
  readonly read: number
  /** Only what changed since then was read; null for everything. */
  readonly since: string | null
  /** Why everything had to be read whether it was due or not; null where it had not. */
  readonly wholeFor: WholeReason | null
  /** Whether versions were made anew from the log, as tables of them had been dropped. */
  readonly isRebuilt: boolean
  /** Changes that the log did not hold before. */
  readonly added: number
  /** Records of `read`, or changes of the file, that were left out because the record was erased. */
  readonly erased: number
  readonly drift: Drift
  /** Records that differed in nothing that was known, and of which the read was the first to tell some field. */
  readonly completed: number
  /** The first of the withheld records; none where an earlier run withheld them. In no state: an erasure would not find them. */
  readonly withheldKeys: readonly string[]
  readonly newColumns: readonly NewColumn[]
  /** Null where no table was taken over. */
  readonly versions: Versions | null
}

export interface PullReport {
  readonly sync: string
  readonly runId: string
  readonly kind: PullRunKind
  readonly state: RunState
  readonly startedAt: number
  readonly endedAt: number
  readonly objects: readonly ObjectReport[]
  /** What a guard withheld, or what ended the run early. */
  readonly error: SynclineError | null
  /** What somebody should look at, and nothing stopped for. */
  readonly notices: readonly SynclineError[]
}

export type PullMethod = (
  collaborators: PullCollaborators,
  lease: LeaseKeeper,
  options: PullOptions,
) => Promise<PullReport>
