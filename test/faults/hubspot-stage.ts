/** Schedules of pushes of contacts to HubSpot. */
import type { Chance } from '../../src/simulator/chance.ts'
import { faultKinds } from '../../src/simulator/hubspot/request/faults.ts'
import { hubspotHistory } from '../support/hubspot-history.ts'
import { Turns } from '../support/turns.ts'
import { createWorld, type World } from '../support/world.ts'
import { type HubSpotCell, hubspotTable } from './hubspot-cells.ts'
import { HubSpotPerson } from './hubspot-person.ts'
import { type HubSpotVariant, hubspotVariant } from './hubspot-variant.ts'
import type { ModelRow } from './model-table.ts'
import { drawRates, lateMs, type Scene, type SceneOptions, type Stage } from './stage.ts'

export const hubspotStage: Stage<HubSpotCell, HubSpotVariant> = {
  table: hubspotTable,
  everyRun: ['account', 'property_read'],
  cellsOf: (seed, run) => {
    const first = cellAt(seed)
    return isLate(first) ? [cellAt(seed + run * 31), first] : [cellAt(seed + run * 31)]
  },
  isLate,
  variant: hubspotVariant,
  open,
}

function cellAt(index: number): HubSpotCell {
  const { cells } = hubspotTable
  const cell = cells[index % cells.length]
  if (cell === undefined) throw new Error('there are faults')
  return cell
}

/** Nothing can be archived before a baseline stands. */
function isLate({ operation }: HubSpotCell): boolean {
  return operation === 'batch_archive'
}

/** In every second schedule. */
function retypes(seed: number): boolean {
  return seed % 2 === 0
}

async function open(
  variant: HubSpotVariant,
  { host, seed, chance }: SceneOptions,
): Promise<Scene<HubSpotCell>> {
  const world = await createWorld({
    on: { host, name: variant.sync.name },
    seed,
    random: chance.next,
    searchLagMs: variant.searchLagMs,
    turns: new Turns(),
  })
  const { hubspot } = world
  return {
    world,
    person: new HubSpotPerson(chance, hubspot, retypes(seed)),
    computedColumns: [],
    seed: (rows) => seedPortal(world, variant, chance, rows),
    trouble: () => hubspot.configure({ faults: { rates: drawRates(chance, faultKinds), lateMs } }),
    plan: (cell) => hubspot.planFault(cell),
    calm: () => {
      hubspot.configure({ faults: { rates: {} } })
      hubspot.clearPlannedFaults()
    },
    befallen: () => hubspot.faultEvents(),
    history: () => hubspotHistory(hubspot.dump()),
  }
}

function seedPortal(
  { hubspot, clock }: World,
  { sync }: HubSpotVariant,
  chance: Chance,
  rows: readonly ModelRow[],
): void {
  const isSearch = sync.match?.field === 'lastname'
  const known = rows.filter(() => chance.happens(isSearch ? 0.6 : 0.1))
  const contacts = known.map((row, index) => ({
    id: String(9001 + index),
    properties: {
      email: (row.email ?? '').trim().toLowerCase(),
      city: chance.oneOf('', `P-${index}`, row.city ?? ''),
      ...(isSearch ? { lastname: `k${row.key}` } : {}),
    },
  }))
  hubspot.seed({ records: { contacts }, owners: [{ id: '77', email: 'owner@x.com' }] })
  clock.pass(60_000)
}
