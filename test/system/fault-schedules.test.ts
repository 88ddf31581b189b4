/**
 * The fault schedules of continuous integration: some are the same each time, more are of the commit. Those
 * with Salesforce are a few in test/faults, and as many as one likes by `npm run test:soak -- --crm salesforce`.
 */
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { addCounts, emptyCells, type FaultCounts } from '../faults/cells.ts'
import { describeHarvest, playMany } from '../faults/play-many.ts'
import { stageNamed } from '../faults/stages.ts'

const fixed = 1
const fresh = 1_000 + (Number.parseInt(commitId().slice(0, 8), 16) % 1e9)

function commitId(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    // A tarball has no history: then the fresh ones are the same each time, too.
    return '00000000'
  }
}

interface Batch {
  readonly first: number
  readonly count: number
}

const batches: readonly Batch[] = [
  { first: fixed, count: 300 },
  { first: fresh, count: 700 },
]

describe('the fault schedules with HubSpot', () => {
  const faults: FaultCounts = {}

  it.each(batches)('from $first on all end well', { timeout: 3_600_000 }, async (batch) => {
    const { first, count } = batch
    const harvest = await playMany('hubspot', first, count)
    process.stdout.write(`\nseeds ${first} to ${first + count - 1}\n${describeHarvest(harvest)}\n`)
    addCounts(faults, harvest.faults)
    expect(harvest.wrong).toEqual([])
  })

  it('showed every fault that can befall an operation', () => {
    expect(emptyCells(stageNamed('hubspot').table, faults)).toEqual([])
  })
})
