/**
 * Scratch tables that others left behind: a worker that died, or that lost its lease and will be refused when it comes
 * to write. They hold people's data, and nobody comes back for them.
 */
import { scratchName } from '../../core/history/tables/object-names.ts'
import { scratchFence } from '../../core/history/tables/tables.ts'
import { workingTables } from '../../core/sql/erase.ts'
import type { Statement } from '../../core/sql/statement.ts'
import { dropTable } from '../../core/sql/working-schema.ts'
import type { PullSync } from '../../model/sync.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import { fenceStatement } from '../working-schema.ts'
import type { LoadContext } from './context.ts'

/** Those of leases before ours. */
export async function dropLeftScratch(
  context: LoadContext,
  session: Session,
  objects: readonly string[],
): Promise<void> {
  const left = await leftScratch(context, session, objects)
  if (left.length > 0) await session.execute([fenceStatement(context), ...left])
}

/** What drops them; of a sync by the name under which they were made. */
export async function leftScratch(
  {
    dialect,
    lease,
    shared,
    sync,
    workingSchema,
  }: Pick<LoadContext, 'dialect' | 'lease' | 'shared' | 'workingSchema'> & {
    readonly sync: Pick<PullSync, 'name'>
  },
  session: Session,
  objects: readonly string[],
): Promise<readonly Statement[]> {
  const { fence } = lease.current()
  const isLeft = (table: string): boolean =>
    objects.some((object) => {
      const made = scratchFence(dialect, scratchName(sync.name, object), table)
      return made !== null && made < fence
    })
  const names = (await session.query(workingTables(dialect, shared))).map(([name]) => name ?? '')
  return names.filter(isLeft).map((table) => dropTable(dialect, { schema: workingSchema, table }))
}
