import { describe, expect, it } from 'vitest'
import { hashed, hashedField, hashOf } from './hashed.ts'

const of = (text: string): string => hashOf(text, 'key')

describe('a hashed value', () => {
  it('of a list or object keeps its form, with a hash for each text and number', () => {
    const text = '[{"value":"a@x.com","primary":true,"label":null,"ids":[7,7.0,9007199254740993]}]'
    expect(hashed({ kind: 'json', text }, 'key')).toEqual({
      kind: 'json',
      text: JSON.stringify([
        {
          value: of('a@x.com'),
          primary: true,
          label: null,
          ids: [of('7'), of('7'), of('9007199254740993')],
        },
      ]),
    })
    expect(hashed({ kind: 'text_array', text: '["a"]' }, 'key')).toEqual({
      kind: 'text_array',
      text: JSON.stringify([of('a')]),
    })
  })

  it('of any other kind is the hash of its text', () => {
    expect(hashed({ kind: 'integer', text: '7' }, 'key')).toEqual({ kind: 'text', text: of('7') })
    expect(hashed({ kind: 'json', text: '{' }, 'key')).toEqual({ kind: 'text', text: of('{') })
  })
})

describe('a field that is hashed', () => {
  it('holds texts, and lists of texts', () => {
    expect(hashedField({ kind: 'integer' })).toEqual({ kind: 'text' })
    const ids = { kind: 'integer', labels: 'ids.labels' } as const
    expect(hashedField({ kind: 'json', elements: ids })).toEqual({
      kind: 'json',
      elements: { kind: 'text', labels: 'ids.labels' },
    })
    const parts = { id: 'integer', primary: 'boolean' } as const
    expect(hashedField({ kind: 'json', elements: { parts } })).toEqual({
      kind: 'json',
      elements: { parts: { id: 'text', primary: 'boolean' } },
    })
  })
})
