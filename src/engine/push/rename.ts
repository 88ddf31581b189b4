/**
 * A sync that got a new name keeps its baseline, held rows and history. The warehouse moves first,
 * in one transaction, then the state; whichever step a crash leaves out, the next run makes up for.
 */
import { renameStatements } from '../../core/sql/rename.ts'
import { sharedTables, syncTables } from '../../core/sql/names.ts'
import { ledgerErrors } from '../../ledger/errors.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { Warehouse } from '../../warehouse/warehouse.ts'

/** `from` must not be running: its caller holds its lease. Does nothing where it is unknown. */
export async function renameSync(
  warehouse: Warehouse,
  ledger: Ledger,
  workingSchema: string,
  from: string,
  to: string,
): Promise<void> {
  const { dialect } = warehouse
  const shared = sharedTables(workingSchema)
  const [oldTables, newTables] = [from, to].map((name) =>
    syncTables(workingSchema, name, dialect.maxIdentifierBytes),
  )
  if (oldTables === undefined || newTables === undefined) return
  await refuseTaken(ledger, from, to)
  await warehouse.session(async (session) => {
    const { schema, table } = oldTables.baseline
    if ((await session.columns(schema, table)) === null) return
    await session.execute(renameStatements(dialect, shared, oldTables, newTables, from, to))
  })
  await ledger.renameSync(from, to)
}

/** Asked before the warehouse is touched: the ledger would refuse only after that had moved. */
async function refuseTaken(ledger: Ledger, from: string, to: string): Promise<void> {
  const isKnown = (await ledger.syncs()).some(({ sync }) => sync === from)
  if (!isKnown || (await ledger.runs({ sync: to, limit: 1 })).length === 0) return
  throw ledgerErrors.sync_exists({
    message: `The sync ${from} cannot be renamed to ${to}, which has runs of its own.`,
  })
}
