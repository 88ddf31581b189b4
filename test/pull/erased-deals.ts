/** Deals that were read and of which one is erased, and what becomes of the warehouse that they are in. */
import { copyTables } from '../support/copy-tables.ts'
import type { PullWorld } from './pull-world.ts'
import { crmOfFourDeals, type ScriptedCrm } from './scripted-crm.ts'

type World = Omit<PullWorld, 'close'>

/** By itself no read but the first is of everything. */
export const seldom = { wholeReadEveryMs: null }
export const deal = (id: string) => ({ object: 'deals', id })
export const lost = { code: 'state.lost_erasures' }

/** Four deals were read, and 4 is erased. */
export async function readAndErase(world: World): Promise<ScriptedCrm> {
  const crm = crmOfFourDeals()
  await world.read(crm.reader)
  await world.erase(deal('4'))
  return crm
}

export const copyOf = (world: World) => copyTables(world, [world.sync.schema, 'syncline'])

export const loseWarehouse = (world: World) =>
  world.execute('drop schema syncline cascade', `drop schema ${world.sync.schema} cascade`)

export const ids = ({ query, sync }: World): Promise<unknown> =>
  query(`select cast(id as varchar) from ${sync.schema}.deals order by id`)
