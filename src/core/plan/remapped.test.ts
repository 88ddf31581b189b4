import { describe, expect, it } from 'vitest'
import { columnMapping } from '../mapping/column-mapping.ts'
import type { CompiledMapping } from '../mapping/mapping.ts'
import type { BaselineRow, DueRow } from './plan-row.ts'
import { countRemapped, noneRemapped } from './remapped.ts'

const field = (name: string, column: number | null): CompiledMapping['fields'][number] => ({
  mapping: {
    ...columnMapping(name, name),
    ...(column === null ? { source: { from: 'constant', value: 'w' } } : {}),
  },
  field: {
    name,
    label: name,
    type: 'text',
    writable: true,
    unique: false,
    lookup: false,
  },
  column,
  target: null,
  association: null,
})

const mapping = { fields: [field('city', 0), field('name', 1), field('source', null)] }

const baseline: BaselineRow = {
  remoteId: '1',
  origin: 'created',
  presence: 'present',
  matchValue: null,
  released: null,
  crmValues: {},
  withheld: {},
  mappingVersion: 3,
  reopened: false,
}

const row: DueRow = {
  sequence: 1,
  key: '1',
  side: 'both',
  changed: [false, false],
  values: ['Rome', 'Ann'],
  baseline,
}

const edited = {
  touched: new Map([[3, new Set(['city', 'source'])]]),
  otherSources: new Map([[3, new Set<string>()]]),
}

describe('rows that are due by an edit of the mapping', () => {
  const counted = (due: DueRow, versions = edited) =>
    countRemapped(noneRemapped, due, mapping, versions)

  it('are counted once, and by each field that the edit touches', () => {
    const once = { rows: 1, fields: { city: 1, source: 1 } }
    expect(counted(row)).toEqual(once)
    expect(countRemapped(once, row, mapping, edited)).toEqual({
      rows: 2,
      fields: { city: 2, source: 2 },
    })
  })

  it('are counted without the fields that the model changed', () => {
    const due = { ...row, changed: [true, true] }
    expect(counted(due)).toEqual({ rows: 1, fields: { source: 1 } })
  })

  it('are counted with a field that reads another column, whatever that says', () => {
    const moved = { ...edited, otherSources: new Map([[3, new Set(['city'])]]) }
    expect(counted({ ...row, changed: [true, true] }, moved).fields).toEqual({ city: 1, source: 1 })
  })

  it.each<[string, DueRow]>([
    ['new', { ...row, side: 'new', baseline: null }],
    ['gone from the model', { ...row, side: 'removed' }],
    [
      'considered under the present mapping',
      { ...row, baseline: { ...baseline, mappingVersion: 4 } },
    ],
    ['of a record that is gone', { ...row, baseline: { ...baseline, presence: 'deleted' } }],
    ['reopened', { ...row, baseline: { ...baseline, reopened: true } }],
  ])('are not those that are %s', (_, due) => {
    expect(counted(due)).toBe(noneRemapped)
  })
})
