/**
 * A first read while 200 changes a second come in by webhooks, under the judge of the two weeks. `SYNCLINE_SEED` plays other
 * companies, `SYNCLINE_SHARE` larger ones.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { tables } from './pipedrive/columns.ts'
import {
  currentRows,
  differences,
  expectedCurrent,
  expectedHistory,
  heldHistory,
  uncounted,
} from './pipedrive/expected.ts'
import { changesPerSecond, handOver, type HandedOver } from './pipedrive/handover.ts'
import type { HeldVersion } from './pipedrive/held.ts'
import { judge, type Verdict } from './pipedrive/judge.ts'

const seed = Number(process.env['SYNCLINE_SEED'] ?? 20_261_121)
const share = Number(process.env['SYNCLINE_SHARE'] ?? 0.4)

/** Neighbours that only a counter told apart are one. */
function joined(versions: readonly HeldVersion[]): readonly HeldVersion[] {
  const all: HeldVersion[] = []
  for (const version of versions) {
    const before = all.at(-1)
    const isSame =
      before?.key === version.key &&
      before.end === version.start &&
      Object.entries(version.texts).every(([name, value]) => before.texts[name] === value)
    if (isSame) all[all.length - 1] = { ...version, start: before.start }
    else all.push(version)
  }
  return all
}

describe(`a first read while ${changesPerSecond} changes a second arrive`, () => {
  let played: HandedOver
  let verdict: Verdict

  beforeAll(async () => {
    played = await handOver({ seed, share })
    // Nothing takes the time of a read: every difference is explained by its record.
    verdict = { ...judge(played.evidence), askedAt: new Map() }
    const read = played.first.reduce((sum, one) => sum + one.read, 0)
    process.stderr.write(
      `handover: seed ${seed}; ${played.during} changes while ${read} records were read, ${played.evidence.events.length} webhooks\n`,
    )
  })

  it('goes on for seconds in which there are changes', () => {
    expect(played.during).toBeGreaterThan(2 * changesPerSecond)
    expect(played.evidence.passes.at(-1)?.answered.size).toBe(played.evidence.events.length)
    expect(played.told).toEqual([])
  })

  it.each(tables)('leaves %s as the CRM has them', (table) => {
    const expected = expectedCurrent(played.evidence, table).map((row) => uncounted(table, row))
    expect(differences(currentRows(played.held, table), expected)).toEqual([])
  })

  it.each(tables)('keeps every version of %s that could be seen, in order', (table) => {
    const expected = expectedHistory(verdict, table).map((row) => uncounted(table, row))
    const found = joined(heldHistory(played.held, verdict, table))
    expect(differences(found, joined(expected))).toEqual([])
    for (const { start, end } of found) expect(end === null || start < end).toBe(true)
  })

  it('leaves nothing for the next read to correct', () => {
    const none = { created: 0, changed: 0, deleted: 0, withheld: 0, fields: {} }
    expect(played.second.map(({ object, drift }) => [object, drift])).toEqual(
      tables.map((table) => [table, none]),
    )
  })
})
