/** A pull that has lived, and its renaming. */
import { followRename, type HoldOptions } from '../../src/app/run/follow-rename.ts'
import type { LoadCollaborators } from '../../src/engine/pull/pull.ts'
import type { Journal } from '../../src/journal/journal.ts'
import type { PullSync } from '../../src/model/sync.ts'
import { loaderWorkspace } from '../support/loader-workspace.ts'
import type { PullWorld } from './pull-world.ts'
import { deals, integer, march, type ScriptedCrm, scriptedCrm, text } from './scripted-crm.ts'

type World = Omit<PullWorld, 'close'>
type Stores = Pick<LoadCollaborators, 'ledger' | 'warehouse'>

/** As whoever takes the lease of the sync does before. */
export function rename(
  { sync, ...stores }: Stores & { readonly sync: PullSync },
  wrap: (given: Stores) => Stores = (same) => same,
  options: HoldOptions = {},
): Promise<void> {
  const { ledger, warehouse } = wrap(stores)
  const source = { name: 'scripted', objects: [deals], events: null }
  const { reader } = scriptedCrm()
  const journal: Partial<Journal> = {}
  const parts = { sync, owner: 'worker', ledger, warehouse, source, reader }
  return followRename(loaderWorkspace({ ...parts, journal: journal as Journal }), sync, options)
}

/** Two deals, of which one has a version that is past. */
export async function live(world: World, crm: ScriptedCrm = scriptedCrm()): Promise<ScriptedCrm> {
  crm.put('1', march('01T10:00:00'), { title: text('one'), value: integer(1) })
  crm.put('2', march('01T10:00:00'), { title: text('two'), value: integer(2) })
  crm.put('3', march('01T10:00:00'), { title: text('three'), value: integer(3) })
  crm.now = march('02T00:00:00')
  await world.read(crm.reader)
  crm.put('1', march('02T10:00:00'), { title: text('one'), value: integer(10) })
  crm.now = march('03T00:00:00')
  await world.read(crm.reader)
  return crm
}

export const versions = (world: World): Promise<unknown> =>
  world.query(
    `select cast(id as varchar), title, cast(value as varchar) from ${world.sync.schema}.deal_history order by id, value`,
  )

export const lived = [
  ['1', 'one', '1'],
  ['1', 'one', '10'],
  ['2', 'two', '2'],
  ['3', 'three', '3'],
]

/** How many rows each table of the working schema has that a sync's name is in. */
export async function tablesNaming(
  world: World,
  name: string,
): Promise<Readonly<Record<string, string | null>>> {
  const tables = await world.query(
    `select c.table_name from information_schema.columns as c join information_schema.tables as t on t.table_schema = c.table_schema and t.table_name = c.table_name where c.table_schema = 'syncline' and c.column_name = 'sync' and t.table_type = 'BASE TABLE' order by 1`,
  )
  const found: Record<string, string | null> = {}
  for (const [table] of tables) {
    const [row] = await world.query(
      `select cast(count(*) as varchar) from syncline.${table ?? ''} where sync = '${name}'`,
    )
    found[table ?? ''] = row?.[0] ?? null
  }
  return found
}
