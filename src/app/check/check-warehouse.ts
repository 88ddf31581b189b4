/** Whether a warehouse lets us read the models, keep our working tables, and those of pulls. */
import type { Dialect } from '../../core/sql/dialect.ts'
import { sharedTables, type TableName, tableReference } from '../../core/sql/names.ts'
import type { Statement } from '../../core/sql/statement.ts'
import { createShared, dropTable, statement } from '../../core/sql/working-schema.ts'
import { describeModel } from '../../engine/push/plan/model-query.ts'
import { refuseNewer } from '../../engine/working-schema.ts'
import type { PullSync, PushSync, Sync } from '../../model/sync.ts'
import type { Warehouse } from '../../warehouse/warehouse.ts'
import { type Finding, findings, fine } from './finding.ts'
import type { Workspace } from '../workspace/workspace.ts'

export interface WarehouseLook {
  readonly findings: readonly Finding[]
  /** False where it let nobody in: who asks again may wait long for the same answer. */
  readonly isOpen: boolean
}

export async function checkWarehouse(
  workspace: Workspace,
  connection: string,
  syncs: readonly Sync[],
): Promise<WarehouseLook> {
  const subject = `connection ${connection}`
  const { workingSchema } = workspace.project
  const working = await findings(subject, async () => {
    const warehouse = await workspace.warehouse(connection)
    await tryToWork(warehouse, workingSchema)
    return [fine(subject, `can keep working tables in the schema ${workingSchema}`)]
  })
  // Who may not write may still lack more, to be granted together; who can't get in is told the same of everything.
  if (working.some(({ error }) => error !== null && error.kind !== 'auth'))
    return { findings: working, isOpen: false }
  const told = new Set(working.flatMap(({ error }) => error?.message ?? []))
  const found = [...working]
  for (const sync of syncs) {
    const look = (): Promise<readonly Finding[]> =>
      sync.type === 'push' ? checkModel(workspace, sync) : checkSchema(workspace, sync)
    const looked = await findings(`sync ${sync.name}`, look)
    found.push(...looked.filter(({ error }) => !told.has(error?.message ?? '')))
  }
  return { findings: found, isOpen: true }
}

/** Makes what a run would make anyway, and a table of its own that goes again. */
async function tryToWork(warehouse: Warehouse, schema: string): Promise<void> {
  const { dialect } = warehouse
  await warehouse.session(async (session) => {
    await refuseNewer({ dialect, shared: sharedTables(schema) }, session)
    await session.execute([
      ...createShared(dialect, sharedTables(schema)),
      ...probe(dialect, { schema, table: 'check_probe' }),
    ])
  })
}

/** A table that is made, written to, and dropped. */
function probe(dialect: Dialect, table: TableName): readonly Statement[] {
  const reference = tableReference(dialect, table)
  return [
    dropTable(dialect, table),
    statement(`create table ${reference} (${dialect.quote('probe')} ${dialect.types.bigint})`),
    statement(`insert into ${reference} values (1)`),
    dropTable(dialect, table),
  ]
}

/** As a run does it; where this environment may not write there, nothing is tried. */
async function checkSchema(workspace: Workspace, sync: PullSync): Promise<readonly Finding[]> {
  const { name, schema, warehouse: connection } = sync
  const because = workspace.project.connections.get(connection)?.notWritableBecause ?? null
  if (because !== null) return [fine(`sync ${name}`, `not run here: ${because}`)]
  const warehouse = await workspace.warehouse(connection)
  const { dialect } = warehouse
  // People have tables of their own there: the name must be nobody else's.
  const table = { schema, table: 'syncline_check_probe' }
  await warehouse.session((session) =>
    session.execute([statement(dialect.createSchema(schema)), ...probe(dialect, table)]),
  )
  return [fine(`sync ${name}`, `can keep its tables in the schema ${schema}`)]
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
