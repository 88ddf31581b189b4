/** Schedules of pushes to Salesforce, by requests and by jobs. */
import type { Chance } from '../../src/simulator/chance.ts'
import { noLimits } from '../../src/simulator/salesforce/request/api-limits.ts'
import { faultKinds } from '../../src/simulator/salesforce/request/faults.ts'
import { salesforceHistory } from '../support/salesforce-history.ts'
import { createSalesforceWorld, type SalesforceWorld } from '../support/salesforce-world.ts'
import { Turns } from '../support/turns.ts'
import type { ModelRow } from './model-table.ts'
import { type SalesforceCell, salesforceCells, salesforceTable } from './salesforce-cells.ts'
import { employerColumn, employers, objectState } from './salesforce-objects.ts'
import { SalesforcePerson } from './salesforce-person.ts'
import { type SalesforceVariant, salesforceVariant } from './salesforce-variant.ts'
import { drawRates, lateMs, type Scene, type SceneOptions, type Stage } from './stage.ts'

export const salesforceStage: Stage<SalesforceCell, SalesforceVariant> = {
  table: salesforceTable,
  everyRun: ['oauth', 'identity', 'describe'],
  cellsOf: salesforceCells,
  // Nothing can be deleted before a baseline stands.
  isLate: ({ operation }) => operation === 'collection_delete',
  variant: salesforceVariant,
  open,
}

async function open(
  variant: SalesforceVariant,
  { host, seed, chance }: SceneOptions,
): Promise<Scene<SalesforceCell>> {
  const { object, jobMs, lockHoldMs, lockRate } = variant
  const world = await createSalesforceWorld({
    on: { host, name: variant.sync.name },
    seed,
    random: chance.next,
    turns: new Turns(),
    state: objectState,
    limits: noLimits,
    bulkBatchMs: jobMs,
    bulkLockRate: lockRate,
    lockHoldMs,
  })
  const { salesforce } = world
  return {
    world,
    person: new SalesforcePerson(chance, salesforce, object),
    computedColumns: [employerColumn.sql],
    seed: (rows) => seedOrg(world, variant, chance, rows),
    trouble: () =>
      salesforce.configure({ faults: { rates: drawRates(chance, faultKinds), lateMs } }),
    plan: (cell) => salesforce.planFault(cell),
    calm: () => {
      salesforce.configure({ faults: { rates: {} } })
      salesforce.clearPlannedFaults()
    },
    befallen: () => salesforce.faultEvents(),
    history: () => salesforceHistory(salesforce.dump(), object),
  }
}

function seedOrg(
  { salesforce, clock }: SalesforceWorld,
  { object, sync }: SalesforceVariant,
  chance: Chance,
  rows: readonly ModelRow[],
): void {
  const share = sync.mode === 'update' ? 0.6 : 0.1
  const known = rows.filter(({ email }) => email !== null && chance.happens(share))
  const records = known.map((row, index) => ({
    values: {
      [object.match]: (row.email ?? '').trim().toLowerCase(),
      [object.keyField]: `seeded ${index}`,
      [object.city]: chance.oneOf('', `P-${index}`, row.city ?? ''),
    },
  }))
  const parents = employers.map((name) => ({ values: { Account_Key__c: name, Name: name } }))
  salesforce.seed({ records: { Account: parents } })
  salesforce.seed({ records: { [object.name]: records } })
  clock.pass(60_000)
}
