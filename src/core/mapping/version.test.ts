import { describe, expect, it } from 'vitest'
import type { FieldMapping } from '../../model/sync.ts'
import type { Column } from '../../model/value.ts'
import { columnMapping } from './column-mapping.ts'
import { compareVersions, mappingFields, otherSources } from './version.ts'

const score = columnMapping('score', 'points')
const points: Column = { name: 'points', kind: 'integer', nativeType: 'BIGINT' }

describe('what a mapping says', () => {
  const before = mappingFields([score], [points])

  it.each<readonly [string, Partial<FieldMapping>, Partial<Column>]>([
    ['another column', { source: { from: 'column', column: 'other' } }, {}],
    ['a constant', { source: { from: 'constant', value: '5' } }, {}],
    ['another write condition', { write: 'if_empty' }, {}],
    ['another policy for nulls', { nulls: 'always' }, {}],
    ['a lookup', { lookup: 'owners.email' }, {}],
    ['a time zone', { timeZone: 'Europe/Berlin' }, {}],
    ['a column of another kind', {}, { kind: 'decimal' }],
  ])('changes with %s', (_, mapping, column) => {
    expect(mappingFields([{ ...score, ...mapping }], [{ ...points, ...column }])).not.toEqual(
      before,
    )
  })

  it.each<readonly [string, Partial<FieldMapping>, Partial<Column>]>([
    ['masking it', { sensitive: true }, {}],
    ['another native type of the same kind', {}, { nativeType: 'INTEGER' }],
  ])('stays with %s', (_, mapping, column) => {
    expect(mappingFields([{ ...score, ...mapping }], [{ ...points, ...column }])).toEqual(before)
  })
})

describe('a mapping compared with those before', () => {
  it('is the first version where there is none', () => {
    expect(compareVersions({ a: '1' }, [])).toEqual({
      version: 1,
      isNew: true,
      touched: new Map(),
      unmapped: new Map(),
    })
  })

  it('keeps its version while it says the same', () => {
    const known = [{ version: 3, fields: { b: '2', a: '1' } }]
    expect(compareVersions({ a: '1', b: '2' }, known)).toEqual({
      version: 3,
      isNew: false,
      touched: new Map(),
      unmapped: new Map(),
    })
  })

  it('touches an edited and an added field of the older versions, and no other', () => {
    const known = [
      { version: 1, fields: { a: '1' } },
      { version: 2, fields: { a: '1', b: '1' } },
    ]
    expect(compareVersions({ a: '1', b: '2' }, known)).toEqual({
      version: 3,
      isNew: true,
      touched: new Map([
        [1, new Set(['b'])],
        [2, new Set(['b'])],
      ]),
      unmapped: new Map([[1, new Set(['b'])]]),
    })
  })

  it('with a field less is another version that touches nothing', () => {
    expect(compareVersions({ a: '1' }, [{ version: 1, fields: { a: '1', b: '1' } }])).toEqual({
      version: 2,
      isNew: true,
      touched: new Map(),
      unmapped: new Map(),
    })
  })

  it('that is taken back is a new version, since what changed meanwhile was not considered', () => {
    const known = [
      { version: 1, fields: { a: '1' } },
      { version: 2, fields: { a: '2' } },
    ]
    expect(compareVersions({ a: '1' }, known)).toEqual({
      version: 3,
      isNew: true,
      touched: new Map([
        [2, new Set(['a'])],
        [1, new Set(['a'])],
      ]),
      unmapped: new Map(),
    })
  })

  it('knows which fields were not mapped for a while', () => {
    const known = [
      { version: 1, fields: { a: '1', b: '1' } },
      { version: 2, fields: { b: '1' } },
      { version: 3, fields: { a: '2', b: '1' } },
    ]
    expect(compareVersions({ a: '1', b: '1' }, known).unmapped).toEqual(
      new Map([
        [2, new Set(['a'])],
        [1, new Set(['a'])],
      ]),
    )
  })
})

describe('fields whose values come from elsewhere', () => {
  const said = (column: string, write = 'always'): string =>
    JSON.stringify([{ from: 'column', column }, 'text', write])

  it.each([
    ['none while only a condition changed', { a: said('x') }, { a: said('x', 'if_empty') }, []],
    ['one that reads another column', { a: said('x') }, { a: said('y') }, ['a']],
    ['one that is new', { a: said('x') }, { a: said('x'), b: said('x') }, ['b']],
  ])('are %s', (_, before, now, names) => {
    const found = otherSources(now, [{ version: 4, fields: before }])
    expect(found).toEqual(new Map([[4, new Set(names)]]))
  })
})
