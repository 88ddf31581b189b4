import { describe, expect, it } from 'vitest'
import { blankRow, type PlanRow } from '../plan/plan-row.ts'
import { delivered, undelivered, withLinkRefused, withLinksUnknown } from './outcome.ts'
import { readOutcomes, readPayload, writeOutcomes, writePayload } from './payload.ts'

const update: PlanRow = {
  ...blankRow,
  sequence: 7,
  kind: 'update',
  key: 'k1',
  remoteId: '100',
  presence: 'present',
  matchValue: 'a@x.com',
  changes: { name: { sent: 'Ann', crm: 'Ann', after: 'anna' }, score: { after: null } },
  crmValues: { email: 'a@x.com', name: 'Ann', score: '1' },
}

const create: PlanRow = { ...update, kind: 'create', remoteId: null, crmValues: {} }

describe('an operation that the CRM confirmed', () => {
  it('leaves in the baseline what was sent, laid over what was confirmed before', () => {
    expect(delivered(update, { id: '100', created: false, returned: {} })).toEqual({
      sequence: 7,
      status: 'delivered',
      reason: null,
      message: null,
      hold: null,
      remoteId: '100',
      origin: null,
      presence: 'present',
      crmValues: { email: 'a@x.com', name: 'anna', score: null },
      withheld: {},
      reopen: false,
      keepsMatch: false,
    })
  })

  it('leaves what the CRM made of it where the CRM says so', () => {
    const returned = { name: 'Anna', hs_lastmodified: 'now' }
    expect(delivered(update, { id: '100', created: false, returned }).crmValues).toEqual({
      email: 'a@x.com',
      name: 'Anna',
      score: null,
    })
  })

  it('does not take a returned value that it did not write for one it confirmed', () => {
    const returned = { email: 'edited@x.com' }
    const { crmValues } = delivered(update, { id: '100', created: false, returned })
    expect(crmValues['email']).toBe('a@x.com')
  })

  it.each([
    ['created', true],
    ['adopted', false],
  ])('of a new row is %s', (origin, created) => {
    expect(delivered(create, { id: '101', created, returned: {} })).toMatchObject({
      origin,
      remoteId: '101',
      crmValues: { name: 'anna', score: null },
    })
  })

  it('says which fields it left to a person', () => {
    const row = { ...update, withheld: { score: 'conflict', phone: 'skipped' } as const }
    const { message, withheld } = delivered(row, { id: '100', created: false, returned: {} })
    expect(message).toBe('left alone, changed in the CRM since the last push: score')
    expect(withheld).toEqual({ score: 'conflict', phone: 'skipped' })
  })

  it('that deletes leaves the record archived', () => {
    const row = { ...update, kind: 'delete', presence: 'archived', changes: {} } as const
    expect(delivered(row, { id: '100', created: false, returned: {} })).toMatchObject({
      presence: 'archived',
      origin: null,
    })
  })
})

describe('an operation whose associations were not written', () => {
  it('leaves the record of a removed row present, so that the row is due again', () => {
    const cleared: PlanRow = { ...update, presence: 'cleared' }
    const outcome = delivered(cleared, { id: '7', created: false, returned: {} })
    const why = { reason: 'association.test', message: 'not today' }
    expect(withLinksUnknown(cleared, outcome, why)).toMatchObject({
      ...why,
      status: 'deferred',
      presence: 'present',
      reopen: true,
    })
  })

  it('knows nothing of a link that was refused, and the others as they were', () => {
    const links: PlanRow = {
      ...update,
      crmValues: { 'association.a': '1', 'association.b': '4' },
      changes: {
        'association.a': { sent: '1', after: '2' },
        'association.b': { sent: '4', after: '5' },
      },
    }
    const outcome = delivered(links, { id: '7', created: false, returned: {} })
    const why = { reason: 'association.test', message: 'no' }
    const refused = withLinkRefused(outcome, 'association.a', why)
    expect(refused).toMatchObject({ ...why, status: 'deferred', reopen: true })
    expect(refused.crmValues).toEqual({ 'association.b': '5' })
    expect(withLinksUnknown(links, refused, why, ['association.b']).crmValues).toEqual({
      'association.b': '4',
      'association.b (in doubt)': '5',
    })
  })
})

describe('an operation that did not happen', () => {
  it('leaves the baseline as it is', () => {
    const outcome = { status: 'rejected', reason: 'crm.invalid', message: 'no' } as const
    expect(undelivered(update, outcome)).toEqual({
      sequence: 7,
      ...outcome,
      hold: null,
      remoteId: '100',
      origin: null,
      presence: null,
      crmValues: {},
      withheld: {},
      reopen: false,
      keepsMatch: false,
    })
  })

  it('may be held back', () => {
    const outcome = { status: 'deferred', reason: 'r', message: 'm', hold: 'doubt' } as const
    expect(undelivered(create, outcome)).toMatchObject({ hold: 'doubt', remoteId: null })
  })
})

describe('what the ledger keeps of a batch', () => {
  it('reads back as the payload that was written', () => {
    const payload = { purpose: 'operations', rows: [update, create] } as const
    expect(readPayload(writePayload(payload))).toEqual(payload)
  })

  it('reads back as the outcomes that were written', () => {
    const outcomes = [delivered(create, { id: '1', created: true, returned: {} })]
    expect(readOutcomes(writeOutcomes(outcomes))).toEqual(outcomes)
  })
})
