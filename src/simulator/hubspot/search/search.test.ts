import { describe, expect, it } from 'vitest'
import type { Json } from '../../json.ts'
import { idsIn, openLocal } from '../open-local.ts'
import type { OpenLocal } from '../open-local.ts'

const url = 'POST /crm/v3/objects/contacts/search'

function open() {
  const local = openLocal({
    state: {
      properties: {
        contacts: [
          { name: 'score', type: 'number', fieldType: 'number' },
          { name: 'born', type: 'date', fieldType: 'date' },
        ],
      },
    },
  })
  const ann = local.create('contacts', {
    email: 'ann@x.com',
    firstname: 'Ann',
    city: 'New York',
    score: '9',
    born: '1990-01-02',
    hs_lead_status: 'NEW',
  })
  const bob = local.create('contacts', {
    email: 'bob@x.com',
    firstname: 'Bob',
    city: 'york-town',
    score: '10',
    born: '1991-01-02',
  })
  const cid = local.create('contacts', { email: 'cid@y.com', firstname: 'Cid' })
  return { local, ann, bob, cid }
}

function find(local: OpenLocal, ...filters: Json[]) {
  return idsIn(local.call(url, { filterGroups: [{ filters }], limit: 100 }).results)
}

function filter(propertyName: string, operator: string, rest: { [key: string]: Json } = {}) {
  return { propertyName, operator, ...rest }
}

describe('search', () => {
  it('takes an empty body and answers total and the oldest first', () => {
    const { local, ann, bob, cid } = open()
    const { body, results } = local.call(url, {})
    expect(body['total']).toBe(3)
    expect(idsIn(results)).toEqual([ann, bob, cid])
    expect('paging' in body).toBe(false)
  })

  it('compares by every operator', () => {
    const { local, ann, bob, cid } = open()
    const of = (name: string, operator: string, rest = {}) =>
      find(local, filter(name, operator, rest))
    expect(of('score', 'EQ', { value: '9' })).toEqual([ann])
    expect(of('score', 'NEQ', { value: '9' })).toEqual([bob])
    expect(of('score', 'LT', { value: '10' })).toEqual([ann])
    expect(of('score', 'LTE', { value: '10' })).toEqual([ann, bob])
    expect(of('score', 'GT', { value: '9' })).toEqual([bob])
    expect(of('score', 'GTE', { value: '9' })).toEqual([ann, bob])
    expect(of('score', 'BETWEEN', { value: '9.5', highValue: '10' })).toEqual([bob])
    expect(of('firstname', 'IN', { values: ['ann', 'cid'] })).toEqual([ann, cid])
    expect(of('firstname', 'NOT_IN', { values: ['ann'] })).toEqual([bob, cid])
    expect(of('city', 'HAS_PROPERTY')).toEqual([ann, bob])
    expect(of('city', 'NOT_HAS_PROPERTY')).toEqual([cid])
    expect(of('city', 'CONTAINS_TOKEN', { value: 'york' })).toEqual([ann, bob])
    expect(of('email', 'CONTAINS_TOKEN', { value: 'a*' })).toEqual([ann])
    expect(of('city', 'NOT_CONTAINS_TOKEN', { value: 'new' })).toEqual([bob])
  })

  it('does not match records without a value in NEQ and NOT_IN', () => {
    const { local, bob } = open()
    expect(find(local, filter('score', 'NEQ', { value: '9' }))).toEqual([bob])
    expect(find(local, filter('score', 'NOT_IN', { values: ['9'] }))).toEqual([bob])
  })

  it('matches nothing when IN gives text values in upper case', () => {
    const { local } = open()
    expect(find(local, filter('firstname', 'IN', { values: ['Ann'] }))).toEqual([])
  })

  it('compares enumerations by value in any case', () => {
    const { local, ann } = open()
    expect(find(local, filter('hs_lead_status', 'EQ', { value: 'NEW' }))).toEqual([ann])
  })

  it('takes dates as epoch milliseconds and as ISO texts', () => {
    const { local, ann, bob } = open()
    const at = String(Date.parse('1990-06-01T00:00:00Z'))
    expect(find(local, filter('born', 'GT', { value: at }))).toEqual([bob])
    expect(find(local, filter('born', 'LT', { value: '1990-06-01' }))).toEqual([ann])
    expect(find(local, filter('createdate', 'GTE', { value: String(local.now() + 1) }))).toEqual([])
  })

  it('joins groups by or, filters by and, and the query to both', () => {
    const { local, ann, bob, cid } = open()
    const one = { filters: [filter('firstname', 'EQ', { value: 'ann' })] }
    const two = {
      filters: [
        filter('email', 'CONTAINS_TOKEN', { value: 'x.com' }),
        filter('score', 'GT', { value: '9' }),
      ],
    }
    expect(idsIn(local.call(url, { filterGroups: [one, two] }).results)).toEqual([ann, bob])
    expect(idsIn(local.call(url, { query: 'y.com' }).results)).toEqual([cid])
    expect(idsIn(local.call(url, { query: 'ann', filterGroups: [two] }).results)).toEqual([])
  })

  it('filters by associated records', () => {
    const { local, ann } = open()
    const company = local.create('companies', { name: 'A' })
    local.call(`PUT /crm/v4/objects/contacts/${ann}/associations/default/companies/${company}`)
    expect(find(local, filter('associations.companies', 'EQ', { value: company }))).toEqual([ann])
    expect(find(local, filter('associations.companies', 'IN', { values: ['1'] }))).toEqual([])
  })

  it('sorts by one property, numbers as numbers, empty ones last', () => {
    const { local, ann, bob, cid } = open()
    const sorted = (direction: string) =>
      idsIn(local.call(url, { sorts: [{ propertyName: 'score', direction }] }).results)
    expect(sorted('ASCENDING')).toEqual([ann, bob, cid])
    expect(sorted('DESCENDING')).toEqual([bob, ann, cid])
    const two = [{ propertyName: 'score' }, { propertyName: 'city' }]
    expect(local.call(url, { sorts: two }).status).toBe(400)
  })

  it('pages by an offset that is a text', () => {
    const { local, bob } = open()
    const first = local.call(url, { limit: 1 })
    expect(first.body['paging']).toEqual({ next: { after: '1' } })
    const second = local.call(url, { limit: 1, after: '1' })
    expect(idsIn(second.results)).toEqual([bob])
    expect('paging' in local.call(url, { limit: 1, after: '2' }).body).toBe(false)
  })

  it('ends at 10,000: going on from the last offset is refused though total says there is more', () => {
    const records = Array.from({ length: 10_050 }, (_, at) => ({
      properties: { firstname: `n${at}` },
    }))
    const local = openLocal({ state: { records: { contacts: records } } })
    const last = local.call(url, { limit: 10, after: '9990' })
    expect(last.body).toMatchObject({ total: 10_050, paging: { next: { after: '10000' } } })
    expect(local.call(url, { limit: 10, after: '10000' }).status).toBe(400)
    expect(local.call(url, { limit: 200, after: '9900' }).status).toBe(400)
  })

  it('goes on beyond 10,000 by a filter on the id', () => {
    const { local, bob, cid, ann } = open()
    expect(find(local, filter('hs_object_id', 'GT', { value: ann }))).toEqual([bob, cid])
  })

  it('refuses more than 5 groups, 6 filters in one, 18 in all, 200 results and 3,000 characters', () => {
    const { local } = open()
    const group = (count: number) => ({
      filters: Array.from({ length: count }, () => filter('city', 'HAS_PROPERTY')),
    })
    const groups = (...counts: number[]) =>
      local.call(url, { filterGroups: counts.map(group) }).status
    expect(groups(1, 1, 1, 1, 1)).toBe(200)
    expect(groups(1, 1, 1, 1, 1, 1)).toBe(400)
    expect(groups(6, 6, 6)).toBe(200)
    expect(groups(7)).toBe(400)
    expect(groups(5, 5, 5, 4)).toBe(400)
    expect(local.call(url, { limit: 200 }).status).toBe(200)
    expect(local.call(url, { limit: 201 }).status).toBe(400)
    expect(local.call(url, { query: 'x'.repeat(3001) }).status).toBe(400)
  })

  it('refuses unknown properties and operators', () => {
    const { local } = open()
    const status = (one: Json) => local.call(url, { filterGroups: [{ filters: [one] }] }).status
    expect(status(filter('nope', 'HAS_PROPERTY'))).toBe(400)
    expect(status(filter('city', 'LIKE', { value: 'x' }))).toBe(400)
    expect(status(filter('city', 'EQ'))).toBe(400)
  })

  it('never shows archived records', () => {
    const { local, ann, bob, cid } = open()
    local.call(`DELETE /crm/v3/objects/contacts/${bob}`)
    expect(idsIn(local.call(url, {}).results)).toEqual([ann, cid])
  })

  it('shows records as they were before the lag: created, changed and archived ones', () => {
    const { local, ann, bob } = open()
    local.hubspot.configure({ searchLagMs: 5000 })
    const city = (value: string) => find(local, filter('city', 'EQ', { value }))
    local.call(`PATCH /crm/v3/objects/contacts/${ann}`, { properties: { city: 'Rome' } })
    local.advance(3000)
    local.call(`PATCH /crm/v3/objects/contacts/${ann}`, { properties: { city: 'Oslo' } })
    local.call(`DELETE /crm/v3/objects/contacts/${bob}`)
    const dan = local.create('contacts', { email: 'dan@x.com' })
    expect(local.read('contacts', ann, 'city')['city']).toBe('Oslo')
    expect(city('new york')).toEqual([ann])
    expect(idsIn(local.call(url, {}).results)).toContain(bob)
    expect(find(local, filter('email', 'EQ', { value: 'dan@x.com' }))).toEqual([])
    local.advance(2000)
    expect(city('rome')).toEqual([ann])
    expect(city('oslo')).toEqual([])
    local.advance(3000)
    expect(city('oslo')).toEqual([ann])
    expect(idsIn(local.call(url, {}).results)).not.toContain(bob)
    expect(find(local, filter('email', 'EQ', { value: 'dan@x.com' }))).toEqual([dan])
  })
})
