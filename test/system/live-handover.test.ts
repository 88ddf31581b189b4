/**
 * A first read while people edit, in real processes and real time. Nothing here depends on how fast that was: what was sent is
 * counted, and the histories must be those of the webhooks, which all arrived, with what the read alone could show before them.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { historyOf, type OracleChange } from '../history/oracle.ts'
import { columnNames, type Kept, ownTexts, type Table, tables } from './pipedrive/columns.ts'
import {
  byKeyAndStart,
  currentRows,
  differences,
  expectedCurrent,
  heldOf,
  uncounted,
} from './pipedrive/expected.ts'
import type { HeldVersion } from './pipedrive/held.ts'
import { beginOf, endOf, toldChange } from './pipedrive/judge.ts'
import { handOverLive, type LiveHandover } from './pipedrive/live-handover.ts'
import { tableOf } from './pipedrive/truth.ts'

const seed = Number(process.env['SYNCLINE_SEED'] ?? 20_261_121)
const share = Number(process.env['SYNCLINE_SHARE'] ?? 0.2)

/** A version of what the record was before anybody touched it. */
function readBefore(table: Table, record: Kept): OracleChange {
  const changedAt = record.updatedAt ?? record.addedAt
  return {
    id: `read ${record.id}`,
    key: record.id,
    op: 'read',
    partial: false,
    eventAt: endOf(changedAt),
    shownAt: beginOf(changedAt),
    rank: 1,
    sequence: 0,
    observedAt: endOf(changedAt),
    mergedInto: null,
    fields: ownTexts(table, record),
  }
}

function versionsOf(table: Table, changes: readonly OracleChange[]): readonly HeldVersion[] {
  const names = columnNames(table)
  return historyOf(changes, names).map((version) => uncounted(table, heldOf(version, names)))
}

/** Records whose history is neither that of the webhooks alone, nor that with the read before them. */
function wrongHistories({ evidence, events, held }: LiveHandover, table: Table): readonly object[] {
  const writes = new Map(evidence.writes.map((write) => [write.seq, write]))
  const told = events.flatMap((event) => {
    const write = writes.get(event.write)
    if (write === undefined || tableOf(write.object) !== table) return []
    return toldChange(table, event, write) ?? []
  })
  const before = new Map((evidence.before[table.slice(0, -1)] ?? []).map((one) => [one.id, one]))
  const toldOf = Map.groupBy(told, ({ key }) => key)
  const rows = held[table].history.toSorted(byKeyAndStart).map((row) => uncounted(table, row))
  const heldBy = Map.groupBy(rows, ({ key }) => key)
  return [...new Set([...before.keys(), ...toldOf.keys(), ...heldBy.keys()])].flatMap((key) => {
    const [changes, record] = [toldOf.get(key) ?? [], before.get(key)]
    const read = record === undefined ? [] : [readBefore(table, record)]
    const possible = [versionsOf(table, [...read, ...changes])]
    // The page that showed it may have come after its first change.
    if (changes.length > 0) possible.push(versionsOf(table, changes))
    const found = heldBy.get(key) ?? []
    const misses = possible.map((wanted) => differences(found, wanted))
    return misses.some((missing) => missing.length === 0) ? [] : [{ key, misses }]
  })
}

describe('a first read while people edit in real time', () => {
  let played: LiveHandover

  beforeAll(async () => {
    played = await handOverLive(seed, share)
    const { edits, during, seconds, events } = played
    const rate = Math.round(edits / seconds)
    process.stderr.write(
      `live handover: seed ${seed}; ${edits} edits in ${seconds.toFixed(1)} s, ${rate} a second, ${during} of them while it read; ${events.length} webhooks\n`,
    )
  })

  it('goes on while there are changes, and all of them are told', () => {
    expect(played.read.code).toBe(0)
    expect(played.during).toBeGreaterThan(0)
    expect(new Set(played.events.map(({ fate }) => fate))).toEqual(new Set(['delivered']))
    const told = new Set(played.events.map(({ write }) => write))
    const untold = played.evidence.writes.filter(
      ({ object, seq }) => tableOf(object) !== null && !told.has(seq),
    )
    expect(untold).toEqual([])
  })

  it.each(tables)('leaves %s as the CRM has them', (table) => {
    const evidence = { ...played.evidence, events: [], passes: [] }
    const expected = expectedCurrent(evidence, table).map((row) => uncounted(table, row))
    const found = currentRows(played.held, table).map((row) => uncounted(table, row))
    expect(differences(found, expected)).toEqual([])
  })

  it.each(tables)('keeps every version of %s that was told, in order, and no others', (table) => {
    expect(wrongHistories(played, table).slice(0, 3)).toEqual([])
  })

  it('leaves nothing for the next read to correct', () => {
    expect(played.again.code).toBe(0)
  })
})
