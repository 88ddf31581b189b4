import { describe, expect, it } from 'vitest'
import type { Column } from '../../model/value.ts'
import { pairByName, pairColumns, pairName } from './pair-columns.ts'

const named = (...names: readonly string[]) => names.map((name) => ({ name }))

function paired(
  left: readonly string[],
  right: readonly string[],
  renamed: Readonly<Record<string, string>> = {},
): readonly [both: readonly string[], onlyLeft: readonly string[], onlyRight: readonly string[]] {
  const pairs = Object.entries(renamed).map(([from, to]) => ({ left: from, right: to }))
  const { both, onlyLeft, onlyRight } = pairByName(named(...left), named(...right), pairs)
  const names = (list: readonly { name: string }[]): string[] => list.map(({ name }) => name)
  return [both.map(pairName), names(onlyLeft), names(onlyRight)]
}

describe('names', () => {
  it('are paired with themselves, in the order of the left side', () => {
    expect(paired(['b', 'a', 'x'], ['a', 'b', 'y'])).toEqual([['b', 'a'], ['x'], ['y']])
  })

  it('are paired as they are said to be renamed, before anything else', () => {
    expect(paired(['a', 'b'], ['b', 'c'], { a: 'b' })).toEqual([['a=b'], ['b'], ['c']])
    expect(paired(['a', 'b'], ['a', 'b'], { a: 'b', b: 'a' })).toEqual([['a=b', 'b=a'], [], []])
  })

  it('that are said to be renamed to one that is not there keep their own', () => {
    expect(paired(['a'], ['a'], { a: 'z' })).toEqual([['a'], [], []])
  })

  it('in other capitals are paired where that leaves no choice', () => {
    expect(paired(['ID', 'Name'], ['id', 'name'])).toEqual([['ID=id', 'Name=name'], [], []])
    expect(paired(['a', 'A'], ['a'])).toEqual([['a'], ['A'], []])
    expect(paired(['aB', 'Ab'], ['AB'])).toEqual([[], ['aB', 'Ab'], ['AB']])
    expect(paired(['ab'], ['AB', 'Ab'])).toEqual([[], ['ab'], ['AB', 'Ab']])
  })
})

describe('columns', () => {
  const column = (name: string, kind: Column['kind']): Column => ({ name, kind, nativeType: kind })
  const rules = { renamed: [], ignored: [], sameDialect: true }

  it('are told apart by whether their values can be equal', () => {
    const left = [column('id', 'integer'), column('a', 'boolean'), column('b', 'text')]
    const right = [column('id', 'decimal'), column('a', 'date'), column('c', 'text')]
    const found = pairColumns(left, right, rules)
    expect(found.pairs.map(({ left: { name }, as }) => [name, as])).toEqual([['id', 'number']])
    expect(found.unequalKinds).toEqual([{ left: left[1], right: right[1] }])
    expect([found.onlyLeft, found.onlyRight]).toEqual([[left[2]], [right[2]]])
  })

  it('that are ignored on either side are not there', () => {
    const found = pairColumns(
      [column('a', 'text'), column('b', 'text')],
      [column('a', 'text'), column('c', 'text')],
      {
        ...rules,
        ignored: ['a', 'b', 'c'],
      },
    )
    expect(found).toEqual({ pairs: [], unequalKinds: [], onlyLeft: [], onlyRight: [] })
  })
})
