import { describe, expect, it } from 'vitest'
import type { KnownValue } from '../../../model/change.ts'
import type { ValueKind } from '../../../model/value.ts'
import { asDated } from './as-dated.ts'

const meant = (text: string, kind: ValueKind): KnownValue =>
  asDated({ kind: 'text', text }, [{ name: 'a', kind, nativeType: '' }])

describe('a text of a file of changes', () => {
  it.each([
    ['2026-03-01', 'date', 'date', '2026-03-01'],
    ['2026-02-30', 'date', 'text', '2026-02-30'],
    ['2026-03-01T10:00:00+02:00', 'timestamp_tz', 'timestamp_tz', '2026-03-01T08:00:00.000000Z'],
    ['2026-03-01T10:00:00', 'timestamp_tz', 'text', '2026-03-01T10:00:00'],
    ['2026-03-01T10:00:00', 'timestamp', 'timestamp', '2026-03-01T10:00:00.000000'],
    ['2026-03-01 10:00:00.5', 'timestamp', 'timestamp', '2026-03-01T10:00:00.500000'],
    ['2026-03-01T10:00:00Z', 'timestamp', 'text', '2026-03-01T10:00:00Z'],
    ['2026-03-01T24:00:00', 'timestamp', 'text', '2026-03-01T24:00:00'],
    ['2026-03-01', 'text', 'text', '2026-03-01'],
  ] as const)('%s meant for %s is %s', (text, column, kind, canonical) => {
    expect(meant(text, column)).toEqual({ kind, text: canonical })
  })

  it('stays as it is where no column is known', () => {
    expect(asDated({ kind: 'text', text: '2026-03-01' }, [])).toEqual({
      kind: 'text',
      text: '2026-03-01',
    })
  })
})
