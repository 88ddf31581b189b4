import { describe, expect, it } from 'vitest'
import type { ValueKind } from '../../model/value.ts'
import { type ComparedAs, comparedAs } from './compared-as.ts'

const column = (kind: ValueKind, nativeType: string = kind) => ({ name: 'a', kind, nativeType })

function asOf(left: ValueKind, right: ValueKind): ComparedAs | null {
  return comparedAs(column(left), column(right), { sameDialect: false })
}

describe('columns of two kinds', () => {
  it.each([
    ['text', 'text', 'text'],
    ['boolean', 'boolean', 'text'],
    ['date', 'date', 'text'],
    ['timestamp', 'timestamp', 'text'],
    ['timestamp_tz', 'timestamp_tz', 'text'],
    ['integer', 'integer', 'number'],
    ['integer', 'decimal', 'number'],
    ['decimal', 'decimal', 'number'],
    ['double', 'double', 'double'],
    ['integer', 'double', 'double'],
    ['decimal', 'double', 'double'],
    ['date', 'timestamp', 'instant'],
    ['date', 'timestamp_tz', 'instant'],
    ['timestamp', 'timestamp_tz', 'instant'],
    ['json', 'json', 'json'],
    ['text_array', 'text_array', 'json'],
    ['json', 'text_array', 'json'],
    ['json', 'text', 'json'],
    ['text_array', 'text', 'json'],
    ['text', 'integer', 'text'],
    ['text', 'boolean', 'text'],
    ['text', 'date', 'text'],
  ] as const)('%s and %s compare as %s', (left, right, as) => {
    expect([asOf(left, right), asOf(right, left)]).toEqual([as, as])
  })

  it.each([
    ['integer', 'boolean'],
    ['integer', 'date'],
    ['integer', 'json'],
    ['text', 'decimal'],
    ['text', 'double'],
    ['text', 'timestamp'],
    ['text', 'timestamp_tz'],
    ['boolean', 'date'],
    ['unsupported', 'text'],
  ] as const)('%s and %s are never equal', (left, right) => {
    expect([asOf(left, right), asOf(right, left)]).toEqual([null, null])
  })

  it('that Syncline does not know compare where one warehouse writes both', () => {
    const [time, blob] = [column('unsupported', 'TIME'), column('unsupported', 'BLOB')]
    const same = { sameDialect: true }
    expect(comparedAs(time, time, same)).toBe('text')
    expect(comparedAs(time, blob, same)).toBeNull()
    expect(comparedAs(time, time, { sameDialect: false })).toBeNull()
  })
})
