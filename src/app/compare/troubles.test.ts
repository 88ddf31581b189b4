import { expect, it } from 'vitest'
import { compareErrors } from '../../engine/compare/errors.ts'
import type { ComparedPair } from './compare-tables.ts'
import { troublesOf } from './troubles.ts'

const noKey = (table: string): ComparedPair => ({
  left: `w:old.${table}`,
  right: `w:new.${table}`,
  found: { error: compareErrors.no_key({ message: `${table} has none` }) },
})

it('tables without a key are named together', () => {
  const other = compareErrors.bad_key({ message: 'no key' })
  const pairs = [
    noKey('a'),
    { left: 'w:old.b', right: 'w:new.b', found: { error: other } },
    noKey('c'),
  ]
  expect(troublesOf(pairs)).toEqual([
    other,
    expect.objectContaining({
      code: 'compare.no_key',
      message:
        '2 pairs of tables have no column id in common: w:old.a and w:new.a; w:old.c and w:new.c.',
    }),
  ])
})

it('one alone is told as it was', () => {
  expect(troublesOf([noKey('a')])).toMatchObject([{ message: 'a has none' }])
})
