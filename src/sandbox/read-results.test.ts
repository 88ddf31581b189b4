import { describe, expect, it } from 'vitest'
import type { Column } from '../model/value.ts'
import { locate, readResults } from './read-results.ts'

const columns: readonly Column[] = [{ name: 'a', kind: 'decimal', nativeType: 'DECIMAL(9,2)' }]
const rows = [['1.50']]

function read(answer: string) {
  return readResults(answer, 't.js', { columns, rows, wanted: ['a', 'b'] }, rows)
}

describe('an answer of the sandbox', () => {
  it('gives one result per row', () => {
    expect(read('[[[],2]]')).toEqual([
      { ok: true, values: ['1.50', '2'], kinds: ['decimal', 'integer'] },
    ])
  })

  it.each([
    ['no JSON', '[[1,'],
    ['no list', '{}'],
    ['too few results', '[]'],
    ['too many results', '[0,0]'],
    ['too few cells', '[[1]]'],
    ['an object for a cell', '[[1,{}]]'],
    ['an unknown kind', '[[1,["color","red"]]]'],
    ['a kind without text', '[[1,["text"]]]'],
    ['the model’s value of a column it lacks', '[[1,[]]]'],
    ['an unknown reason', '[{"reason":"fine","message":"","stack":""}]'],
    ['a reason without message', '[{"reason":"transform.error"}]'],
    ['null for a row', '[null]'],
    ['a number for a row', '[1]'],
  ])('is unreadable with %s', (_, answer) => {
    expect(read(answer)).toBeNull()
  })
})

describe('the place of an error', () => {
  it.each([
    ['    at inner (lib:9:1)\n    at <anonymous> (t.js:12:5)\n    at t.js:40:1\n', 't.js:12: no'],
    ['    at t.js:7:5\n', 't.js:7: no'],
    ['    at <anonymous> (prelude:1:1)\n', 't.js: no'],
    ['', 't.js: no'],
  ])('in %j gives %j', (stack, told) => {
    expect(locate('t.js', stack, 'no')).toBe(told)
  })
})
