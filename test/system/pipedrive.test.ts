/**
 * examples/pipedrive under a judge. `SYNCLINE_SEED` plays other weeks, `SYNCLINE_SHARE=1` the company in full size.
 */
import { beforeAll, describe, expect, it } from 'vitest'
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
import { type Order, play, type Played } from './pipedrive/site.ts'
import { tally, tallyLine } from './pipedrive/tally.ts'

const seed = Number(process.env['SYNCLINE_SEED'] ?? 20_261_121)
const share = Number(process.env['SYNCLINE_SHARE'] ?? 0.1)
const momentsPerDay = Number(process.env['SYNCLINE_MOMENTS'] ?? Math.max(40, 150 * share))

const plays = [
  { warehouse: 'PostgreSQL', luck: 'good', incremental: false },
  { warehouse: 'DuckDB', luck: 'bad', incremental: false },
  { warehouse: 'DuckDB', luck: 'bad', incremental: true },
  { warehouse: 'PostgreSQL', luck: 'none', incremental: true },
] as const satisfies readonly Pick<Order, 'warehouse' | 'luck' | 'incremental'>[]

describe.each(plays)(
  'with $luck luck and incremental reads $incremental, $warehouse',
  ({ warehouse, luck, incremental }) => {
    let played: Played
    let verdict: Verdict

    beforeAll(async () => {
      played = await play({ warehouse, luck, seed, share, momentsPerDay, incremental })
      verdict = judge(played.evidence)
      process.stderr.write(
        `pipedrive: seed ${seed}, ${warehouse}, ${luck} luck, ${incremental ? 'with' : 'without'} incremental reads; ${tallyLine(tally(played.evidence, verdict))}\n`,
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

    it.each(tables)('has by `compare` the %s of the CRM, in every column', (table) => {
      const said = played.compared.truth.get(table)
      const columns = { compared: 1 + columnNames(table).length, not_compared: [], other_kinds: [] }
      expect(said?.json).toMatchObject({ equal: true, tables: [{ columns }] })
      expect(said?.code).toBe(0)
    })

    it('differs by `compare` in the one value that was changed in a copy of what the CRM has', () => {
      const { code, json } = played.compared.planted
      const rows = { differing: 1, only_left: 0, only_right: 0 }
      expect(json).toMatchObject({ equal: false, tables: [{ rows, by_column: { title: 1 } }] })
      expect(code).toBe(1)
    })

    it('reports as drift what there was', () => {
      expect(played.reports).toEqual(verdict.reports)
    })
  },
)
