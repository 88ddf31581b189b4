import { describe, expect, it } from 'vitest'
import type { Change } from '../../model/change.ts'
import { changeId } from './change-id.ts'
import { timeOfEvent } from './event-time.ts'

const change: Omit<Change, 'id' | 'origin'> = {
  object: 'deals',
  key: '1',
  op: 'update',
  fields: new Map([
    ['title', { kind: 'text', text: '12' }],
    ['stage', null],
  ]),
  partial: true,
  ...timeOfEvent('2026-03-01T10:00:00.000000Z'),
  sequence: 0n,
  observedAt: '2026-03-01T10:00:00.000000Z',
  mergedInto: null,
}
const id = (rest: Partial<typeof change>): string =>
  changeId({ ...change, ...rest }, (text) => text)

describe('the id of a change', () => {
  it('does not depend on the order of its fields', () => {
    expect(id({ fields: new Map([...change.fields].toReversed()) })).toBe(id({}))
  })

  it.each<[string, Partial<typeof change>]>([
    [
      'another kind of value',
      {
        fields: new Map([
          ['title', { kind: 'integer', text: '12' }],
          ['stage', null],
        ]),
      },
    ],
    [
      'a null that is not mentioned',
      { fields: new Map([['title', { kind: 'text', text: '12' }]]) },
    ],
    ['another key', { key: '2' }],
    ['another instant', timeOfEvent('2026-03-01T10:00:00.000001Z')],
    ['another place in its source', { sequence: 1n }],
    ['another survivor', { mergedInto: '9' }],
  ])('is another for %s', (_what, rest) => {
    expect(id(rest)).not.toBe(id({}))
  })
})
