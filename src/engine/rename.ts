/** What a rename works with, whichever the direction of the sync. */
import {
  type Catalogue,
  emptyCatalogue,
  listCatalogue,
  readCatalogue,
} from '../core/sql/catalogue.ts'
import type { Renaming } from '../core/sql/rename.ts'
import { ledgerErrors } from '../ledger/errors.ts'
import type { Sync } from '../model/sync.ts'
import type { Session, Warehouse } from '../warehouse/warehouse.ts'
import { stateErrors } from './errors.ts'
import { refuseOlderState, type SchemaContext, type WarehouseRecord } from './working-schema.ts'

/** Under the lease of the former name. */
export interface RenameContext extends Omit<SchemaContext, 'sync'> {
  readonly warehouse: Warehouse
  readonly type: Sync['type']
  readonly from: string
  readonly to: string
  /** Whether a person said that state and warehouse belong together, whatever they themselves say. */
  readonly isVouched: boolean
}

/** `known`: what the warehouse says of the former name. */
export async function renamingOf(
  context: RenameContext,
  session: Session,
  known: Pick<WarehouseRecord, 'fence'> | null,
): Promise<Renaming> {
  const { dialect, shared, from, isVouched, ledger, lease, to, type } = context
  const { fence: own } = lease.current()
  const seen = known?.fence ?? own
  if (seen > own && !isVouched) {
    await refuseOlderState({ ledger, lease, sync: { name: from, type } }, seen)
  }
  const fence = isVouched ? Math.max(own, seen) : own
  const catalogue = await catalogueOf(context, session)
  return { dialect, shared, from, to, fence, before: [], catalogue }
}

/** What the working schema has: nothing where there is none. */
export async function catalogueOf(
  { dialect, shared }: Pick<RenameContext, 'dialect' | 'shared'>,
  session: Session,
): Promise<Catalogue> {
  const { schema, table } = shared.format
  if ((await session.columns(schema, table)) === null) return emptyCatalogue
  return readCatalogue(await session.query(listCatalogue(dialect, schema)))
}

export function nameTaken({ from, to }: Pick<RenameContext, 'from' | 'to'>, what: string): Error {
  return ledgerErrors.sync_exists({
    message: `The sync ${from} cannot be renamed to ${to}, which has ${what} of its own.`,
  })
}

export function otherDirection(
  { from, to }: Pick<RenameContext, 'from' | 'to'>,
  was: string,
): Error {
  return stateErrors.other_direction({
    message: `The sync ${from} cannot be renamed to ${to}: what it left is that of a ${was}.`,
  })
}
