import { describe, expect, it } from 'vitest'
import type { KnownValue } from '../../../model/change.ts'
import { duckdbDialect } from '../../sql/dialects/duckdb.ts'
import { gathering, moreFields, mostColumns, mostUnforeseen, roomFor } from './more-fields.ts'
import type { Pin } from './pin.ts'
import { missingPins } from './choose-pins.ts'

const one: KnownValue = { kind: 'integer', text: '1' }
const ann: KnownValue = { kind: 'text', text: 'Ann "x"' }

function pinsOf(...names: readonly string[]): readonly Pin[] {
  const fields = names.map((name) => ({ name, label: name, kind: 'text' as const }))
  return missingPins(duckdbDialect, [], fields)
}

const many = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `f${index}`)

describe('room for further columns', () => {
  it('is counted without the columns of fields that the metadata has', () => {
    const pins = pinsOf('a', 'b', 'c')
    expect(roomFor(pins, new Set(['a']))).toBe(mostUnforeseen - 2)
  })

  it('is what the whole may have where the metadata is not known, or has most of it', () => {
    expect(roomFor(pinsOf('a', 'b'), null)).toBe(mostColumns - 2)
    const names = many(mostColumns - 5)
    expect(roomFor(pinsOf(...names), new Set(names))).toBe(5)
  })

  it('is none once there are more than it takes, or one stands among those without a column', () => {
    expect(roomFor(pinsOf(...many(mostUnforeseen + 1)), new Set())).toBe(0)
    expect(roomFor(pinsOf('a', moreFields), new Set())).toBe(0)
  })
})

describe('fields without a column', () => {
  it('are told together, each with the JSON of its value as a text, and null as null', () => {
    const gathered = gathering(
      pinsOf('a'),
      0,
    )(
      new Map([
        ['z', ann],
        ['a', one],
        ['b', null],
        ['0.5', { kind: 'decimal', text: '1.50' }],
      ]),
    )
    expect([...gathered]).toEqual([
      ['a', one],
      [
        moreFields,
        { kind: 'json', text: '{"0.5":"1.50","b":null,"z":"\\"Ann \\\\\\"x\\\\\\"\\""}' },
      ],
    ])
  })

  it('are told by their columns as long as there is room', () => {
    const fields = new Map([['b', one]])
    expect(gathering(pinsOf('a'), 1)(fields)).toBe(fields)
  })

  it('are there no more once they have one', () => {
    const gathered = gathering(pinsOf('a', moreFields, 'b'), 0)(new Map([['b', one]]))
    expect(gathered.get('b')).toBe(one)
    expect(gathered.get(moreFields)).toEqual({ kind: 'json', text: '{"b":null}' })
  })

  it('include one that is called like all of them', () => {
    const gathered = gathering(pinsOf('a'), 5)(new Map([[moreFields, one]]))
    expect(gathered.get(moreFields)).toEqual({ kind: 'json', text: '{"(more fields)":"1"}' })
  })
})
