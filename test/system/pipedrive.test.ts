/**
 * examples/pipedrive under a judge. `SYNCLINE_SEED` plays other weeks, `SYNCLINE_SHARE=1` the company in full size.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { lucks } from '../../examples/pipedrive/luck.ts'
import { columnNames, tables } from './pipedrive/columns.ts'
import {
  currentRows,
  differences,
  expectedCurrent,
  expectedHistory,
  heldHistory,
  unfaithful,
} from './pipedrive/expected.ts'
import { judge, type Verdict } from './pipedrive/judge.ts'
import { play, type Played } from './pipedrive/site.ts'
import { tally, tallyLine } from './pipedrive/tally.ts'

const seed = Number(process.env['SYNCLINE_SEED'] ?? 20_261_121)
const share = Number(process.env['SYNCLINE_SHARE'] ?? 0.1)
const momentsPerDay = Number(process.env['SYNCLINE_MOMENTS'] ?? Math.max(40, 150 * share))

describe.each(Object.keys(lucks) as (keyof typeof lucks)[])(
  'with %s luck, the warehouse',
  (luck) => {
    let played: Played
    let verdict: Verdict

    beforeAll(async () => {
      played = await play({ luck, seed, share, momentsPerDay })
      verdict = judge(played.evidence)
      process.stderr.write(
        `pipedrive: seed ${seed}, ${luck} luck; ${tallyLine(tally(played.evidence, verdict))}\n`,
      )
    })

    it.each(tables)('has the columns of %s, and no others', (table) => {
      expect(played.held[table].columns).toEqual(columnNames(table))
    })

    it.each(tables)(
      'has every column of %s as the CRM has it after the last reconcile',
      (table) => {
        const expected = expectedCurrent(played.evidence, table)
        expect(differences(currentRows(played.reconciled, table), expected)).toEqual([])
      },
    )

    it.each(tables)('has the same %s when more webhooks came after that', (table) => {
      const expected = expectedCurrent(played.evidence, table)
      expect(differences(currentRows(played.held, table), expected)).toEqual([])
    })

    it.each(tables)('has every version of %s that could have been seen, and no others', (table) => {
      const expected = expectedHistory(verdict, table)
      expect(differences(heldHistory(played.held, verdict, table), expected)).toEqual([])
    })

    it.each(tables)('has no version of %s that the record never was', (table) => {
      expect(unfaithful(played.held, played.evidence, table)).toEqual([])
    })

    it('reports as drift what there was', () => {
      expect(played.reports).toEqual(verdict.reports)
    })
  },
)
