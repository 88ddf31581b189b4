/** The fault schedules of continuous integration: the same 300 each time, and 700 by the commit. */
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { addCounts, emptyCells, type FaultCounts } from '../faults/cells.ts'
import { describeHarvest, playMany } from '../faults/play-many.ts'

const fixed = { first: 1, count: 300 }
const fresh = { first: 1_000 + (Number.parseInt(commitId().slice(0, 8), 16) % 1e9), count: 700 }

function commitId(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    // A tarball has no history: then the fresh ones are the same each time, too.
    return '00000000'
  }
}

describe('the fault schedules', () => {
  const faults: FaultCounts = {}

  it.each([fixed, fresh])(
    'from $first on all end well',
    { timeout: 1_200_000 },
    async ({ first, count }) => {
      const harvest = await playMany(first, count)
      process.stdout.write(
        `\nseeds ${first} to ${first + count - 1}\n${describeHarvest(harvest)}\n`,
      )
      addCounts(faults, harvest.faults)
      expect(harvest.wrong).toEqual([])
    },
  )

  it('showed every fault that can befall an operation', () => {
    expect(emptyCells(faults)).toEqual([])
  })
})
