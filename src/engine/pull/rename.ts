/**
 * A pull that got a new name keeps its history, its positions, what it knows as erased, and its runs. The warehouse moves first,
 * in one transaction, then the state: cut off between the two, the former name finds tables that are not its own and stops, and
 * the next run under the new one moves the state. The other way round the former name would go on, and both would.
 */
import { listObjects } from '../../core/history/remembered/pulled-objects.ts'
import { keepErasedAs } from '../../core/history/erase/tombstones.ts'
import type { Catalogue } from '../../core/sql/catalogue.ts'
import { joinRows, renameRows } from '../../core/sql/rename.ts'
import { syncTables } from '../../core/sql/names.ts'
import { syncColumns } from '../../core/sql/working-schema.ts'
import type { Statement } from '../../core/sql/statement.ts'
import { ledgerErrors } from '../../ledger/errors.ts'
import type { KeptRecord, SyncRecord } from '../../ledger/ledger.ts'
import type { PullSync } from '../../model/sync.ts'
import type { LeaseKeeper } from '../context.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import {
  catalogueOf,
  nameTaken,
  otherDirection,
  type RenameContext,
  renamingOf,
} from '../rename.ts'
import { readSync, readySchema, refuseDiverged, type WarehouseRecord } from '../working-schema.ts'
import { leftScratch } from './left-scratch.ts'
import { pullTables } from './lifecycle.ts'

/**
 * `due`: what is known under the former name is to be moved, in the warehouse, the state or both. `left`: it was moved, and since
 * then a process with the former name in its files was here, which could pull nothing. `done`: there is nothing.
 */
export type RenameStanding = 'due' | 'left' | 'done'

type LookContext = Pick<
  RenameContext,
  'dialect' | 'shared' | 'ledger' | 'warehouse' | 'from' | 'to'
>

/** Writes nothing, and needs no lease. */
export async function renameStanding(context: LookContext): Promise<RenameStanding> {
  const { warehouse } = context
  return standingOf(await warehouse.session((session) => look(context, session)))
}

export interface PullRenameContext extends RenameContext {
  readonly sync: PullSync
  readonly ownLease: LeaseKeeper
}

/** Under the leases of both names. */
export async function renamePull(context: PullRenameContext): Promise<void> {
  const { from, ledger, to, warehouse } = context
  const kept = await warehouse.session((session) => moveRows(context, session))
  if (kept !== null) await ledger.renameSync(from, to, kept)
}

/** Gives whose record the state is to keep; null where there is nothing to rename. */
async function moveRows(context: PullRenameContext, session: Session): Promise<KeptRecord | null> {
  await readySchema({ ...context, sync: named(context.to) }, session, pullTables(context))
  const found = await look(context, session)
  const standing = standingOf(found)
  const { own, former } = found
  if (former.objects.length === 0) await refusePushed(context, session)
  if (standing === 'done') return null
  const kept = standing === 'left' || (own.objects.length > 0 && isOpened(own, own)) ? 'to' : 'from'
  if (former.row === null) return kept
  refuseUnlike(context, found)
  if (!context.isVouched) await refuseForeign(context, former)
  const staysOwn = kept === 'to' || own.objects.length > 0
  await session.execute(await moveStatements(context, session, found, staysOwn))
  return kept
}

/** Each may have pulled what the other one has not; of one object two histories are never made one. */
function refuseUnlike(context: PullRenameContext, { own, former }: Found): void {
  const twice = own.objects.filter((object) => former.objects.includes(object))
  if (twice.length > 0) throw nameTaken(context, `history (${twice.join(', ')})`)
  const [account = null, before = null] = [own.record?.accountId, former.record?.accountId]
  if (own.objects.length === 0 || account === null || before === null || account === before) return
  const { from, to } = context
  throw ledgerErrors.other_account({
    message: `The sync ${from} cannot be renamed to ${to}: what it pulled is of the account ${before}, what ${to} did of ${account}.`,
  })
}

async function moveStatements(
  context: PullRenameContext,
  session: Session,
  { own, former }: Found,
  staysOwn: boolean,
): Promise<readonly Statement[]> {
  const { dialect, from, isVouched, ownLease, shared, sync } = context
  const renaming = await renamingOf(context, session, former.row)
  const seen = isVouched ? (own.row?.fence ?? 0) : 0
  const moved = {
    ...renaming,
    // Past that of either name, whoever had lost it.
    fence: Math.max(renaming.fence, ownLease.current().fence, seen),
    before: [keepErasedAs(dialect, shared.erased, from)],
  }
  const objects = [...new Set([...former.objects, ...sync.objects])]
  return [
    ...(staysOwn ? joinRows(moved) : renameRows(moved)),
    ...(await leftScratch({ ...context, sync: named(from) }, session, objects)),
  ]
}

/** What there is of a name. */
interface Known {
  readonly record: SyncRecord | null
  readonly row: WarehouseRecord | null
  readonly objects: readonly string[]
}

interface Found {
  readonly own: Known
  readonly former: Known
}

async function look(context: LookContext, session: Session): Promise<Found> {
  const { from, ledger, to } = context
  const records = await ledger.syncs()
  const catalogue = await catalogueOf(context, session)
  const known = async (name: string): Promise<Known> => ({
    record: records.find(({ sync }) => sync === name) ?? null,
    ...(await keptOf(context, session, catalogue, name)),
  })
  return { own: await known(to), former: await known(from) }
}

async function keptOf(
  { dialect, shared }: LookContext,
  session: Session,
  catalogue: Catalogue,
  name: string,
): Promise<Pick<Known, 'row' | 'objects'>> {
  const { objects, syncs } = shared
  const columns = new Set(catalogue.get(syncs.table)?.map((column) => column.name))
  // What an older version made is read once this one has completed it.
  const isReady = Object.keys(syncColumns).every((column) => columns.has(column))
  const row = isReady ? await readSync({ dialect, shared, sync: { name } }, session) : null
  const rows = catalogue.has(objects.table)
    ? await session.query(listObjects(dialect, objects, name))
    : []
  return { row, objects: rows.map(([object]) => object ?? '') }
}

function standingOf({ own, former }: Found): RenameStanding {
  if (former.objects.length > 0) return 'due'
  if (former.record === null) return 'done'
  // Somebody asked for the former name, no more: that must not take the place of what is known.
  if (!former.record.openings.some((opening) => opening !== null)) return 'left'
  return isOpened(own, own) && !isOpened(own, former) ? 'left' : 'due'
}

/** By the opening that stands there: the state of which name goes with it has no other tables. */
function isOpened({ row }: Known, { record }: Known): boolean {
  return row !== null && record?.openings.includes(row.opening) === true
}

/** Another state's is not to be moved from under it. */
async function refuseForeign(context: PullRenameContext, { record, row }: Known): Promise<void> {
  const { from, ledger } = context
  const sync = named(from)
  refuseDiverged({ ...context, sync }, record ?? (await ledger.sync(from)), row)
}

async function refusePushed(context: RenameContext, session: Session): Promise<void> {
  const { dialect, from, workingSchema } = context
  const { schema, table } = syncTables(workingSchema, from, dialect.maxIdentifierBytes).baseline
  if ((await session.columns(schema, table)) !== null) throw otherDirection(context, 'push')
}

function named(name: string): { readonly name: string; readonly type: 'pull' } {
  return { name, type: 'pull' }
}
