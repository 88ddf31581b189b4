import { describe, expect, it } from 'vitest'
import type { Misfortune } from './delivery-luck.ts'
import type { JsonObject } from '../../json.ts'
import { openLocal, startOfTest } from '../open-local.ts'
import type { PipedriveOptions } from '../simulator.ts'
import type { Payload } from './webhook-payload.ts'

const asked = {
  subscription_url: 'https://hooks.example.com/secret',
  event_action: '*',
  event_object: '*',
  name: 'sync',
}
const minute = 60_000
const day = 86_400_000

/** A company with one webhook for everything. */
function withWebhook(options: PipedriveOptions = {}, body: JsonObject = {}) {
  const local = openLocal(options)
  const made = local.call('POST /api/v1/webhooks', { ...asked, ...body })
  expect(made.status).toBe(201)
  return local
}
type Local = ReturnType<typeof withWebhook>

/** Takes what is due and answers it with one status. */
function deliver(local: Local, status: number | null = 200): readonly Payload[] {
  return local.pipedrive.takeDispatches().map(({ id, body }) => {
    local.pipedrive.report(id, status)
    const payload: Payload = JSON.parse(body)
    return payload
  })
}
const person = (local: Local, name = 'Ann') => local.create('/api/v2/persons', { name })
const fates = (local: Local) => local.pipedrive.events().map(({ fate }) => fate)

describe('webhooks', () => {
  it('are made, listed and deleted through the first version', () => {
    const local = withWebhook({}, { http_auth_user: 'u', http_auth_password: 'p' })
    expect(local.call('GET /api/v1/webhooks').items).toMatchObject([
      {
        id: 1,
        event_action: '*',
        event_object: '*',
        subscription_url: asked.subscription_url,
        version: '2.0',
        is_active: 1,
        user_id: 1,
        add_time: '2026-03-10 12:00:00',
        http_auth_user: 'u',
      },
    ])
    expect(local.call('DELETE /api/v1/webhooks/1').body).toEqual({ success: true })
    expect(local.call('GET /api/v1/webhooks').items).toEqual([])
    expect(local.call('DELETE /api/v1/webhooks/1').status).toBe(404)
    person(local)
    expect(deliver(local)).toEqual([])
  })

  it.each<[string, JsonObject]>([
    ['subscription_url', { subscription_url: 'nowhere' }],
    ['subscription_url', { subscription_url: 'http://hooks.example.com' }],
    ['subscription_url', { subscription_url: 'https://api.pipedrive.com/v1/persons' }],
    ['event_action', { event_action: 'updated' }],
    ['event_object', { event_object: 'rocket' }],
    ['name', { name: null }],
    ['name', { name: 'x'.repeat(256) }],
    ['user_id', { user_id: 99 }],
    ['version', { version: '1.0' }],
    ['http_auth_user', { http_auth_user: 5 }],
  ])('are refused with a wrong %s: %j', (name, body) => {
    const { status, body: answer } = openLocal().call('POST /api/v1/webhooks', {
      ...asked,
      ...body,
    })
    expect(status).toBe(400)
    expect(answer).toEqual({
      status: 'error',
      success: false,
      errors: { [name]: [expect.any(String)] },
    })
  })

  it('may be for objects of which nothing is kept', () => {
    for (const object of [
      'deal_product',
      'deal_installment',
      'board',
      'phase',
      'project',
      'task',
    ]) {
      expect(withWebhook({}, { event_object: object })).toBeDefined()
    }
  })

  it('are at most 40 per user', () => {
    const local = openLocal()
    for (let made = 0; made < 40; made += 1) local.call('POST /api/v1/webhooks', asked)
    expect(local.call('POST /api/v1/webhooks', asked).body).toMatchObject({
      errors: { user_id: [expect.any(String)] },
    })
  })
})

describe('the event of a change', () => {
  it('has the whole record in a create, what was before in a change, and only that in a delete', () => {
    const local = withWebhook({ companyId: 5, domain: 'acme' })
    const id = person(local)
    local.advance(1500)
    local.call(`PATCH /api/v2/persons/${id}`, { name: 'Bo' })
    local.advance(1000)
    local.call(`DELETE /api/v2/persons/${id}`)
    const [create, change, remove] = deliver(local)
    expect(create).toEqual({
      meta: {
        action: 'create',
        entity: 'person',
        version: '2.0',
        company_id: 5,
        correlation_id: expect.any(String),
        entity_id: '1',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        is_bulk_edit: false,
        timestamp: '2026-03-10T12:00:00.000Z',
        type: 'general',
        user_id: 1,
        webhook_id: '1',
        webhook_owner_id: 1,
        change_source: 'api',
        attempt: 1,
        host: 'acme.pipedrive.com',
        permitted_user_ids: [1],
      },
      data: expect.objectContaining({ id: 1, name: 'Ann', add_time: '2026-03-10T12:00:00Z' }),
      previous: null,
    })
    expect(change).toMatchObject({
      meta: { action: 'change', timestamp: '2026-03-10T12:00:01.500Z' },
      data: { name: 'Bo' },
    })
    expect(change?.previous).toEqual({
      name: 'Ann',
      first_name: 'Ann',
      update_time: '2026-03-10T12:00:00Z',
    })
    expect(remove).toMatchObject({ meta: { action: 'delete' }, data: null })
    expect(remove?.previous).toMatchObject({ id: 1, name: 'Bo' })
    expect(new Set([create, change, remove].map((one) => one?.meta.id)).size).toBe(3)
  })

  it('has custom fields as objects that name their type', () => {
    const code = (digit: string) => digit.repeat(40)
    const options = [{ id: 12, label: 'A', color: null, addedAt: 0, updatedAt: null }]
    const types = ['varchar', 'double', 'monetary', 'enum', 'set', 'date', 'user', 'text'] as const
    const fields = types.map((type, index) => ({
      code: code(String(index)),
      name: type,
      type,
      ...(type === 'enum' || type === 'set' ? { options } : {}),
    }))
    const local = withWebhook({ state: { fields: { deal: fields } } })
    const [varchar, double, money, one, several, date, user, empty] = fields.map(
      (field) => field.code,
    )
    const custom = {
      [varchar ?? '']: 'x',
      [double ?? '']: 2,
      [money ?? '']: { value: 1, currency: 'EUR' },
      [one ?? '']: 12,
      [several ?? '']: [12],
      [date ?? '']: '2026-01-01',
      [user ?? '']: 1,
    }
    local.create('/api/v2/deals', { title: 'A', custom_fields: custom })
    local.call('PATCH /api/v2/deals/1', { custom_fields: { [one ?? '']: null } })
    const [create, change] = deliver(local)
    expect(create?.data?.['custom_fields']).toEqual({
      [varchar ?? '']: { type: 'varchar', value: 'x' },
      [double ?? '']: { type: 'double', value: 2 },
      [money ?? '']: { type: 'monetary', value: 1, currency: 'EUR' },
      [one ?? '']: { type: 'enum', id: 12 },
      [several ?? '']: { type: 'set', values: [{ id: 12 }] },
      [date ?? '']: { type: 'date', value: '2026-01-01' },
      [user ?? '']: { type: 'user', id: 1 },
      [empty ?? '']: null,
    })
    expect(change?.previous).toEqual({ custom_fields: { [one ?? '']: { type: 'enum', id: 12 } } })
  })

  it('is of every object that has events', () => {
    const local = withWebhook()
    const { pipedrive } = local
    const make = (object: string, values: JsonObject) =>
      pipedrive.edit({ kind: 'create', object, values })
    make('pipeline', { name: 'P' })
    make('stage', { name: 'S', pipeline_id: 1 })
    make('user', { name: 'Bo', email: 'b@x.com' })
    make('organization', { name: 'Acme' })
    make('deal', { title: 'D' })
    make('product', { name: 'Thing' })
    make('activity', { subject: 'Call' })
    make('lead', { title: 'L', organization_id: 1 })
    make('note', { content: 'n', org_id: 1 })
    const entities = deliver(local).map(({ meta, data }) => [
      meta.entity,
      data?.['id'] === undefined,
    ])
    expect(entities).toEqual(
      [
        'pipeline',
        'stage',
        'user',
        'organization',
        'deal',
        'product',
        'activity',
        'lead',
        'note',
      ].map((name) => [name, false]),
    )
  })

  it('tells whether the API or the app was used, and by whom', () => {
    const local = withWebhook()
    person(local)
    local.pipedrive.edit({ kind: 'update', object: 'person', id: '1', values: { name: 'Bo' } })
    const told = deliver(local).map(({ meta }) => [meta.change_source, meta.user_id])
    expect(told).toEqual([
      ['api', 1],
      ['app', 1],
    ])
  })

  it('is two of a merge: the one that goes names the survivor, and the other way round', () => {
    const local = withWebhook()
    const [lost, kept] = [person(local), person(local)]
    deliver(local)
    local.call(`PUT /api/v1/persons/${lost}/merge`, { merge_with_id: kept })
    const told = deliver(local).map(({ meta }) => [
      meta.action,
      meta.entity_id,
      meta.merged_to_id,
      meta.merged_from_id,
    ])
    expect(told).toEqual([
      ['delete', '1', '2', undefined],
      ['change', '2', undefined, '1'],
    ])
  })

  it('is a change when a record is restored, and none when it is purged or merely recalculated', () => {
    const local = withWebhook()
    person(local)
    const { pipedrive } = local
    pipedrive.edit({ kind: 'touch', object: 'person', id: '1', values: { label_ids: [1] } })
    pipedrive.edit({ kind: 'delete', object: 'person', id: '1' })
    pipedrive.edit({ kind: 'restore', object: 'person', id: '1' })
    pipedrive.edit({ kind: 'delete', object: 'person', id: '1' })
    local.advance(30 * day)
    expect(local.call('GET /api/v2/persons/1').status).toBe(404)
    const told = deliver(local)
    expect(told.map(({ meta }) => meta.action)).toEqual(['create', 'delete', 'change', 'delete'])
    expect(told[2]?.previous).toMatchObject({ is_deleted: true })
  })

  it('costs no tokens', () => {
    const local = withWebhook()
    person(local)
    const used = local.pipedrive.dump().state.dailyUsed
    deliver(local)
    expect(local.pipedrive.dump().state.dailyUsed).toBe(used)
  })
})

describe('a webhook', () => {
  it.each([
    ['create', 'person', ['create person']],
    ['change', '*', ['change person']],
    ['*', 'deal', ['create deal']],
    ['delete', 'deal', []],
  ])('for %s of %s gets no others', (action, object, expected) => {
    const local = withWebhook({}, { event_action: action, event_object: object })
    person(local)
    local.call('PATCH /api/v2/persons/1', { name: 'Bo' })
    local.create('/api/v2/deals', { title: 'A' })
    const told = deliver(local).map(({ meta }) => `${meta.action} ${meta.entity}`)
    expect(told).toEqual(expected)
  })

  it('gets only what its user may see', () => {
    const users = [{ id: '2', values: { name: 'Bo', email: 'b@x.com' } }]
    const local = withWebhook({ state: { records: { users } } }, { user_id: 2 })
    local.create('/api/v2/persons', { name: 'Mine', visible_to: 1, owner_id: 2 })
    local.create('/api/v2/persons', { name: 'Theirs', visible_to: 1, owner_id: 1 })
    local.create('/api/v2/persons', { name: 'All', visible_to: 3, owner_id: 1 })
    local.call('PATCH /api/v2/persons/1', { owner_id: 1 })
    const told = deliver(local)
    expect(told.map(({ data }) => data?.['name'])).toEqual(['Mine', 'All'])
    expect(told.map(({ meta }) => meta.permitted_user_ids)).toEqual([
      [1, 2],
      [1, 2],
    ])
  })

  it('sends its Basic auth, and nothing that signs the body', () => {
    const local = withWebhook({}, { http_auth_user: 'u', http_auth_password: 'p' })
    person(local)
    const [dispatch] = local.pipedrive.takeDispatches()
    expect(dispatch?.headers).toEqual({
      'content-type': 'application/json',
      'user-agent': 'Pipedrive Webhooks',
      authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
    })
  })
})

describe('a delivery that fails', () => {
  it('is tried again after 3, 30 and 150 seconds, four times in all', () => {
    const local = withWebhook()
    person(local)
    const attempts = deliver(local, 500).map(({ meta }) => [meta.attempt, meta.id])
    for (const wait of [3000, 30_000, 150_000]) {
      local.advance(wait - 1)
      expect(deliver(local)).toEqual([])
      local.advance(1)
      attempts.push(...deliver(local, 500).map(({ meta }) => [meta.attempt, meta.id]))
    }
    const [event] = local.pipedrive.events()
    const id = event?.payload.meta.id
    expect(attempts).toEqual([1, 2, 3, 4].map((attempt) => [attempt, id]))
    local.advance(day)
    expect(deliver(local)).toEqual([])
    expect(fates(local)).toEqual(['given_up'])
    expect(event?.attempts.map(({ sentAt }) => sentAt - startOfTest)).toEqual([
      0, 3000, 33_000, 183_000,
    ])
  })

  it.each([[null], [301], [404], [500]])('with %s is a failure', (status) => {
    const local = withWebhook()
    person(local)
    deliver(local, status)
    local.advance(3000)
    expect(deliver(local, 204)).toHaveLength(1)
    expect(fates(local)).toEqual(['delivered'])
  })

  it('bans the webhook for 30 minutes at the tenth first attempt; what happens then never comes', () => {
    const local = withWebhook()
    const fail = (count: number) => {
      for (let made = 0; made < count; made += 1) person(local)
      return deliver(local, 500)
    }
    expect(fail(9)).toHaveLength(9)
    local.advance(3000)
    // Second attempts don't count.
    expect(deliver(local, 500)).toHaveLength(9)
    expect(local.pipedrive.webhooks()[0]).toMatchObject({ failures: 9, bannedUntil: null })
    expect(fail(1)).toHaveLength(1)
    expect(local.pipedrive.webhooks()[0]).toMatchObject({
      failures: 0,
      bannedUntil: local.now() + 30 * minute,
    })
    person(local)
    local.advance(30 * minute - 1)
    expect(deliver(local)).toEqual([])
    person(local)
    local.advance(1)
    expect(deliver(local)).toEqual([])
    expect(new Set(fates(local))).toEqual(new Set(['banned']))
    person(local)
    expect(deliver(local)).toHaveLength(1)
    expect(fates(local).at(-1)).toBe('delivered')
  })

  it('deletes the webhook after three days without a success', () => {
    const local = withWebhook()
    person(local)
    deliver(local, 500)
    local.advance(3 * day - 1)
    expect(local.call('GET /api/v1/webhooks').items).toHaveLength(1)
    local.advance(1)
    expect(local.call('GET /api/v1/webhooks').items).toEqual([])
    expect(local.pipedrive.webhooks()).toMatchObject([
      { removedAt: startOfTest + 3 * day, removeReason: 'no successful delivery in 3 days' },
    ])
    person(local)
    expect(deliver(local)).toEqual([])
  })

  it('is forgiven by a success', () => {
    const local = withWebhook()
    person(local)
    deliver(local, 500)
    local.advance(2 * day)
    deliver(local, 200)
    local.advance(2 * day)
    expect(local.call('GET /api/v1/webhooks').items).toMatchObject([{ last_http_status: 200 }])
  })
})

describe('bad luck on the way', () => {
  const certain = (kind: Misfortune) => ({ deliveries: { rates: { [kind]: 1 } } })

  it('loses events, and the log knows', () => {
    const local = withWebhook(certain('lost'))
    person(local)
    local.advance(day)
    expect(deliver(local)).toEqual([])
    expect(local.pipedrive.log()).toMatchObject([{ seq: 1, object: 'person', id: '1' }])
    expect(local.pipedrive.events()).toMatchObject([
      {
        write: 1,
        fate: 'lost',
        misfortune: 'lost',
        recordId: '1',
        payload: { data: { name: 'Ann' } },
      },
    ])
  })

  it('doubles events under the same id', () => {
    const local = withWebhook(certain('doubled'))
    person(local)
    const first = deliver(local)
    local.advance(minute)
    const both = [...first, ...deliver(local)].map(({ meta }) => meta.id)
    expect(both).toHaveLength(2)
    expect(new Set(both).size).toBe(1)
    expect(local.pipedrive.events()[0]?.attempts.map(({ copy }) => copy)).toEqual([1, 2])
  })

  it('holds events back, so that later ones overtake them', () => {
    const local = withWebhook()
    local.pipedrive.planMisfortune({ kind: 'late', object: 'person' })
    person(local, 'First')
    person(local, 'Second')
    const names = deliver(local).map(({ data }) => data?.['name'])
    local.advance(minute)
    names.push(...deliver(local).map(({ data }) => data?.['name']))
    expect(names).toEqual(['Second', 'First'])
  })

  it('comes by seed and rate', () => {
    const lived = (seed: number) => {
      const rates = { lost: 0.2, doubled: 0.2, late: 0.2 }
      const local = withWebhook({ seed, deliveries: { rates } })
      for (let made = 0; made < 400; made += 1) person(local)
      return local.pipedrive.events().map(({ misfortune }) => misfortune)
    }
    expect(lived(3)).toEqual(lived(3))
    expect(lived(3)).not.toEqual(lived(4))
    for (const kind of ['lost', 'doubled', 'late']) {
      const count = lived(3).filter((one) => one === kind).length
      expect(count).toBeGreaterThan(50)
      expect(count).toBeLessThan(110)
    }
  })

  it('can be planned for the last event of several', () => {
    const local = withWebhook()
    local.pipedrive.planMisfortune({ kind: 'lost', object: 'person', skip: 1 })
    person(local, 'A')
    local.create('/api/v2/organizations', { name: 'O' })
    person(local, 'B')
    person(local, 'C')
    expect(deliver(local).map(({ data }) => data?.['name'])).toEqual(['A', 'O', 'C'])
  })
})

describe('events on their way', () => {
  it('are part of the state', () => {
    const local = withWebhook()
    person(local)
    deliver(local, 500)
    person(local, 'Under way')
    expect(local.pipedrive.takeDispatches()).toHaveLength(1)
    const { state } = local.pipedrive.dump()
    const copy = openLocal({ state })
    expect(deliver(copy).map(({ meta }) => [meta.entity_id, meta.attempt])).toEqual([['2', 1]])
    copy.advance(3000)
    expect(deliver(copy).map(({ meta }) => [meta.entity_id, meta.attempt])).toEqual([['1', 2]])
  })

  it('leave nothing behind where no log is kept', () => {
    const local = withWebhook({ keepLog: false, deliveries: { rates: { doubled: 0.5 } } })
    for (let made = 0; made < 20; made += 1) person(local)
    deliver(local)
    local.advance(minute)
    deliver(local)
    expect(local.pipedrive.events()).toEqual([])
    expect(local.pipedrive.deliveryCounts()).toEqual({ waiting: 0, inFlight: 0 })
  })
})
