import { describe, expect, it } from 'vitest'
import type { FieldOption } from '../../model/field.ts'
import { optionValue, optionValues } from './options.ts'

const options: readonly FieldOption[] = [
  { value: 'lead', label: 'New lead' },
  { value: 'won', label: 'Won' },
  { value: 'lost_1', label: 'Lost' },
  { value: 'lost_2', label: 'Lost' },
  { value: 'Won', label: 'Old won' },
]

describe('an option', () => {
  it.each([
    ['its value', 'lead', 'lead'],
    ['its label', 'New lead', 'lead'],
    ['a value that is a label too: the value wins', 'Won', 'Won'],
  ])('is found by %s', (_, text, value) => {
    expect(optionValue(text, options)).toEqual({ ok: true, value })
  })

  it.each([
    ['LEAD', 'value.unknown_option'],
    [' lead', 'value.unknown_option'],
    ['nobody', 'value.unknown_option'],
    ['Lost', 'value.ambiguous_option'],
  ])('%j is refused with %s', (text, reason) => {
    expect(optionValue(text, options)).toMatchObject({ ok: false, reason })
  })

  it('that is ambiguous names all it could be', () => {
    const message = 'the label "Lost" belongs to several options: lost_1, lost_2'
    expect(optionValue('Lost', options)).toMatchObject({ message })
  })

  it('that is unknown lists at most ten of those that are', () => {
    const many = Array.from({ length: 12 }, (_, at) => ({ value: `v${at}`, label: `L${at}` }))
    const message =
      '"x" is none of the options v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, … (12 in all)'
    expect(optionValue('x', many)).toMatchObject({ message })
  })

  it('of a field whose list lies elsewhere is taken as it is', () => {
    expect(optionValue('anything', null)).toEqual({ ok: true, value: 'anything' })
  })
})

describe('several options', () => {
  it.each([
    ['in the order of the field', 'won;lead', 'text', 'lead;won'],
    ['with blanks around the separator', 'won ; New lead', 'text', 'lead;won'],
    ['each once', 'won;won;New lead;lead', 'text', 'lead;won'],
    ['from an array', '["won","New lead"]', 'text_array', 'lead;won'],
    ['from a JSON list', '["won"]', 'json', 'won'],
    ['from an empty array: none, which empties the field', '[]', 'text_array', ''],
  ] as const)('come %s', (_, text, kind, value) => {
    expect(optionValues(text, kind, options)).toEqual({ ok: true, value })
  })

  it('that are listed elsewhere come sorted', () => {
    expect(optionValues('b;a;c', 'text', null)).toEqual({ ok: true, value: 'a;b;c' })
  })

  it.each([
    ['one of them is unknown', 'lead;nobody', 'text', 'value.unknown_option'],
    ['one of them is ambiguous', 'lead;Lost', 'text', 'value.ambiguous_option'],
    ['one of them is empty', 'lead;', 'text', 'value.unknown_option'],
    ['an array holds an empty text', '["lead",""]', 'text_array', 'value.unknown_option'],
    ['an array holds a null', '["lead",null]', 'text_array', 'value.not_a_list'],
    ['JSON holds a number', '[9007199254740993]', 'json', 'value.not_a_list'],
    ['JSON holds an object', '[{"value":"lead"}]', 'json', 'value.not_a_list'],
    ['JSON is no list', '"lead"', 'json', 'value.not_a_list'],
    ['JSON is null', 'null', 'json', 'value.not_a_list'],
  ] as const)('are refused when %s', (_, text, kind, reason) => {
    expect(optionValues(text, kind, options)).toMatchObject({ ok: false, reason })
  })

  it('are refused when a value would become two', () => {
    expect(optionValues('["a;b"]', 'text_array', null)).toMatchObject({
      ok: false,
      reason: 'value.unstorable',
    })
  })
})
