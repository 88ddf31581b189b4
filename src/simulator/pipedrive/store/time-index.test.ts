import { describe, expect, it } from 'vitest'
import { Chance } from '../../chance.ts'
import { compareIds } from './id-order.ts'
import { RecordTable, type StoredRecord } from './records.ts'

function record(id: number, updatedAt: number | null): StoredRecord {
  return { id: String(id), addedAt: 0, updatedAt, deletedAt: null, values: {} }
}

/** What the order is, worked out anew. */
function expected(table: RecordTable, descending: boolean): readonly string[] {
  const second = ({ updatedAt }: StoredRecord) =>
    updatedAt === null ? -1 : Math.floor(updatedAt / 1000)
  const all = [...table.all()].toSorted((a, b) => second(a) - second(b) || compareIds(a.id, b.id))
  return (descending ? all.toReversed() : all).map(({ id }) => id)
}

describe('the order by time of change', () => {
  it.each([1, 2, 3])('is right after any writes, from any place on (seed %i)', (seed) => {
    const chance = new Chance(seed)
    const table = new RecordTable()
    for (let round = 0; round < 40; round += 1) {
      for (let writes = 0; writes < 60; writes += 1) {
        const time = chance.happens(0.1) ? null : chance.between(0, 19_999) + round * 500
        table.put(record(chance.between(1, 80), time))
        if (chance.happens(0.05)) table.remove(String(chance.between(1, 80)))
      }
      for (const descending of [false, true]) {
        const inOrder = expected(table, descending)
        const ids = [...table.byTime(descending, null)].map(({ id }) => id)
        expect(ids).toEqual(inOrder)
        const place = chance.between(0, inOrder.length - 1)
        const from = table.get(inOrder[place] ?? '')
        const at = from?.updatedAt ?? null
        const after = {
          id: from?.id ?? '',
          at: at === null ? null : Math.floor(at / 1000) * 1000,
        }
        const rest = [...table.byTime(descending, after)].map(({ id }) => id)
        expect(rest).toEqual(inOrder.slice(place + 1))
      }
    }
  })
})
