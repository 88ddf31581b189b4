import { describe, expect, it } from 'vitest'
import { pushModes, removedRowsPolicies } from '../../model/sync.ts'
import { modeTable, refusalOf } from './mode-table.ts'

const expected = {
  'insert × ignore': 'always',
  'insert × clear': 'never',
  'insert × archive': 'always',
  'insert × delete': 'always',
  'update × ignore': 'always',
  'update × clear': 'delete_adopted',
  'update × archive': 'delete_adopted',
  'update × delete': 'delete_adopted',
  'upsert × ignore': 'always',
  'upsert × clear': 'always',
  'upsert × archive': 'always',
  'upsert × delete': 'always',
} as const

const cells = pushModes.flatMap((mode) =>
  removedRowsPolicies.map((policy) => [`${mode} × ${policy}`, mode, policy] as const),
)

describe('the table of modes and removed rows', () => {
  it('has a decision for every cell', () => {
    expect(cells.map(([name]) => name).toSorted()).toEqual(Object.keys(expected).toSorted())
  })

  it.each(cells)('decides %s', (name, mode, policy) => {
    const allowed = modeTable[mode][policy].allowed
    expect({ [name]: allowed }).toEqual({
      [name]: Object.entries(expected).find(([one]) => one === name)?.[1],
    })
    expect(refusalOf(mode, policy, false) === null).toBe(allowed === 'always')
    expect(refusalOf(mode, policy, true) === null).toBe(allowed !== 'never')
  })

  const refused = cells.filter(([, mode, policy]) => modeTable[mode][policy].allowed !== 'always')
  it.each(refused)('says in a sentence why it refuses %s', (_, mode, policy) => {
    expect(refusalOf(mode, policy, false)).toMatch(/^An (insert|update) .+\.$/)
  })
})
