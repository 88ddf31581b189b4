import { describe, expect, it } from 'vitest'
import type { Field, FieldType } from '../../model/field.ts'
import type { CrmValue } from '../../model/operation.ts'
import type { FieldKnowledge } from '../mapping/mapping.ts'
import { blankRow, type PlanRow } from '../plan/plan-row.ts'
import { judgeFate } from './fate.ts'

function field(name: string, type: FieldType): [string, Field] {
  return [name, { name, label: name, type, writable: true, unique: false, lookup: false }]
}

const email = field('email', 'text')
const ownKey = field('syncline_key', 'text')

const knowledge: FieldKnowledge = {
  fields: new Map([email, field('name', 'text'), field('score', 'number')]),
  match: email[1],
  identity: email[1],
  normalise: ({ name }, value) => (name === 'email' ? value.trim().toLowerCase() : value),
}

const update: PlanRow = {
  ...blankRow,
  sequence: 7,
  kind: 'update',
  key: 'k1',
  remoteId: '100',
  presence: 'present',
  matchValue: 'a@x.com',
  changes: {
    name: { sent: 'Ann', crm: 'Ann', after: 'Anna' },
    score: { sent: '1', crm: '1', after: null },
  },
}

const create: PlanRow = {
  ...update,
  kind: 'create',
  remoteId: null,
  changes: { email: { crm: null, after: ' A@X.com ' }, score: { crm: null, after: '1.5' } },
}

const long: PlanRow = {
  ...create,
  changes: { ...create.changes, name: { crm: null, after: 'Ann' } },
}

const remove: PlanRow = { ...update, kind: 'delete', changes: {} }

/** An update that was planned without a look: what stood there before is what was confirmed. */
const blind: PlanRow = { ...update, changes: { name: { sent: 'Ann', after: 'Anna' } } }
const blindAndNew: PlanRow = { ...update, changes: { name: { after: 'Anna' } } }

type Values = Readonly<Record<string, CrmValue>> | null

describe('an operation without an answer', () => {
  it.each<readonly [string, PlanRow, Values, string]>([
    ['a create whose record is there', create, { email: 'a@x.com', score: '1.50' }, 'applied'],
    ['a create without a record', create, null, 'not_applied'],
    ['a create beside another record', create, { email: 'a@x.com', score: '9' }, 'altered'],
    [
      'a create of which nothing shows',
      long,
      { email: 'a@x.com', name: 'Al', score: '9' },
      'altered',
    ],
    ['a create changed since', long, { email: 'a@x.com', name: 'Al', score: '1.5' }, 'altered'],
    ['an update that shows', update, { name: 'Anna', score: null }, 'applied'],
    ['an update that shows, an empty text', update, { name: 'Anna', score: '' }, 'applied'],
    ['an update that does not show', update, { name: 'Ann', score: '1.0' }, 'not_applied'],
    ['an update half of which shows', update, { name: 'Anna', score: '1' }, 'changed'],
    ['an update over which a person wrote', update, { name: 'Annie', score: null }, 'changed'],
    ['an update whose record is gone', update, null, 'changed'],
    ['a blind update that shows', blind, { name: 'Anna' }, 'applied'],
    ['a blind update that does not show', blind, { name: 'Ann' }, 'not_applied'],
    ['a blind update of what was unknown', blindAndNew, { name: 'Ann' }, 'changed'],
    ['a delete whose record is gone', remove, null, 'applied'],
    ['a delete whose record is there', remove, { name: 'Ann' }, 'not_applied'],
    ['no operation at all', { ...update, kind: 'none' }, { name: 'Anna', score: null }, 'changed'],
  ])('%s', (_, row, values, fate) => {
    const record = values === null ? undefined : { id: '100', values }
    expect(judgeFate(row, record, knowledge)).toBe(fate)
  })

  it.each([
    ['merged for an update', update, 'merged'],
    ['changed for a clear', { ...update, presence: 'cleared' }, 'changed'],
    ['applied for a delete', remove, 'applied'],
  ] as const)('shows nothing in a record that its own was merged into: %s', (_, row, fate) => {
    const survivor = { id: '200', values: { name: 'Anna', score: null } }
    expect(judgeFate(row, survivor, knowledge)).toBe(fate)
  })

  it.each<readonly [string, Values, string]>([
    ['its own match value', { domain: 'one.com', country: 'de', syncline_key: 'c:1' }, 'applied'],
    ['no match value', { domain: '', country: 'de', syncline_key: 'c:1' }, 'altered'],
    ['another match value', { domain: 'two.com', country: 'de', syncline_key: 'c:1' }, 'foreign'],
  ])('is told by a key of our own, where the record has %s', (_, values, fate) => {
    const company: PlanRow = {
      ...create,
      matchValue: 'one.com',
      changes: {
        syncline_key: { crm: null, after: 'c:1' },
        domain: { crm: null, after: 'one.com' },
        country: { crm: null, after: 'de' },
      },
    }
    const fields = new Map([field('domain', 'text'), field('country', 'text'), ownKey])
    const byKey = { ...knowledge, fields, match: fields.get('domain') ?? null, identity: ownKey[1] }
    expect(judgeFate(company, { id: '100', values: values ?? {} }, byKey)).toBe(fate)
  })

  it('is not judged applied by a field that nobody knows', () => {
    const row = { ...update, changes: { unknown: { sent: 'a', crm: 'a', after: 'b' } } }
    expect(judgeFate(row, { id: '100', values: { unknown: 'b' } }, knowledge)).toBe('changed')
  })
})
