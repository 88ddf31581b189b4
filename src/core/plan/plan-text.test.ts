import { describe, expect, it } from 'vitest'
import { dueRow } from '../sql/diff.ts'
import { planColumns } from '../sql/working-schema.ts'
import type { PlanRow } from './plan-row.ts'
import { clearedFields, readDueRow, readPlanRow, writePlanRow } from './plan-text.ts'

const operation: PlanRow = {
  sequence: 9007199254740991,
  phase: 2,
  kind: 'update',
  key: 'a"b\u2028',
  remoteId: '100',
  status: null,
  reason: null,
  message: null,
  hold: null,
  presence: 'present',
  matchValue: 'a@x.com',
  releases: 'b@x.com',
  changes: { email: { sent: 'b@x.com', crm: null, after: '' }, name: { after: null } },
  crmValues: { email: 'b@x.com', name: null },
  withheld: { score: 'conflict' },
  supersedes: null,
  seen: '0123',
}

const conclusion: PlanRow = {
  ...operation,
  kind: 'none',
  remoteId: null,
  status: 'rejected',
  reason: 'match.ambiguous',
  message: 'several records match',
  hold: 'retry',
  presence: null,
  matchValue: null,
  releases: null,
  changes: {},
  crmValues: {},
  withheld: {},
}

describe('a plan row', () => {
  it.each([
    ['an operation', operation],
    ['a conclusion', conclusion],
  ])('is the same after it was written and read: %s', (_, row) => {
    expect(readPlanRow(writePlanRow(row))).toEqual(row)
  })

  it('has a cell for each column, and counts what it empties', () => {
    const cells = writePlanRow(operation)
    const names = Object.keys(planColumns)
    expect(cells).toHaveLength(names.length)
    // `name`: what the CRM holds is unknown, so it may be emptied; `email` is empty already.
    expect(cells[names.indexOf('clears')]).toBe('1')
  })
})

describe('the fields that an operation empties', () => {
  it.each([
    ['a value gives way to null', { crm: 'a', after: null }, true],
    ['a value gives way to an empty text', { crm: 'a', after: '' }, true],
    ['what is there is unknown', { after: null }, true],
    ['it is empty already', { crm: null, after: null }, false],
    ['it is an empty text already', { crm: '', after: null }, false],
    ['it gets a value', { crm: 'a', after: 'b' }, false],
  ])('%s', (_, change, counted) => {
    expect(clearedFields({ f: change })).toEqual(counted ? ['f'] : [])
  })
})

describe('a due row', () => {
  const cells: (string | null)[] = []
  cells[dueRow.sequence] = '7'
  cells[dueRow.key] = '042'
  cells[dueRow.side] = 'both'
  cells[dueRow.flags] = '101'
  cells[dueRow.remoteId] = '100'
  cells[dueRow.origin] = 'adopted'
  cells[dueRow.presence] = 'cleared'
  cells[dueRow.matchValue] = null
  cells[dueRow.released] = 'a@x.com'
  cells[dueRow.crmValues] = '{"name":null}'
  cells[dueRow.withheld] = '{"score":"skipped"}'
  cells[dueRow.mappingVersion] = '3'
  cells[dueRow.reopened] = 'true'
  const known = [...cells, 'a', null, '']

  it('is read with its flags, its values and its baseline', () => {
    expect(readDueRow(known)).toEqual({
      sequence: 7,
      key: '042',
      side: 'both',
      changed: [true, false, true],
      values: ['a', null, ''],
      baseline: {
        remoteId: '100',
        origin: 'adopted',
        presence: 'cleared',
        matchValue: null,
        released: 'a@x.com',
        crmValues: { name: null },
        withheld: { score: 'skipped' },
        mappingVersion: 3,
        reopened: true,
      },
    })
  })

  it('without a record has no baseline', () => {
    const fresh = known.map((cell, at) =>
      at >= dueRow.remoteId && at < dueRow.values ? null : cell,
    )
    expect(readDueRow(fresh).baseline).toBeNull()
  })
})
