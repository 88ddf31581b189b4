/** What our runs of today asked of a connection, by the working schemas of its syncs. */
import { callsSince } from '../core/sql/call-history.ts'
import { sharedTables } from '../core/sql/names.ts'
import type { Workspace } from './workspace.ts'

/** Since midnight UTC; runs of other projects and environments are not among them. */
export async function callsOfToday(
  workspace: Workspace,
  connection: string,
  now: number,
): Promise<number> {
  const { project } = workspace
  const shared = sharedTables(project.workingSchema)
  const midnight = `${new Date(now).toISOString().slice(0, 10)}T00:00:00.000000Z`
  let calls = 0
  for (const sync of project.syncs.filter(({ crm }) => crm === connection)) {
    const warehouse = await workspace.warehouse(sync.warehouse)
    calls += await warehouse.session(async (session) => {
      const { schema, table } = shared.runs
      // Before the first run there is no such table.
      if ((await session.columns(schema, table)) === null) return 0
      const asked = callsSince(warehouse.dialect, shared, sync.name, midnight)
      const rows = await session.query(asked)
      return rows.reduce((sum, [, made]) => sum + Number(made ?? 0), 0)
    })
  }
  return calls
}
