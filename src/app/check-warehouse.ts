/** Whether a warehouse lets us read the models and keep our working tables. */
import { sharedTables, type TableName } from '../core/sql/names.ts'
import { createShared, dropTable, statement } from '../core/sql/working-schema.ts'
import { describeModel } from '../engine/model-query.ts'
import { refuseNewer } from '../engine/working-schema.ts'
import type { PushSync } from '../model/sync.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { type Finding, findings, fine } from './finding.ts'
import type { Workspace } from './workspace.ts'

export async function checkWarehouse(
  workspace: Workspace,
  connection: string,
  syncs: readonly PushSync[],
): Promise<readonly Finding[]> {
  const subject = `connection ${connection}`
  const { workingSchema } = workspace.project
  const working = await findings(subject, async () => {
    const warehouse = await workspace.warehouse(connection)
    await tryToWork(warehouse, workingSchema)
    return [fine(subject, `can keep working tables in the schema ${workingSchema}`)]
  })
  if (working.some(({ error }) => error !== null)) return working
  const models = []
  for (const sync of syncs) {
    const about = `sync ${sync.name}`
    models.push(...(await findings(about, () => checkModel(workspace, sync))))
  }
  return [...working, ...models]
}

/** Makes what a run would make anyway, and a table of its own that goes again. */
async function tryToWork(warehouse: Warehouse, schema: string): Promise<void> {
  const { dialect } = warehouse
  const probe: TableName = { schema, table: 'check_probe' }
  const reference = `${dialect.quote(schema)}.${dialect.quote(probe.table)}`
  await warehouse.session(async (session) => {
    await refuseNewer({ dialect, shared: sharedTables(schema) }, session)
    await session.execute([
      ...createShared(dialect, sharedTables(schema)),
      dropTable(dialect, probe),
      statement(`create table ${reference} (${dialect.quote('probe')} ${dialect.types.bigint})`),
      statement(`insert into ${reference} values (1)`),
      dropTable(dialect, probe),
    ])
  })
}

async function checkModel(workspace: Workspace, sync: PushSync): Promise<readonly Finding[]> {
  const warehouse = await workspace.warehouse(sync.warehouse)
  const { model } = sync
  const columns = await warehouse.session((session) =>
    describeModel(sync, session, warehouse.dialect),
  )
  const name = model.kind === 'query' ? model.file : model.table
  return [fine(`sync ${sync.name}`, `${name} gives ${columns.length} columns`)]
}
