import { describe, expect, it } from 'vitest'
import { LineProblem, readChangeLine } from './change-line.ts'

const read = (line: object | string): ReturnType<typeof readChangeLine> =>
  readChangeLine(
    typeof line === 'string' ? line : JSON.stringify(line),
    (text) => `#${text.length}`,
  )
const base = { object: 'deals', key: '7', op: 'update', event_at: '2026-03-01T10:00:00+01:00' }
const nine = '2026-03-01T09:00:00.000000Z'

describe('a line of a file of changes', () => {
  it('is a change, with what it leaves out filled in', () => {
    expect(read({ ...base, fields: { title: 'A', value: null } })).toMatchObject({
      object: 'deals',
      key: '7',
      op: 'update',
      partial: true,
      eventAt: nine,
      shownAt: nine,
      observedAt: nine,
      rank: 0,
      sequence: 0n,
      mergedInto: null,
      origin: 'replay',
      fields: new Map([
        ['title', { kind: 'text', text: 'A' }],
        ['value', null],
      ]),
    })
  })

  it('tells all of the record unless it is an update', () => {
    expect(read({ ...base, op: 'create' }).partial).toBe(false)
    expect(read({ ...base, partial: false }).partial).toBe(false)
  })

  it('keeps every digit of a number, and ids that are written as numbers', () => {
    const line = `{"object":"deals","key":9007199254740993,"op":"read","event_at":"${nine}","fields":{"value":0.1234567890123456789}}`
    expect(read(line)).toMatchObject({
      key: '9007199254740993',
      fields: new Map([['value', { kind: 'decimal', text: '0.1234567890123456789' }]]),
    })
  })

  it('says what JSON has no literal for', () => {
    const { fields } = read({
      ...base,
      fields: { closed: { kind: 'date', text: '2026-03-01' }, other: { kind: 'pig', text: 'x' } },
    })
    expect(fields.get('closed')).toEqual({ kind: 'date', text: '2026-03-01' })
    expect(fields.get('other')).toEqual({ kind: 'json', text: '{"kind":"pig","text":"x"}' })
  })

  it.each([
    ['integer', '007', '7'],
    ['decimal', '1.50', '1.5'],
    ['double', 'NaN', 'NaN'],
    ['boolean', 'true', 'true'],
    ['timestamp', '2026-03-01 10:00:00', '2026-03-01T10:00:00.000000'],
    ['timestamp_tz', '2026-03-01T10:00:00+01:00', nine],
    ['json', '{ "a": 1.0 }', '{"a":1.0}'],
    ['text_array', '["a", null]', '["a",null]'],
  ])('takes the %s %s as what it is', (kind, text, canonical) => {
    const { fields } = read({ ...base, fields: { a: { kind, text } } })
    expect(fields.get('a')).toEqual({ kind, text: canonical })
  })

  it.each([
    ['integer', '1.5'],
    ['integer', 'abc'],
    ['decimal', 'x'],
    ['double', 'infinity'],
    ['boolean', 'yes'],
    ['date', '2026-02-31'],
    ['timestamp', '2026-03-01T10:00:00Z'],
    ['timestamp_tz', 'yesterday'],
    ['json', '{bad'],
    ['text_array', '[1]'],
  ])('refuses the %s %s', (kind, text) => {
    const line = { ...base, fields: { a: { kind, text } } }
    expect(() => read(line)).toThrow(LineProblem)
    expect(() => read(line)).toThrow(`needs a text that is ${kind} as its a`)
  })

  it('has the id that it says, or one of what it says', () => {
    expect(read({ ...base, id: 'e1' }).id).toBe('e1')
    expect(read(base).id).toBe(read({ ...base, event_at: '2026-03-01T09:00:00Z' }).id)
  })

  it.each<[object | string, string]>([
    ['{', 'is not a JSON object'],
    ['[]', 'is not a JSON object'],
    [{ ...base, keys: 1 }, 'has an unknown member, keys'],
    [{ ...base, op: 'upsert' }, 'needs an op that is one of create, update'],
    [{ ...base, key: '' }, 'needs a text as its key'],
    [{ ...base, event_at: undefined }, 'lacks event_at'],
    [{ ...base, event_at: '2026-03-01T10:00:00' }, 'needs a time with its zone as its event_at'],
    [{ ...base, partial: 1 }, 'needs true or false as its partial'],
    [{ ...base, sequence: 1.5 }, 'needs an integer as its sequence'],
    [{ ...base, fields: [] }, 'needs an object as its fields'],
  ])('%j %s', (line, why) => {
    expect(() => read(line)).toThrow(LineProblem)
    expect(() => read(line)).toThrow(why)
  })
})
