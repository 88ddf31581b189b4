/**
 * A sync that got a new name keeps its baseline, held rows and history. The warehouse moves first,
 * in one transaction, then the state; whichever step a crash leaves out, the next run makes up for.
 */
import { listObjects } from '../../core/history/remembered/pulled-objects.ts'
import { forgetVersions, renameRows, renameTables } from '../../core/sql/rename.ts'
import { syncTables } from '../../core/sql/names.ts'
import { keepKeyName } from '../../core/sql/key-name.ts'
import type { RunRecord } from '../../ledger/ledger.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import { nameTaken, otherDirection, type RenameContext, renamingOf } from '../rename.ts'
import { readSync, readySchema } from '../working-schema.ts'

/** Does nothing where the former name is unknown. */
export async function renamePush(context: RenameContext): Promise<void> {
  const { dialect, from, ledger, shared, to, warehouse, workingSchema } = context
  const hasPlans = await requireFree(context)
  await warehouse.session(async (session) => {
    await readySchema({ ...context, sync: { name: to, type: 'push' } }, session)
    const tables = (name: string) => syncTables(workingSchema, name, dialect.maxIdentifierBytes)
    const { schema, table } = tables(from).baseline
    if ((await session.columns(schema, table)) === null) return refusePulled(context, session)
    const known = await readSync({ dialect, shared, sync: { name: from } }, session)
    await session.execute([
      ...renameRows({
        ...(await renamingOf(context, session, known)),
        before: [
          keepKeyName(dialect, shared, from),
          ...(hasPlans ? [forgetVersions(dialect, shared, to)] : []),
        ],
      }),
      ...renameTables(dialect, tables(from), tables(to)),
    ])
  })
  await ledger.renameSync(from, to, hasPlans ? 'from' : undefined)
}

/** More plans than anybody makes under a name that is not in use yet. */
const mostPlans = 1_000

/**
 * Asked before the warehouse is touched: the ledger would refuse only after that had moved. True where the new name has
 * been looked at: plans confirm nothing, and give way.
 */
async function requireFree(context: RenameContext): Promise<boolean> {
  const { from, ledger, to } = context
  const isKnown = (await ledger.syncs()).some(({ sync }) => sync === from)
  if (!isKnown) return false
  const runs = await ledger.runs({ sync: to, limit: mostPlans })
  const isPlan = ({ kind, state }: RunRecord): boolean => kind === 'plan' && state !== 'planning'
  if (runs.length < mostPlans && runs.every(isPlan)) return runs.length > 0
  throw nameTaken(context, 'runs')
}

async function refusePulled(context: RenameContext, session: Session): Promise<void> {
  const { dialect, from, shared } = context
  const { schema, table } = shared.objects
  if ((await session.columns(schema, table)) === null) return
  const pulled = await session.query(listObjects(dialect, shared.objects, from))
  if (pulled.length > 0) throw otherDirection(context, 'pull')
}
