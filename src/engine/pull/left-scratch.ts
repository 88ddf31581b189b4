/**
 * Scratch tables that others left behind: a worker that died, or that lost its lease and will be refused when it comes
 * to write. They hold people's data, and nobody comes back for them.
 */
import { scratchName } from '../../core/history/object-names.ts'
import { scratchFence } from '../../core/history/tables.ts'
import { workingTables } from '../../core/sql/erase.ts'
import { dropTable } from '../../core/sql/working-schema.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import { fenceStatement } from '../working-schema.ts'
import type { LoadContext } from './context.ts'

/** Those of leases before ours. */
export async function dropLeftScratch(
  context: LoadContext,
  session: Session,
  objects: readonly string[],
): Promise<void> {
  const { dialect, lease, shared, sync, workingSchema } = context
  const { fence } = lease.current()
  const isLeft = (table: string): boolean =>
    objects.some((object) => {
      const made = scratchFence(dialect, scratchName(sync.name, object), table)
      return made !== null && made < fence
    })
  const names = (await session.query(workingTables(dialect, shared))).map(([name]) => name ?? '')
  const left = names
    .filter(isLeft)
    .map((table) => dropTable(dialect, { schema: workingSchema, table }))
  if (left.length > 0) await session.execute([fenceStatement(context), ...left])
}
