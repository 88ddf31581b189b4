/** The fault schedules of continuous integration: the same each time; `npm run test:soak` plays others. */
import { describe, expect, it } from 'vitest'
import { emptyCells } from '../faults/cells.ts'
import { knownDefects } from '../faults/known-defects.ts'
import { describeHarvest, playMany } from '../faults/play-many.ts'

describe.each([{ first: 1, count: 1_000 }])(
  'the fault schedules from $first on',
  ({ first, count }) => {
    it('all end well, and every fault that can befall an operation did', {
      timeout: 1_200_000,
    }, async () => {
      const harvest = await playMany(first, count)
      process.stdout.write(
        `\nseeds ${first} to ${first + count - 1}\n${describeHarvest(harvest)}\n`,
      )
      const seedOf = (complaint: string): number => Number(complaint.split(':')[0])
      expect(harvest.wrong.filter((complaint) => !knownDefects.has(seedOf(complaint)))).toEqual([])
      expect(emptyCells(harvest.faults)).toEqual([])
    })
  },
)
