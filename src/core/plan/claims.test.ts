import { describe, expect, it } from 'vitest'
import { collisionColumns } from '../sql/plan.ts'
import { noClaims, withClaims } from './claims.ts'
import { type BaselineRow, type DueRow, type PlanRow, undecided } from './plan-row.ts'

const baseline: BaselineRow = {
  remoteId: '1',
  origin: 'created',
  presence: 'present',
  matchValue: 'k@x.com',
  released: 'a@x.com',
  crmValues: {},
  withheld: {},
  mappingVersion: 1,
  reopened: false,
}

const due: DueRow = { sequence: 1, key: 'k', side: 'removed', changed: [], values: [], baseline }
const update: PlanRow = { ...undecided(due), kind: 'update' }
const kept: DueRow = { ...due, side: 'both' }
const fresh: DueRow = { ...due, side: 'new', baseline: null }

describe('what a plan claims', () => {
  it.each([
    ['creates', [fresh], [{ ...undecided(fresh), kind: 'create' as const, matchValue: 'n@x.com' }]],
    ['moves', [kept], [{ ...update, matchValue: 'a@x.com' }]],
    ['moves', [fresh], [{ ...undecided(fresh), matchValue: 'k@x.com' }]],
    ['binds', [kept], [{ ...update, remoteId: '2' }]],
    ['binds', [fresh], [{ ...undecided(fresh), remoteId: '1' }]],
    ['releases', [kept], [{ ...update, releases: 'a@x.com' }]],
    ['supersedes', [kept], [{ ...update, supersedes: 'l' }]],
    ['owes', [due], [update]],
  ])('%s', (name, rows, planned) => {
    const claims = withClaims(null, rows, planned)
    expect(claims).toEqual({ ...noClaims, [name]: true })
    expect(withClaims(claims, [], [])).toEqual({ ...claims, shares: collisionColumns })
  })

  it('is nothing where records only get other values', () => {
    const free: DueRow = { ...due, baseline: { ...baseline, released: null } }
    const bare = { ...update, matchValue: null, remoteId: null }
    expect(withClaims(null, [kept], [update])).toEqual(noClaims)
    expect(withClaims(null, [free], [update, bare])).toEqual(noClaims)
  })

  it.each([
    ['a match value', ['match_value'], { remoteId: null }],
    ['a record', ['remote_id'], { matchValue: null }],
    ['neither', [], { matchValue: null, remoteId: null }],
    [
      'what one of them keeps without a call',
      ['remote_id'],
      { status: 'unchanged' as const, presence: 'present' as const, matchValue: null },
    ],
    ['nothing, where one of them is rejected', [], { status: 'rejected' as const, presence: null }],
  ])('of two rows that share %s', (_, shares, differs) => {
    const both = [update, { ...update, ...differs }]
    expect(withClaims(null, [kept], both).shares).toEqual(shares)
  })
})
