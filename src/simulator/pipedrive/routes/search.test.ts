import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../json.ts'
import { openLocal } from '../open-local.ts'
import { noLimits } from '../request/rate-limits.ts'
import type { PipedriveOptions } from '../simulator.ts'

const types = [
  'varchar',
  'text',
  'varchar_auto',
  'double',
  'monetary',
  'phone',
  'address',
  'date',
  'enum',
] as const
const codes = Object.fromEntries(types.map((type, index) => [type, String(index).repeat(40)]))
const key = codes['varchar'] ?? ''
const option = { id: 1, label: 'One', color: null, addedAt: 0, updatedAt: null }
const custom: JsonObject = {
  varchar: 'Key-1',
  text: 'Key-1',
  varchar_auto: 'Key-1',
  double: 7,
  monetary: { value: 7, currency: 'EUR' },
  phone: '+1 555',
  address: { value: 'Rome' },
  date: '2026-01-01',
  enum: 1,
}

function people(options: PipedriveOptions = {}) {
  const local = openLocal({
    ...options,
    state: {
      fields: {
        person: types.map((type) => ({
          code: codes[type] ?? '',
          name: type,
          type,
          ...(type === 'enum' ? { options: [option] } : {}),
        })),
      },
    },
  })
  const org = local.create('/api/v2/organizations', { name: 'Acme' })
  const values = Object.entries(custom).map(([type, value]) => [codes[type] ?? '', value] as const)
  local.create('/api/v2/persons', {
    name: 'Ann Lee',
    org_id: org,
    emails: [{ value: 'Ann@x.com', primary: true, label: 'work' }],
    custom_fields: Object.fromEntries(values),
  })
  local.create('/api/v2/persons', { name: 'Joanne', custom_fields: { [key]: 'key-1' } })
  local.call('POST /api/v1/notes', { content: 'likes tea', person_id: 2 })
  return local
}
type Local = ReturnType<typeof people>

/** Ids of what is found, in any of the forms of an answer. */
function found(local: Local, url: string): readonly unknown[] {
  const { status, body, items } = local.call(`GET ${url}`)
  expect(status).toBe(200)
  const { data } = body
  const list =
    items.length > 0 || Array.isArray(data) ? items : (data as { items: JsonObject[] }).items
  return list.map((one) => ('item' in one ? (one['item'] as JsonObject)['id'] : one['id']))
}
const persons = (local: Local, query: string) => found(local, `/api/v2/persons/search?${query}`)
const byField = (local: Local, query: string) =>
  found(local, `/api/v2/itemSearch/field?entity_type=person&${query}`)

describe('the search for persons', () => {
  it.each([
    ['term=ann', [1, 2]],
    ['term=ANN LEE&exact_match=true', [1]],
    ['term=ann&exact_match=true', []],
    ['term=ann@X.com&exact_match=true&fields=email', [1]],
    ['term=ann@x.com&fields=name', []],
    ['term=tea&fields=notes', [2]],
    ['term=key-1&fields=custom_fields&exact_match=true', [1, 2]],
    ['term=ann&organization_id=1', [1]],
    ['term=7&fields=custom_fields&exact_match=true', [1]],
  ])('with %s finds %j, whatever the case', (query, expected) => {
    expect(persons(people(), query)).toEqual(expected)
  })

  it('wants two characters, or one for an exact match', () => {
    const local = people()
    expect(local.call('GET /api/v2/persons/search?term=a').status).toBe(400)
    expect(local.call('GET /api/v2/persons/search?term=a&exact_match=true').status).toBe(200)
    expect(local.call('GET /api/v2/persons/search').status).toBe(400)
  })

  it('shows custom fields as a flat list of texts', () => {
    const { body } = people().call('GET /api/v2/persons/search?term=ann lee')
    expect(body).toMatchObject({
      data: {
        items: [
          {
            result_score: expect.any(Number),
            item: {
              id: 1,
              type: 'person',
              emails: ['Ann@x.com'],
              organization: { id: 1, name: 'Acme' },
              custom_fields: ['Key-1', 'Key-1', 'Key-1', '7', '7', '+1 555', 'Rome'],
            },
          },
        ],
      },
      additional_data: { next_cursor: null },
    })
  })

  it('comes in pages', () => {
    const local = people()
    const first = local.call('GET /api/v2/persons/search?term=ann&limit=1')
    expect(first.next).not.toBeNull()
    expect(persons(local, `term=ann&limit=1&cursor=${first.next ?? ''}`)).toEqual([2])
  })
})

describe('the search in one field', () => {
  it.each([
    ['term=Key-1', [1]],
    ['term=key-1', [2]],
    ['term=Key&match=beginning', [1]],
    ['term=ey-&match=middle', [1, 2]],
    ['term=ey-&match=exact', []],
  ])('with %s finds %j: case counts', (query, expected) => {
    expect(byField(people(), `field=${key}&${query}`)).toEqual(expected)
  })

  it.each(types)('of type %s is possible if the type is searchable', (type) => {
    const url = `/api/v2/itemSearch/field?entity_type=person&term=xx&field=${codes[type] ?? ''}`
    const expected = type === 'date' || type === 'enum' ? 400 : 200
    expect(people().call(`GET ${url}`).status).toBe(expected)
  })

  it('gives results with a score, or bare names, as one likes', () => {
    const local = people()
    const url = `GET /api/v2/itemSearch/field?entity_type=person&term=key-1&field=${key}`
    expect(local.call(url).items).toMatchObject([
      { result_score: 1, item: { id: 2, name: 'Joanne', [key]: 'key-1' } },
    ])
    local.pipedrive.configure({ behaviour: { fieldSearch: 'bare' } })
    expect(local.call(url).items).toEqual([{ id: 2, name: 'Joanne' }])
  })

  it('refuses unknown objects, matches and fields', () => {
    const local = people()
    const url = 'GET /api/v2/itemSearch/field?term=xx'
    expect(local.call(`${url}&entity_type=file&field=name`).status).toBe(400)
    expect(local.call(`${url}&entity_type=person&field=nothing`).status).toBe(400)
    expect(local.call(`${url}&entity_type=person&field=name&match=fuzzy`).status).toBe(400)
  })
})

describe('every search', () => {
  it('costs 20 tokens and is let in ten times in two seconds, on any plan', () => {
    const local = people({ limits: { ...noLimits, dailyTokens: 1000, search: 10 } })
    const statuses = Array.from(
      { length: 11 },
      () => local.call('GET /api/v2/persons/search?term=ann').status,
    )
    expect(statuses.filter((status) => status === 200)).toHaveLength(10)
    expect(local.pipedrive.dump().state.dailyUsed).toBe(5 + 5 + 5 + 10 + 200)
    expect(local.call('GET /api/v2/persons').status).toBe(200)
  })

  it('lags behind the writes', () => {
    const local = people({ searchLagMs: 5000 })
    local.advance(5000)
    local.call('PATCH /api/v2/persons/1', { name: 'Zoe' })
    local.call('DELETE /api/v2/persons/2')
    local.create('/api/v2/persons', { name: 'Annika' })
    expect(persons(local, 'term=ann')).toEqual([1, 2])
    local.advance(4999)
    expect(persons(local, 'term=zoe')).toEqual([])
    local.advance(1)
    expect(persons(local, 'term=zoe')).toEqual([1])
    expect(persons(local, 'term=ann&fields=name')).toEqual([3])
  })
})
