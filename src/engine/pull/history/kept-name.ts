/** By which name the warehouse keeps a pull that may have been renamed since it was last run. */
import { listObjects } from '../../../core/history/remembered/pulled-objects.ts'
import type { PullSync } from '../../../model/sync.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import type { LoadContext } from '../context.ts'

type NamedContext = Pick<LoadContext, 'dialect' | 'shared' | 'sync'>

/** For who only looks: whoever takes a lease moves everything to the new name first. */
export async function underKeptName<Context extends NamedContext>(
  context: Context,
  session: Session,
): Promise<Context> {
  const { dialect, shared, sync } = context
  const { schema, table } = shared.objects
  const { name, renamedFrom } = sync
  if (renamedFrom === null || (await session.columns(schema, table)) === null) return context
  const isKept = async (under: string): Promise<boolean> =>
    (await session.query(listObjects(dialect, shared.objects, under))).length > 0
  const isPending = !(await isKept(name)) && (await isKept(renamedFrom))
  const former: PullSync = { ...sync, name: renamedFrom }
  return isPending ? { ...context, sync: former } : context
}
