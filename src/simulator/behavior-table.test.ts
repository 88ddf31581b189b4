import { describe, expect, it } from 'vitest'
import { behaviorRows, typeEscapes, unprovenRows } from './behavior-table.ts'

const table = (cell: string) =>
  behaviorRows(
    `# x\n\n## The contract\n\n| section | statement | tests |\n| --- | --- | --- |\n| 2.1 | it works | ${cell} |\n`,
  )
const read = (file: string) => (file === 'a.test.ts' ? "it('works', () => {})" : '')
const judge = (cell: string) => unprovenRows(table(cell), ['not yet'], read)

describe('a table of behaviour', () => {
  it('has its rows after the heading', () => {
    expect(table('`a.test.ts: works`')).toEqual([['2.1', 'it works', '`a.test.ts: works`']])
  })

  it('is proven by tests that exist, or by a reason', () => {
    expect(judge('`a.test.ts: works`')).toEqual([])
    expect(judge('not yet: no time')).toEqual([])
  })

  it('is not proven by other tests, by nothing, or by a reason without words', () => {
    expect(judge('`a.test.ts: fails`')).toEqual(['a.test.ts: fails'])
    expect(judge('`b.test.ts: works`')).toEqual(['b.test.ts: works'])
    expect(judge('done')).toEqual(['it works'])
    expect(judge('not yet:')).toEqual(['it works'])
  })
})

describe('code that gets around its types', () => {
  it.each([
    ['const a = b as C', ['as']],
    ['const a: any = b', ['any']],
    ['function f(a: unknown) {}', ['unknown']],
    ["const a = 'as any' // unknown", []],
    ["const a = ['b'] as const", []],
    ["import * as all from 'b'", []],
    ['/** as any unknown */ const a = 1', []],
  ])('is found out: %s', (code, words) => {
    expect(typeEscapes(code)).toEqual(words)
  })
})
