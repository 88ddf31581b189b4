/**
 * Working tables that ended runs left behind: of a worker that died while it tidied up, or of a state
 * that was lost since. They hold people's data, and no run will come back for them.
 */
import { foreignSyncs, runsOfSync, workingTables } from '../../core/sql/erase.ts'
import { runOfTable } from '../../core/sql/names.ts'
import { dropTable } from '../../core/sql/working-schema.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import type { PushContext } from '../context.ts'
import { fenceStatement } from '../working-schema.ts'

/** To be called when none of the sync's runs is under way. Gives the number of tables. */
export async function dropLeftovers(context: PushContext, session: Session): Promise<number> {
  const { dialect, shared, tables } = context
  const names = (await session.query(workingTables(dialect, shared))).map(([name]) => name ?? '')
  const runs = new Set(names.flatMap((name) => runOfTable(name) ?? []))
  const ended = await runsToDrop(context, session, [...runs])
  const { schema } = shared.syncs
  const left = names
    .filter((name) => ended.has(runOfTable(name) ?? '') || name === tables.rebuilt.table)
    .map((table) => dropTable(dialect, { schema, table }))
  if (left.length > 0) await session.execute([fenceStatement(context), ...left])
  return left.length
}

/**
 * Runs of this sync, and those that no ledger knows: where the schema is one state's alone. Beside
 * another state's syncs an unknown run may be under way, unless it is known to have been this sync's.
 */
async function runsToDrop(
  context: PushContext,
  session: Session,
  runs: readonly string[],
): Promise<ReadonlySet<string>> {
  const { dialect, shared, sync, ledger, stateId } = context
  const own: string[] = []
  const unknown: string[] = []
  for (const id of runs) {
    const run = await ledger.run(id)
    if (run === null) unknown.push(id)
    else if (run.sync === sync.name) own.push(id)
  }
  if (unknown.length === 0) return new Set(own)
  const [foreign] = await session.query(foreignSyncs(dialect, shared, stateId))
  if (foreign?.[0] === '0') return new Set([...own, ...unknown])
  const told = await session.query(runsOfSync(dialect, shared, sync.name, unknown))
  return new Set([...own, ...told.map(([id]) => id ?? '')])
}
