import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../json.ts'
import { openLocal } from '../open-local.ts'

const pipelines = [
  { id: '1', values: { name: 'Sales' } },
  { id: '2', values: { name: 'Renewals' } },
]
const stages = [
  { id: '1', values: { name: 'New', pipeline_id: 1, order_nr: 1 } },
  { id: '2', values: { name: 'Won', pipeline_id: 1, order_nr: 2 } },
  { id: '3', values: { name: 'Due', pipeline_id: 2, order_nr: 1 } },
]
const open = () => openLocal({ state: { records: { pipelines, stages } } })

describe('creating', () => {
  it.each([
    ['/api/v2/persons', { name: 'Ann Lee' }, 200],
    ['/api/v2/organizations', { name: 'Acme' }, 200],
    ['/api/v2/deals', { title: 'Big' }, 200],
    ['/api/v2/activities', { subject: 'Call' }, 200],
    ['/api/v2/products', { name: 'Thing' }, 201],
  ])('at %s answers the whole record', (path, body, status) => {
    const local = open()
    const answer = local.call(`POST ${path}`, body)
    expect(answer.status).toBe(status)
    expect(answer.data).toMatchObject({ id: 1, owner_id: 1, is_deleted: false, ...body })
    expect(local.call(`GET ${path}/1`).data).toEqual(answer.data)
  })

  it.each([
    ['/api/v2/persons', {}],
    ['/api/v2/organizations', { name: '' }],
    ['/api/v2/deals', { title: null }],
    ['/api/v2/products', { code: 'x' }],
  ])('at %s wants a name or title', (path, body) => {
    expect(open().call(`POST ${path}`, body).status).toBe(400)
  })

  it('makes another record of a request that is repeated', () => {
    const local = open()
    const body = { name: 'Ann', emails: [{ value: 'a@x.com', primary: true, label: 'work' }] }
    expect([1, 2].map(() => local.create('/api/v2/persons', body))).toEqual([1, 2])
  })

  it('begins a deal at the first stage, or at the first of its pipeline', () => {
    const local = open()
    local.create('/api/v2/deals', { title: 'A' })
    local.create('/api/v2/deals', { title: 'B', pipeline_id: 2 })
    local.create('/api/v2/deals', { title: 'C', stage_id: 3 })
    const placed = local.call('GET /api/v2/deals').items
    expect(placed.map((deal) => [deal['pipeline_id'], deal['stage_id']])).toEqual([
      [1, 1],
      [2, 3],
      [2, 3],
    ])
    const wrong = { title: 'D', pipeline_id: 1, stage_id: 3 }
    expect(local.call('POST /api/v2/deals', wrong).status).toBe(400)
  })

  it('takes the time a person was added', () => {
    const local = open()
    local.create('/api/v2/persons', { name: 'Ann', add_time: '2020-01-02T03:04:05Z' })
    expect(local.call('GET /api/v2/persons/1').data).toMatchObject({
      add_time: '2020-01-02T03:04:05Z',
      update_time: '2026-03-10T12:00:00Z',
    })
  })
})

describe('changing', () => {
  it('touches only what is named, and moves update_time', () => {
    const local = open()
    local.create('/api/v2/persons', { name: 'Ann Lee', label_ids: [1] })
    local.advance(90_500)
    const { data } = local.call('PATCH /api/v2/persons/1', { name: 'Ann Roe' })
    expect(data).toMatchObject({
      name: 'Ann Roe',
      last_name: 'Roe',
      label_ids: [1],
      add_time: '2026-03-10T12:00:00Z',
      update_time: '2026-03-10T12:01:30Z',
    })
    expect(local.call('PUT /api/v2/persons/1', {}).status).toBe(405)
  })

  it('to what is there already leaves no trace', () => {
    const local = open()
    local.create('/api/v2/persons', { name: 'Ann' })
    local.advance(60_000)
    const { data } = local.call('PATCH /api/v2/persons/1', { name: 'Ann' })
    expect(data['update_time']).toBe('2026-03-10T12:00:00Z')
    expect(local.pipedrive.log()).toHaveLength(1)
  })

  it('replaces e-mail addresses and phones whole', () => {
    const local = open()
    const two = ['a@x.com', 'b@x.com'].map((value) => ({ value, primary: false, label: 'work' }))
    local.create('/api/v2/persons', { name: 'Ann', emails: two })
    const { data } = local.call('PATCH /api/v2/persons/1', { emails: [{ value: 'c@x.com' }] })
    expect(data['emails']).toEqual([{ value: 'c@x.com', primary: false, label: '' }])
  })

  it('makes the parts of an address that are left out empty', () => {
    const local = open()
    const address = { value: 'Main St 1, Rome', locality: 'Rome', postal_code: '00100' }
    local.create('/api/v2/organizations', { name: 'Acme', address })
    const { data } = local.call('PATCH /api/v2/organizations/1', {
      address: { value: 'Main St 1, Rome', postal_code: '00100' },
    })
    expect(data['address']).toMatchObject({ locality: null, postal_code: '00100', country: null })
    const bare = { address: { locality: 'Rome' } }
    expect(local.call('PATCH /api/v2/organizations/1', bare).status).toBe(400)
  })

  it('is 404 where there is none or it is deleted', () => {
    const local = open()
    local.create('/api/v2/persons', { name: 'Ann' })
    expect(local.call('DELETE /api/v2/persons/1').data).toEqual({ id: 1 })
    for (const id of [1, 2]) {
      expect(local.call(`PATCH /api/v2/persons/${id}`, { name: 'B' }).status).toBe(404)
      expect(local.call(`DELETE /api/v2/persons/${id}`).status).toBe(404)
    }
  })

  it.each<[string, JsonObject]>([
    ['a number as text', { value: '12' }],
    ['an id as text', { owner_id: '1' }],
    ['a fraction as id', { owner_id: 1.5 }],
    ['an id that is nobody', { owner_id: 99 }],
    ['1 for true', { is_archived: 1 }],
    ['a time with milliseconds', { status: 'won', won_time: '2026-01-01T00:00:00.000Z' }],
    ['a time with a space', { status: 'won', won_time: '2026-01-01 00:00:00' }],
    ['a date with a time', { expected_close_date: '2026-01-01T00:00:00Z' }],
    ['a number as title', { title: 5 }],
    ['an unknown status', { status: 'deleted' }],
    ['an unknown visibility', { visible_to: 2 }],
    ['visibility as text', { visible_to: '3' }],
    ['a currency of two letters', { currency: 'EU' }],
    ['text for a list', { label_ids: '1,2' }],
    ['a field that is not there', { titel: 'A' }],
    ['a field that only Pipedrive writes', { update_time: '2026-01-01T00:00:00Z' }],
    ['custom fields as a list', { custom_fields: [] }],
  ])('refuses %s', (_what, body) => {
    const local = open()
    local.create('/api/v2/deals', { title: 'A' })
    const { status, body: answer } = local.call('PATCH /api/v2/deals/1', body)
    expect(status).toBe(400)
    expect(answer).toMatchObject({ success: false, data: null, additional_data: null })
    expect(local.pipedrive.log()).toHaveLength(1)
  })

  it('takes the fields of contacts only where contacts are synced', () => {
    const local = open()
    for (const body of [{ job_title: 'CEO' }, { notes: 'x' }, { birthday: '1990-01-01' }]) {
      expect(local.call('POST /api/v2/persons', { name: 'Ann', ...body }).status).toBe(403)
    }
    expect(local.call('GET /api/v2/persons').items).toEqual([])
    local.pipedrive.configure({ behaviour: { contactSync: true } })
    local.create('/api/v2/persons', { name: 'Ann', job_title: 'CEO' })
    expect(local.call('GET /api/v2/persons/1').data).toMatchObject({ job_title: 'CEO', im: [] })
  })
})

describe('the status of a deal', () => {
  function deal(body: JsonObject = {}) {
    const local = open()
    local.create('/api/v2/deals', { title: 'A', ...body })
    local.advance(60_000)
    return local
  }
  const patch = (local: ReturnType<typeof open>, body: JsonObject) =>
    local.call('PATCH /api/v2/deals/1', body)

  it('sets the times that belong to it, and takes them away again', () => {
    const local = deal()
    const at = '2026-03-10T12:01:00Z'
    const won = patch(local, { status: 'won' }).data
    expect(won).toMatchObject({ won_time: at, close_time: at, lost_time: null })
    const lost = patch(local, { status: 'lost', lost_reason: 'price' }).data
    expect(lost).toMatchObject({ won_time: null, lost_time: at, lost_reason: 'price' })
    const reopened = patch(local, { status: 'open' }).data
    expect(reopened).toMatchObject({ lost_time: null, close_time: null, lost_reason: null })
  })

  it.each<[string, JsonObject]>([
    ['a reason without a loss', { lost_reason: 'price' }],
    ['a won time in a lost deal', { status: 'lost', won_time: '2026-01-01T00:00:00Z' }],
    ['a close time in an open deal', { close_time: '2026-01-01T00:00:00Z' }],
  ])('does not go with %s', (_what, body) => {
    expect(patch(deal(), body).status).toBe(400)
  })

  it('takes a time of its own', () => {
    const won = { status: 'won', won_time: '2026-01-01T00:00:00Z' }
    expect(patch(deal(), won).data).toMatchObject({ won_time: '2026-01-01T00:00:00Z' })
  })

  it('leaves the stage alone, which has a time of its own', () => {
    const local = deal()
    expect(patch(local, { stage_id: 2 }).data).toMatchObject({
      stage_change_time: '2026-03-10T12:01:00Z',
      status: 'open',
    })
    expect(patch(local, { pipeline_id: 2 }).data).toMatchObject({ stage_id: 3 })
  })

  it('is beside the archive, which has a time, too', () => {
    const local = deal({ status: 'won' })
    expect(patch(local, { is_archived: true }).data).toMatchObject({
      is_archived: true,
      status: 'won',
    })
    expect(local.call('GET /api/v2/deals').items).toEqual([])
    patch(local, { is_archived: false })
    expect(local.call('GET /api/v2/deals').items).toHaveLength(1)
  })
})

describe('activities', () => {
  it('remember when they were done, and take their person from the participants', () => {
    const local = open()
    const person = local.create('/api/v2/persons', { name: 'Ann' })
    const participants = [{ person_id: person, primary: true }]
    local.create('/api/v2/activities', { subject: 'Call', participants, due_time: '10:30' })
    expect(local.call('GET /api/v2/activities/1').data).toMatchObject({
      person_id: person,
      done: false,
      due_time: '10:30:00',
      creator_user_id: 1,
    })
    local.call('PATCH /api/v2/activities/1', { done: true })
    const done = local.call('GET /api/v2/activities?done=true&include_fields=attendees').items
    expect(done).toMatchObject([{ marked_as_done_time: '2026-03-10T12:00:00Z', attendees: [] }])
    expect(local.call('GET /api/v2/activities?done=false').items).toEqual([])
  })
})

describe('custom fields', () => {
  const code = (index: number) => String(index).repeat(40)
  const types = [
    'varchar',
    'text',
    'varchar_auto',
    'phone',
    'double',
    'monetary',
    'enum',
    'set',
    'user',
    'org',
    'people',
    'date',
    'daterange',
    'time',
    'timerange',
    'address',
  ] as const
  const codes = Object.fromEntries(types.map((type, index) => [type, code(index)]))
  const options = [5, 6].map((id) => ({
    id,
    label: `L${id}`,
    color: null,
    addedAt: 0,
    updatedAt: null,
  }))
  const fields = {
    deal: types.map((type) => ({
      code: codes[type] ?? '',
      name: type,
      type,
      ...(type === 'enum' || type === 'set' ? { options } : {}),
    })),
  }
  const records = {
    persons: [{ id: '1', values: { name: 'Ann' } }],
    organizations: [{ id: '1', values: { name: 'Acme' } }],
  }
  const put = (type: string, value: Json) => {
    const local = openLocal({ state: { fields, records } })
    const hash = codes[type] ?? ''
    const answer = local.call('POST /api/v2/deals', {
      title: 'A',
      custom_fields: { [hash]: value },
    })
    return { local, hash, ...answer }
  }
  const zone = { timezone_id: 292, timezone_name: 'Europe/Tallinn' }

  it.each<[string, Json]>([
    ['varchar', 'x'.repeat(255)],
    ['text', 'x'.repeat(65_535)],
    ['varchar_auto', 'x'],
    ['phone', '+1 555'],
    ['double', 12.5],
    ['monetary', { value: 12.5, currency: 'EUR' }],
    ['enum', 5],
    ['set', [6, 5]],
    ['user', 1],
    ['org', 1],
    ['people', 1],
    ['date', '2026-02-28'],
    ['daterange', { value: '2026-01-01', until: '2026-02-01' }],
    ['time', { value: '10:15:00', ...zone }],
    ['timerange', { value: '10:15:00', until: '11:00:00', ...zone }],
  ])('of type %s keep what they were given, and null clears them', (type, value) => {
    const { local, hash, status, data } = put(type, value)
    expect(status).toBe(200)
    expect(data['custom_fields']).toMatchObject({ [hash]: value })
    const cleared = local.call('PATCH /api/v2/deals/1', { custom_fields: { [hash]: null } })
    expect(cleared.data['custom_fields']).toMatchObject({ [hash]: null })
  })

  it('of type address make the parts that are left out empty', () => {
    const { local, hash, data } = put('address', { value: 'Rome', locality: 'Rome' })
    expect(data['custom_fields']).toMatchObject({ [hash]: { locality: 'Rome', country: null } })
    const patch = { custom_fields: { [hash]: { value: 'Rome', country: 'Italy' } } }
    expect(local.call('PATCH /api/v2/deals/1', patch).data['custom_fields']).toMatchObject({
      [hash]: { value: 'Rome', locality: null, country: 'Italy', formatted_address: null },
    })
  })

  it.each<[string, Json]>([
    ['varchar', 'x'.repeat(256)],
    ['varchar', 5],
    ['text', 'x'.repeat(65_536)],
    ['double', '12.5'],
    ['monetary', 12.5],
    ['monetary', { value: '12.5', currency: 'EUR' }],
    ['monetary', { value: 12.5 }],
    ['enum', '5'],
    ['enum', 7],
    ['set', []],
    ['set', '5,6'],
    ['set', [5, 7]],
    ['user', 9],
    ['org', '1'],
    ['people', 2],
    ['date', '2026-02-30T00:00:00Z'],
    ['date', '28.02.2026'],
    ['daterange', { value: '2026-01-01' }],
    ['time', '10:15:00'],
    ['time', { value: '25:00:00' }],
    ['timerange', { value: '10:15:00' }],
    ['address', 'Rome'],
    ['address', { locality: 'Rome' }],
    ['address', { value: 'Rome', planet: 'Earth' }],
  ])('of type %s refuse %j and name the field', (type, value) => {
    const { status, hash, body } = put(type, value)
    expect(status).toBe(400)
    expect(body['error']).toContain(hash)
  })

  it('that nobody made are refused, too', () => {
    const local = openLocal()
    const body = { title: 'A', custom_fields: { [code(9)]: 'x' } }
    const { status, body: answer } = local.call('POST /api/v2/deals', body)
    expect(status).toBe(400)
    expect(answer['error']).toContain(code(9))
  })
})
