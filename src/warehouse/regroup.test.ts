import { expect, test } from 'vitest'
import type { Row } from '../model/value.ts'
import { regroup } from './regroup.ts'

const sizes = async (pages: Iterable<readonly Row[]>, size: number): Promise<number[]> => {
  const found: number[] = []
  for await (const page of regroup(pages, size)) found.push(page.length)
  return found
}

const rows = (count: number): Row[] => Array.from({ length: count }, (_, index) => [`${index}`])

test.each([
  [[], []],
  [[0, 0], []],
  [[1, 1, 1], [3]],
  [[5], [5]],
  [
    [3, 9],
    [5, 5, 2],
  ],
  [
    [5, 5],
    [5, 5],
  ],
])('pages of %j rows become pages of %j', async (given, expected) => {
  expect(await sizes(given.map(rows), 5)).toEqual(expected)
})

test('rows keep their order over the cuts', async () => {
  const found: Row[] = []
  for await (const page of regroup([rows(4), rows(3)], 5)) found.push(...page)
  expect(found).toEqual([...rows(4), ...rows(3)])
})
