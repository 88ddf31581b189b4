import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Row } from '../../model/value.ts'
import { mergeSorted } from './merge-sorted.ts'

type Taken = readonly [left: Row | null, right: Row | null]

const options = { ordered: 1, atOnce: true }

async function* pagesOf(rows: readonly Row[], size: number): AsyncGenerator<readonly Row[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size)
}

async function merged(left: readonly Row[], right: readonly Row[], size = 2): Promise<Taken[]> {
  const taken: Taken[] = []
  await mergeSorted([pagesOf(left, size), pagesOf(right, size)], options, (a, b) =>
    taken.push([a, b]),
  )
  return taken
}

describe('two streams', () => {
  it('give equal rows together and others alone, in order', async () => {
    expect(await merged([['a'], ['b'], ['d']], [['b'], ['c'], ['d'], ['e']])).toEqual([
      [['a'], null],
      [['b'], ['b']],
      [null, ['c']],
      [['d'], ['d']],
      [null, ['e']],
    ])
  })

  it('lose no row and double none, whatever their pages', async () => {
    const letters = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(letters, letters, fc.integer({ min: 1, max: 5 }), async (a, b, size) => {
        const [left, right] = [a, b].map((all) => all.toSorted().map((text): Row => [text]))
        const taken = await merged(left ?? [], right ?? [], size)
        expect(taken.flatMap(([row]) => (row === null ? [] : [row]))).toEqual(left)
        expect(taken.flatMap(([, row]) => (row === null ? [] : [row]))).toEqual(right)
        const paired = taken.filter(([one, other]) => one !== null && other !== null)
        const common = ['a', 'b', 'c', 'd'].map((letter) =>
          Math.min(...[a, b].map((all) => all.filter((one) => one === letter).length)),
        )
        expect(paired).toHaveLength(common.reduce((sum, rows) => sum + rows, 0))
      }),
    )
  })

  it('are both closed when one fails, or what takes their rows', async () => {
    const closed: string[] = []
    async function* watched(name: string, rows: readonly Row[]): AsyncGenerator<readonly Row[]> {
      try {
        yield rows
        if (name === 'broken') throw new Error('broken')
        yield rows
      } finally {
        closed.push(name)
      }
    }
    const failing = mergeSorted(
      [watched('broken', [['a']]), watched('b', [['b']])],
      options,
      () => undefined,
    )
    await expect(failing).rejects.toThrow('broken')
    const refusing = mergeSorted([watched('c', [['a']]), watched('d', [['b']])], options, () => {
      throw new Error('full')
    })
    await expect(refusing).rejects.toThrow('full')
    expect(closed).toEqual(['broken', 'b', 'c', 'd'])
  })
})
