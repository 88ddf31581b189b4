/** The text of every statement that core/compare builds, for each dialect, against a reviewed file. */
import { describe, expect, it } from 'vitest'
import { pairColumns } from '../../src/core/compare/pair-columns.ts'
import {
  type ComparedTable,
  countDuplicates,
  countRows,
  readBuckets,
  readRows,
  type Side,
  sourceQuery,
} from '../../src/core/compare/statements.ts'
import type { Dialect } from '../../src/core/sql/dialect.ts'
import type { Column, ValueKind } from '../../src/model/value.ts'
import { dialects } from './sample.ts'

/** One column for each way to compare; the right table differs in kinds and names. */
const kinds: readonly (readonly [left: ValueKind, right: ValueKind])[] = [
  ['text', 'text'],
  ['text', 'integer'],
  ['integer', 'decimal'],
  ['decimal', 'double'],
  ['boolean', 'boolean'],
  ['date', 'timestamp'],
  ['timestamp', 'timestamp_tz'],
  ['timestamp_tz', 'timestamp_tz'],
  ['json', 'json'],
  ['text_array', 'json'],
]

function columns(dialect: Dialect, side: Side): readonly Column[] {
  const values = kinds.map(([left, right], index) => {
    const kind = side === 'left' ? left : right
    const scale = kind === 'decimal' ? { scale: 2 } : {}
    return { name: `c${index}`, kind, nativeType: fieldType(dialect, kind), ...scale }
  })
  const named = side === 'left' ? 'id' : 'deal"id'
  return [
    { name: named, kind: 'integer', nativeType: dialect.types.bigint },
    { name: '_cdc_start', kind: 'timestamp_tz', nativeType: dialect.types.timestamp_tz },
    ...values,
  ]
}

function fieldType(dialect: Dialect, kind: ValueKind): string {
  return kind === 'unsupported' ? '' : dialect.fieldTypes[kind]
}

function compared(dialect: Dialect, side: Side, where: string | null): ComparedTable {
  const { pairs } = pairColumns(columns(dialect, 'left'), columns(dialect, 'right'), {
    renamed: [{ left: 'id', right: 'deal"id' }],
    ignored: [],
    sameDialect: false,
  })
  const table = { schema: side === 'left' ? 'old' : 'new', table: 'deals' }
  return { dialect, table, where, side, keys: pairs.slice(0, 2), values: pairs.slice(2) }
}

function written(dialect: Dialect): string {
  const left = compared(dialect, 'left', null)
  const right = compared(dialect, 'right', 'amount > 0 -- some')
  const groups = [
    ['sourceQuery', [sourceQuery(left), sourceQuery(right)]],
    ['countRows', [countRows(left).text]],
    ['countDuplicates', [countDuplicates(right).text]],
    ['readBuckets, left', [readBuckets(left, 2).text]],
    ['readBuckets, right', [readBuckets(right, 2).text]],
    ['readRows', [readRows(left, 2, ['0a', 'ff']).text]],
    ['readRows, all', [readRows({ ...left, values: [] }, 0, null).text]],
  ] as const
  return groups.map(([name, texts]) => `-- ${name}\n${texts.join(';\n')};\n`).join('\n')
}

describe.each(dialects)('for $name, every statement of a comparison', (dialect) => {
  it('has the reviewed text', async () => {
    const file = `./__golden__/compare-${dialect.name}.sql`
    await expect(written(dialect)).toMatchFileSnapshot(file)
  })

  it('does nothing but select', () => {
    for (const line of written(dialect).split('\n')) {
      expect(line === '' || /^(-- |select |\)\) as r)/.test(line)).toBe(true)
    }
  })

  it('nests no deeper for many columns than warehouses take', () => {
    const [pair] = compared(dialect, 'left', null).keys
    if (pair === undefined) throw new Error('there is a key')
    const values = Array.from({ length: 1600 }, () => pair)
    const { text } = readBuckets({ ...compared(dialect, 'left', null), values }, 2)
    expect(longestSum(text)).toBeLessThan(50)
  })
})

/** Terms of the longest sum of texts within one pair of brackets. */
function longestSum(text: string): number {
  const sums = [0]
  let longest = 0
  for (const token of text.match(/\|\||[()]/g) ?? []) {
    if (token === '(') sums.push(0)
    else if (token === ')') sums.pop()
    else sums.push((sums.pop() ?? 0) + 1)
    longest = Math.max(longest, sums.at(-1) ?? 0)
  }
  return longest
}
