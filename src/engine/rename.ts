/**
 * A sync that got a new name keeps its baseline, held rows and history. The warehouse moves first,
 * in one transaction, then the state; whichever step a crash leaves out, the next run makes up for.
 */
import { renameStatements } from '../core/sql/rename.ts'
import { sharedTables, syncTables } from '../core/sql/names.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

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
  await warehouse.session(async (session) => {
    const { schema, table } = oldTables.baseline
    if ((await session.columns(schema, table)) === null) return
    await session.execute(renameStatements(dialect, shared, oldTables, newTables, from, to))
  })
  await ledger.renameSync(from, to)
}
