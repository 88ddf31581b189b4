import { describe, expect, it } from 'vitest'
import { openLocal, startOfTest } from '../open-local.ts'
import { text } from '../store/values.ts'

const day = 86_400_000
const money = 'c'.repeat(40)
const tags = 'd'.repeat(40)
const options = [1, 2].map((id) => ({
  id,
  label: `T${id}`,
  color: null,
  addedAt: 0,
  updatedAt: null,
}))
const fields = {
  deal: [
    { code: money, name: 'Budget', type: 'monetary' as const },
    { code: tags, name: 'Tags', type: 'set' as const, options },
  ],
}

describe('lists of the first version', () => {
  it('go by start and limit, and say where the next page begins', () => {
    const local = openLocal()
    const person = local.create('/api/v2/persons', { name: 'Ann' })
    for (const content of ['a', 'b', 'c']) {
      local.call('POST /api/v1/notes', { content, person_id: person })
    }
    const first = local.call('GET /api/v1/notes?limit=2')
    expect(first.items).toHaveLength(2)
    const pagination = { start: 0, limit: 2, more_items_in_collection: true, next_start: 2 }
    expect(first.body['additional_data']).toEqual({ pagination })
    const last = local.call('GET /api/v1/notes?limit=2&start=2')
    expect(last.items).toMatchObject([{ content: 'c' }])
    expect(last.body['additional_data']).toEqual({
      pagination: { start: 2, limit: 2, more_items_in_collection: false },
    })
    expect(local.call('GET /api/v1/notes?limit=501').status).toBe(400)
    expect(local.call('GET /api/v1/notes?start=-1').status).toBe(400)
  })
})

describe('leads', () => {
  it('have ids without an order, texts for visibility, and the custom fields of deals beside their own', () => {
    const local = openLocal({ state: { fields } })
    const person = local.create('/api/v2/persons', { name: 'Ann' })
    const made = local.call('POST /api/v1/leads', {
      title: 'L',
      person_id: person,
      value: { amount: 5, currency: 'EUR' },
      [money]: { value: 9, currency: 'USD' },
      [tags]: [1, 2],
    })
    expect(made.status).toBe(201)
    expect(made.data).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      visible_to: '3',
      value: { amount: 5, currency: 'EUR' },
      add_time: '2026-03-10T12:00:00Z',
      [money]: 9,
      [`${money}_currency`]: 'USD',
      [tags]: '1,2',
    })
    const { data } = local.call(`PATCH /api/v1/leads/${text(made.data, 'id') ?? ''}`, {
      [money]: null,
    })
    expect(data).toMatchObject({ [tags]: '1,2' })
    expect(Object.keys(data).filter((name) => name.startsWith(money))).toEqual([])
  })

  it('want a title and a person or an organization', () => {
    const local = openLocal()
    expect(local.call('POST /api/v1/leads', { title: 'L' }).status).toBe(400)
    expect(local.call('POST /api/v1/leads', { person_id: 1 }).status).toBe(400)
  })

  it('are listed without the archived, filtered and by updated_since', () => {
    const local = openLocal()
    const [ann, bo] = ['Ann', 'Bo'].map((name) => local.create('/api/v2/persons', { name }))
    const first = local.call('POST /api/v1/leads', { title: 'A', person_id: ann ?? 0 }).data
    local.advance(60_000)
    local.call('POST /api/v1/leads', { title: 'B', person_id: bo ?? 0 })
    const titles = (query: string) =>
      local.call(`GET /api/v1/leads${query}`).items.map(({ title }) => title)
    expect(titles('')).toEqual(['A', 'B'])
    expect(titles(`?person_id=${bo}`)).toEqual(['B'])
    expect(titles('?updated_since=2026-03-10T12:01:00Z')).toEqual(['B'])
    expect(local.call('GET /api/v1/leads?updated_since=2026-03-10').status).toBe(400)
    const url = `/api/v1/leads/${text(first, 'id') ?? ''}`
    local.call(`PATCH ${url}`, { is_archived: true })
    expect(titles('')).toEqual(['B'])
    expect(titles('/archived')).toEqual(['A'])
    expect(local.call(`DELETE ${url}`).data).toEqual({ id: first['id'] })
    expect(local.call(`GET ${url}`).status).toBe(404)
  })
})

describe('notes', () => {
  it('are made, read, changed and deleted, with times that have a space', () => {
    const local = openLocal()
    const deal = local.create('/api/v2/deals', { title: 'Big' })
    const made = local.call('POST /v1/notes', {
      content: 'hi',
      deal_id: deal,
      pinned_to_deal_flag: 1,
    })
    expect(made.status).toBe(201)
    expect(made.data).toMatchObject({
      deal: { title: 'Big' },
      add_time: '2026-03-10 12:00:00',
      pinned_to_deal_flag: true,
      active_flag: true,
      user: { email: 'admin@example.com', is_you: true },
    })
    local.advance(60_000)
    expect(local.call('PUT /v1/notes/1', { content: 'ho' }).data).toMatchObject({
      content: 'ho',
      update_time: '2026-03-10 12:01:00',
    })
    expect(local.call(`GET /v1/notes?deal_id=${deal}`).items).toHaveLength(1)
    expect(local.call('GET /v1/notes?deal_id=9').items).toEqual([])
    expect(local.call('GET /v1/notes?updated_since=2026-03-10T12:01:01Z').items).toEqual([])
    expect(local.call('DELETE /v1/notes/1').body['data']).toBe(true)
    expect(local.call('GET /v1/notes/1').status).toBe(404)
  })

  it('want a content and something to be on', () => {
    const local = openLocal()
    expect(local.call('POST /v1/notes', { content: 'hi' }).status).toBe(400)
    expect(local.call('POST /v1/notes', { deal_id: 1 }).status).toBe(400)
  })
})

describe('users', () => {
  it('are listed with their rights, and read one by one', () => {
    const users = [{ id: '2', values: { name: 'Bo', email: 'b@x.com' } }]
    const local = openLocal({ state: { records: { users } } })
    const { items } = local.call('GET /api/v1/users')
    expect(items).toMatchObject([
      { id: 1, is_you: true, access: [{ app: 'sales', admin: true }, {}, {}] },
      { id: 2, is_you: false, access: [{ app: 'sales', admin: false }, {}, {}] },
    ])
    expect(local.call('GET /api/v1/users/2').data).toMatchObject({ name: 'Bo' })
    expect(local.call('GET /api/v1/users/3').status).toBe(404)
  })
})

describe('recents', () => {
  const since = (time: string, more = '') =>
    `GET /api/v1/recents?since_timestamp=${encodeURIComponent(time)}${more}`

  it('tell what changed of which object, in the shape of the first version', () => {
    const local = openLocal({ state: { fields } })
    const org = local.create('/api/v2/organizations', { name: 'Acme' })
    local.create('/api/v2/deals', {
      title: 'A',
      org_id: org,
      custom_fields: { [money]: { value: 9, currency: 'USD' } },
    })
    const { items, body } = local.call(since('2026-03-10 00:00:00', '&items=deal,organization'))
    expect(items).toMatchObject([
      { item: 'deal', id: 1, data: { org_id: { name: 'Acme', value: org }, [money]: 9 } },
      { item: 'organization', id: org, data: { add_time: '2026-03-10 12:00:00' } },
    ])
    expect(body['additional_data']).toMatchObject({
      since_timestamp: '2026-03-10 00:00:00',
      last_timestamp_on_page: '2026-03-10 12:00:00',
      pagination: { more_items_in_collection: false },
    })
  })

  it('reach back a month at most, whatever is asked for', () => {
    const old = { id: '1', values: { name: 'Old' }, addedAt: startOfTest - 40 * day }
    const recent = { id: '2', values: { name: 'New' }, addedAt: startOfTest - 20 * day }
    const local = openLocal({ state: { records: { persons: [old, recent] } } })
    const { items } = local.call(since('1970-01-01 00:00:00', '&items=person'))
    expect(items).toMatchObject([{ id: 2 }])
  })

  it('leave out rows without a time of change', () => {
    const old = { id: '1', values: { name: 'Old' }, updatedAt: null }
    const local = openLocal({ state: { records: { persons: [old] } } })
    expect(local.call(since('2026-03-01 00:00:00', '&items=person')).items).toEqual([])
    expect(local.call('GET /api/v2/persons').items).toHaveLength(1)
  })

  it('have no data of what was deleted, and come in pages', () => {
    const local = openLocal()
    for (const name of ['A', 'B', 'C']) local.create('/api/v2/persons', { name })
    local.advance(1000)
    local.call('DELETE /api/v2/persons/1')
    const all = '&items=person&limit=2'
    expect(local.call(since('2026-03-10 00:00:00', all)).items).toHaveLength(2)
    const last = local.call(since('2026-03-10 00:00:00', `${all}&start=2`))
    expect(last.items).toEqual([{ item: 'person', id: 1, data: null }])
  })

  it('want a time in their own form', () => {
    const local = openLocal()
    expect(local.call('GET /api/v1/recents').status).toBe(400)
    expect(local.call(since('2026-03-10T00:00:00Z')).status).toBe(400)
  })
})

describe('merging', () => {
  it('deletes the record of the path, fills the survivor, and takes what hung on it along', () => {
    const local = openLocal()
    const lost = local.create('/api/v2/persons', {
      name: 'Ann L.',
      emails: [{ value: 'a@x.com', primary: true, label: 'work' }],
    })
    const kept = local.create('/api/v2/organizations', { name: 'Acme' })
    const survivor = local.create('/api/v2/persons', { name: 'Ann Lee', org_id: kept })
    const deal = local.create('/api/v2/deals', { title: 'D', person_id: lost })
    local.advance(60_000)
    const url = `/api/v1/persons/${lost}/merge`
    const merged = local.call(`PUT ${url}`, { merge_with_id: survivor })
    expect(merged.data).toMatchObject({ id: survivor, name: 'Ann Lee', merge_what_id: lost })
    expect(local.call(`GET /api/v2/persons/${lost}`).data).toMatchObject({ is_deleted: true })
    expect(local.call(`GET /api/v2/persons/${survivor}`).data).toMatchObject({
      org_id: kept,
      update_time: '2026-03-10T12:01:00Z',
    })
    expect(local.call(`GET /api/v2/deals/${deal}`).data).toMatchObject({ person_id: survivor })
    expect(local.call(`PUT ${url}`, { merge_with_id: survivor }).status).toBe(404)
  })

  it('works for deals and organizations, and not with itself or nobody', () => {
    const local = openLocal()
    for (const path of ['deals', 'organizations']) {
      const body = path === 'deals' ? { title: 'A' } : { name: 'A' }
      const [one, two] = [1, 2].map(() => local.create(`/api/v2/${path}`, body))
      const url = `PUT /v1/${path}/${one}/merge`
      expect(local.call(url, { merge_with_id: one ?? 0 }).status).toBe(400)
      expect(local.call(url, { merge_with_id: 99 }).status).toBe(400)
      expect(local.call(url, { merge_with_id: '2' }).status).toBe(400)
      expect(local.call(url, { merge_with_id: two ?? 0 }).status).toBe(200)
    }
  })
})
