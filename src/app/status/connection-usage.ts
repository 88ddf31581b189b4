/** What our runs of today asked of a connection, by the working schemas of its syncs and the state. */
import { sharedTables } from '../../core/sql/names.ts'
import { callsOfDay } from '../../engine/push/deliver/calls.ts'
import type { Workspace } from '../workspace/workspace.ts'

/**
 * Since midnight UTC, apart from the run `except`; runs of other projects and environments are not among them. A lower bound while a
 * run is at work, and of a killed one: the calls of its planning, and one for each batch that it announced.
 */
export async function callsOfToday(
  workspace: Workspace,
  connection: string,
  now: number,
  except: string | null = null,
): Promise<number> {
  const { project } = workspace
  const shared = sharedTables(project.workingSchema)
  const ledger = await workspace.ledger()
  let calls = 0
  for (const sync of project.syncs.filter(({ crm }) => crm === connection)) {
    const warehouse = await workspace.warehouse(sync.warehouse)
    const { schema, table } = shared.runs
    // Before the first run there is no such table.
    const columns = await warehouse.session((session) => session.columns(schema, table))
    if (columns !== null) {
      calls += await callsOfDay({ warehouse, shared, ledger }, sync.name, now, except)
    }
  }
  return calls
}
