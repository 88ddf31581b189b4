/** The fault schedules of continuous integration: for each CRM some are the same each time, more are of the commit. */
import { describe, expect, it } from 'vitest'
import { addCounts, emptyCells, type FaultCounts } from '../faults/cells.ts'
import { describeHarvest, playMany } from '../faults/play-many.ts'
import { type CrmName, stageNamed } from '../faults/stages.ts'
import { seedOfCommit } from '../support/seed-of-commit.ts'

const fixed = 1
const fresh = seedOfCommit()

interface Batch {
  readonly first: number
  readonly count: number
}

const batches: Readonly<Record<CrmName, readonly Batch[]>> = {
  hubspot: [
    { first: fixed, count: 300 },
    // Each has a fault at an operation where those before have none, and which luck may spare the others.
    { first: 407, count: 1 },
    { first: 677, count: 1 },
    { first: 894_918_556, count: 1 },
    { first: 894_918_651, count: 1 },
    { first: fresh, count: 700 },
  ],
  salesforce: [
    { first: fixed, count: 100 },
    { first: fresh, count: 150 },
  ],
}

describe.each(['hubspot', 'salesforce'] as const)('the fault schedules with %s', (crm) => {
  const faults: FaultCounts = {}

  it.each(batches[crm])('from $first on all end well', { timeout: 3_600_000 }, async (batch) => {
    const { first, count } = batch
    const harvest = await playMany(crm, first, count)
    process.stdout.write(`\nseeds ${first} to ${first + count - 1}\n${describeHarvest(harvest)}\n`)
    addCounts(faults, harvest.faults)
    expect(harvest.wrong).toEqual([])
  })

  it('showed every fault that can befall an operation', () => {
    expect(emptyCells(stageNamed(crm).table, faults)).toEqual([])
  })
})
