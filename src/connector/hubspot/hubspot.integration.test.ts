import { afterEach, describe, expect, it } from 'vitest'
import { serveHubSpot } from '../../simulator/hubspot/serve.ts'
import type { PlannedFault } from '../../simulator/hubspot/request/faults.ts'
import { createHubSpot, type HubSpotOptions } from '../../simulator/hubspot/hubspot.ts'
import { type Crm, readingNeeds } from '../connector.ts'
import type { WriteResult } from '../write.ts'
import { createBudgetBook } from '../http/budget-book.ts'
import { createHandlerTransport } from '../http/handler-transport.ts'
import { createSimulatedClock } from '../http/simulated-clock.ts'
import { createUndiciTransport } from '../http/undici-transport.ts'
import { hubspot } from './connector.ts'

const epoch = Date.parse('2026-05-05T12:00:00Z')
const contacts = { object: 'contacts' }
const companies = { object: 'companies' }
const text = { type: 'string', fieldType: 'text' } as const
const key = { ...text, name: 'syncline_key', hasUniqueValue: true }

/** The connector against the local HubSpot, in one process and under one simulated clock. */
function open(options: HubSpotOptions = {}, more: Record<string, unknown> = {}, roundTripMs = 0) {
  const clock = createSimulatedClock(epoch)
  const state = { properties: { contacts: [key], companies: [key] }, ...options.state }
  const portal = createHubSpot({ ...options, state, now: clock.now })
  const budgets = createBudgetBook(clock)
  const transport = createHandlerTransport((request) => portal.handle(request), clock, roundTripMs)
  const connect = (given: Record<string, unknown>): Crm =>
    hubspot.open(hubspot.options.parse(given), {
      clock,
      random: Math.random,
      transport,
      budgets,
    })
  const crm = connect({ access_token: 'pat-local', ...more })
  return { crm, clock, portal, connect, run: clock.run }
}

function written(result: WriteResult | undefined): string {
  if (result?.status !== 'written') throw new Error(`not written: ${JSON.stringify(result)}`)
  return result.id
}

async function createContacts(opened: ReturnType<typeof open>, count: number): Promise<string[]> {
  const inputs = Array.from({ length: count }, (_, at) => ({
    values: { email: `p${at}@x.com`, firstname: `Person ${at}`, syncline_key: `k${at}` },
    uniqueField: 'syncline_key',
  }))
  return (await opened.run(opened.crm.create(inputs, contacts))).map(written)
}

describe('HubSpot connector against the local HubSpot', () => {
  it('knows the account that a baseline is bound to', async () => {
    const { crm, run } = open({ portalId: 4711, timeZone: 'Europe/Berlin' })
    expect(await run(crm.account())).toMatchObject({ id: '4711', timeZone: 'Europe/Berlin' })
  })

  it('describes contacts: keys, read-only fields, lists and references', async () => {
    const { crm, run } = open()
    const { fields } = await run(crm.describe('contacts'))
    expect(fields.get('email')).toMatchObject({ unique: true, lookup: true, writable: true })
    expect(fields.get('syncline_key')).toMatchObject({ unique: true, lookup: true })
    expect(fields.get('firstname')).toMatchObject({ type: 'text', unique: false })
    expect(fields.get('lastmodifieddate')).toMatchObject({ type: 'datetime', writable: false })
    expect(fields.get('hubspot_owner_id')).toMatchObject({ references: 'owners' })
    expect(fields.get('lifecyclestage')?.options).toContainEqual({
      value: 'customer',
      label: 'Customer',
    })
  })

  it('describes deals with what a create needs, and stages as references', async () => {
    const { crm, run } = open()
    const { fields, required } = await run(crm.describe('0-3'))
    expect(required).toEqual(['dealname', 'dealstage'])
    expect(fields.get('dealstage')).toMatchObject({ type: 'reference', references: 'stages' })
  })

  it('throws invalid for an object that does not exist', async () => {
    const { crm, run } = open()
    await expect(run(crm.describe('nothing'))).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('describes, writes and reads a custom object by any of its names', async () => {
    const car = {
      id: '2-17',
      name: 'car',
      labels: { singular: 'Car', plural: 'Cars' },
      required: ['vin'],
      searchable: ['vin'],
      primaryDisplayProperty: 'vin',
    }
    const vin = { ...text, name: 'vin', hasUniqueValue: true }
    const { crm, run } = open({ state: { customObjects: [car], properties: { '2-17': [vin] } } })
    expect(await run(crm.objects())).toContainEqual({ name: 'car', label: 'Cars' })
    const schema = await run(crm.describe('Cars'))
    expect(schema).toMatchObject({ object: '2-17', required: ['vin'] })
    const inputs = [{ uniqueField: 'vin', values: { vin: 'WDB1' } }]
    const [result] = await run(crm.upsert(inputs, { object: 'cars' }))
    const found = await run(crm.readByValue('vin', ['WDB1'], { object: '2-17', fields: ['vin'] }))
    expect(found.get('WDB1')).toEqual([{ id: written(result), values: { vin: 'WDB1' } }])
  })

  for (const echoTraceIds of [true, false]) {
    const traces = echoTraceIds ? 'with trace ids' : 'without trace ids'
    it(`gives each of 100 creates its own id, in shuffled answers ${traces}`, async () => {
      const opened = open({ behaviour: { echoTraceIds } })
      const ids = await createContacts(opened, 100)
      const read = { ...contacts, fields: ['firstname'] }
      const found = await opened.run(opened.crm.readById(ids, read))
      const names = ids.map((id) => found.get(id)?.values['firstname'])
      expect(names).toEqual(ids.map((_, at) => `Person ${at}`))
    })

    it(`says which of an upsert’s records were there, in shuffled answers ${traces}`, async () => {
      const opened = open({ behaviour: { echoTraceIds } })
      const [existing] = await createContacts(opened, 1)
      const inputs = ['new', 'k0'].map((value) => ({
        uniqueField: 'syncline_key',
        values: { syncline_key: value, city: 'Rome' },
      }))
      const [fresh, known] = await opened.run(opened.crm.upsert(inputs, contacts))
      expect(fresh).toMatchObject({ status: 'written', created: true })
      expect(known).toMatchObject({ status: 'written', created: false, id: existing })
    })
  }

  it('sets the key of a record that an upsert creates', async () => {
    const { crm, run } = open()
    const inputs = [{ uniqueField: 'email', values: { email: ' New@X.com ', city: 'Rome' } }]
    await run(crm.upsert(inputs, contacts))
    const read = { ...contacts, fields: ['email', 'city'] }
    const found = await run(crm.readByValue('email', ['new@x.com'], read))
    expect(found.get('new@x.com')?.[0]?.values).toEqual({ email: 'new@x.com', city: 'Rome' })
  })

  it('does not make a secondary address the primary one by an upsert', async () => {
    const opened = open()
    const [primary, other] = await createContacts(opened, 2)
    if (primary === undefined || other === undefined) throw new Error('nothing was created')
    opened.portal.edit({ kind: 'merge', object: 'contacts', primary, other })
    const inputs = [{ uniqueField: 'email', values: { email: 'p1@x.com', city: 'Rome' } }]
    const [result] = await opened.run(opened.crm.upsert(inputs, contacts))
    expect(result).toMatchObject({ status: 'written', id: primary, created: false })
    const read = { ...contacts, fields: ['email', 'city'] }
    const found = await opened.run(opened.crm.readByValue('email', ['p1@x.com'], read))
    expect(found.get('p1@x.com')?.[0]?.values).toEqual({ email: 'p0@x.com', city: 'Rome' })
  })

  it('delivers the good inputs of a batch and names the fault of each bad one', async () => {
    const opened = open()
    await createContacts(opened, 1)
    const results = await opened.run(
      opened.crm.create(
        [
          { email: 'fine@x.com' },
          { email: 'p0@x.com' },
          { email: 'odd@x.com', nonsense: '1' },
          { email: 'no address' },
          { email: 'dup@x.com', syncline_key: 'k0' },
          { email: 'late@x.com', lifecyclestage: 'no such stage' },
        ].map((values) => ({ values, uniqueField: 'email' })),
        contacts,
      ),
    )
    expect(results.map(({ status }) => status)).toEqual([
      'written',
      'conflict',
      'rejected',
      'rejected',
      'conflict',
      'rejected',
    ])
    expect(results[1]).toMatchObject({ existingId: expect.stringMatching(/^\d+$/) })
    expect(results[2]).toMatchObject({ reason: 'PROPERTY_DOESNT_EXIST' })
    expect(results[3]).toMatchObject({ reason: 'INVALID_EMAIL' })
    expect(results[5]).toMatchObject({ reason: 'INVALID_OPTION' })
  })

  it('gives the same answers for batches of one as for single inputs of many', async () => {
    const opened = open()
    const [id] = await createContacts(opened, 1)
    const one = async (values: Record<string, string>): Promise<WriteResult | undefined> =>
      (await opened.run(opened.crm.create([{ values, uniqueField: 'email' }], contacts)))[0]
    expect(await one({ email: 'p0@x.com' })).toMatchObject({ status: 'conflict', existingId: id })
    expect(await one({ email: 'no address' })).toMatchObject({ reason: 'INVALID_EMAIL' })
    expect(await one({ email: 'fine@x.com' })).toMatchObject({ status: 'written' })
  })

  it('calls an address conflict that is someone’s secondary one', async () => {
    const opened = open()
    const [primary, other] = await createContacts(opened, 2)
    if (primary === undefined || other === undefined) throw new Error('nothing was created')
    opened.portal.edit({ kind: 'merge', object: 'contacts', primary, other })
    const inputs = [{ values: { email: 'p1@x.com' }, uniqueField: 'email' }]
    expect(await opened.run(opened.crm.create(inputs, contacts))).toMatchObject([
      { status: 'conflict', existingId: primary },
    ])
  })

  it('gives the value that HubSpot kept where it took the stage of a life for an earlier one', async () => {
    const opened = open()
    const [id = ''] = await createContacts(opened, 1)
    const moved = async (lifecyclestage: string): Promise<WriteResult | undefined> =>
      (await opened.run(opened.crm.update([{ id, values: { lifecyclestage } }], contacts)))[0]
    expect(await moved('customer')).toMatchObject({ values: { lifecyclestage: 'customer' } })
    expect(await moved('lead')).toMatchObject({
      status: 'written',
      values: { lifecyclestage: 'customer' },
    })
  })

  it('clears with null, and reads what is cleared as null', async () => {
    const opened = open()
    const [id = ''] = await createContacts(opened, 1)
    await opened.run(opened.crm.update([{ id, values: { firstname: null } }], contacts))
    const read = { ...contacts, fields: ['firstname', 'email'] }
    const found = await opened.run(opened.crm.readById([id], read))
    expect(found.get(id)?.values).toEqual({ firstname: null, email: 'p0@x.com' })
  })

  it('tells updated, deleted and merged-away records apart in one update', async () => {
    const opened = open()
    const [kept = '', deleted = '', loser = '', winner = ''] = await createContacts(opened, 4)
    opened.portal.edit({ kind: 'archive', object: 'contacts', id: deleted })
    opened.portal.edit({ kind: 'merge', object: 'contacts', primary: winner, other: loser })
    const updates = [kept, deleted, loser].map((id) => ({ id, values: { city: 'Rome' } }))
    const results = await opened.run(opened.crm.update(updates, contacts))
    expect(results.map(({ status }) => status)).toEqual(['written', 'gone', 'unaccounted'])
    const read = { ...contacts, fields: ['city'] }
    const found = await opened.run(opened.crm.readById([kept, deleted, loser], read))
    expect([...found.keys()]).toEqual([kept, loser])
    expect(found.get(loser)).toEqual({ id: winner, values: { city: null } })
  })

  it('finds the survivor under a new id, too', async () => {
    const opened = open({ behaviour: { mergeCreatesNewId: true } })
    const [primary = '', other = ''] = await createContacts(opened, 2)
    const id = opened.portal.edit({ kind: 'merge', object: 'contacts', primary, other })
    const read = { ...contacts, fields: [] }
    const found = await opened.run(opened.crm.readById([primary, other], read))
    expect([...found.values()].map((record) => record.id)).toEqual([id, id])
  })

  it('archives, after which reads by id and by value find nothing', async () => {
    const opened = open()
    const ids = await createContacts(opened, 2)
    await opened.run(opened.crm.delete([...ids, '999'], contacts))
    const read = { ...contacts, fields: ['email'] }
    expect((await opened.run(opened.crm.readById(ids, read))).size).toBe(0)
    const values = ['p0@x.com', 'p1@x.com']
    expect((await opened.run(opened.crm.readByValue('email', values, read))).size).toBe(0)
  })

  it('finds by value at once, and by search when the index has caught up', async () => {
    const opened = open({ searchLagMs: 5_000 })
    const values = { name: 'Acme', domain: 'https://www.Acme.com/x', syncline_key: 'a' }
    const inputs = [{ values, uniqueField: 'syncline_key' }]
    const [created] = await opened.run(opened.crm.create(inputs, companies))
    const read = { ...companies, fields: ['domain'] }
    const byKey = await opened.run(opened.crm.readByValue('syncline_key', ['a', 'b'], read))
    expect([...byKey]).toEqual([['a', [{ id: written(created), values: { domain: 'acme.com' } }]]])
    const search = () => opened.run(opened.crm.search('domain', ['HTTP://acme.com'], read))
    expect((await search()).size).toBe(0)
    await opened.clock.advance(5_000)
    expect([...(await search()).values()].flat()).toHaveLength(1)
  })

  it('lists all companies that share a domain', async () => {
    const opened = open()
    const inputs = ['One', 'Two'].map((name) => ({
      values: { name, domain: 'same.com' },
      uniqueField: null,
    }))
    await opened.run(opened.crm.create(inputs, companies))
    const read = { ...companies, fields: ['name'] }
    const found = await opened.run(opened.crm.search('domain', ['same.com'], read))
    expect(
      found
        .get('same.com')
        ?.map(({ values }) => values['name'])
        .toSorted(),
    ).toEqual(['One', 'Two'])
  })

  it('keeps searches to five a second', async () => {
    const opened = open()
    const read = { ...companies, fields: ['name'] }
    const searches = Array.from({ length: 20 }, (_, at) =>
      opened.crm.search('name', [`Name ${at}`], read),
    )
    await opened.run(Promise.all(searches))
    expect(opened.crm.calls().find(({ endpoint }) => /search/.test(endpoint))).toMatchObject({
      calls: 20,
      failed: 0,
    })
    expect(opened.clock.monotonic()).toBeGreaterThanOrEqual(3_000)
  })

  for (const roundTripMs of [20, 100]) {
    it(`gets no 429 at full speed with ${roundTripMs} ms round trips, and uses 98 % of the limit`, async () => {
      const opened = open({}, { tier: 'professional' }, roundTripMs)
      const read = { ...contacts, fields: [] }
      const forMs = 600_000
      let calls = 0
      const worker = async (): Promise<void> => {
        while (opened.clock.monotonic() < forMs) {
          await opened.crm.readById(['1'], read)
          calls += 1
        }
      }
      await createContacts(opened, 1)
      opened.portal.seed({ records: { contacts: [{ id: '1', properties: {} }] } })
      await opened.run(Promise.all(Array.from({ length: 190 }, worker)))
      const failed = opened.crm.calls().reduce((sum, called) => sum + called.failed, 0)
      expect(failed).toBe(0)
      expect(calls / ((190 * opened.clock.monotonic()) / 10_000)).toBeGreaterThanOrEqual(0.98)
    })
  }

  it('shares a window with another user of the token, of whom the headers tell', async () => {
    const opened = open({}, { tier: 'professional' }, 50)
    opened.portal.seed({ records: { contacts: [{ id: '1', properties: {} }] } })
    const stranger = (): void => {
      const headers = { authorization: 'Bearer pat-local' }
      const url = '/crm/v3/objects/contacts?limit=1'
      for (let i = 0; i < 60; i++) opened.portal.handle({ method: 'GET', url, headers, body: null })
    }
    stranger()
    const read = { ...contacts, fields: [] }
    await opened.run(opened.crm.readById(['1'], read))
    const reads = Array.from({ length: 189 }, () => opened.crm.readById(['1'], read))
    await opened.run(Promise.all(reads))
    expect(opened.crm.calls().reduce((sum, { failed }) => sum + failed, 0)).toBe(0)
  })

  const gateways = [502, 503, 504, 521, 522, 523, 524, 525, 526]

  it.each<[PlannedFault, object, 'applies' | 'applies nothing' | 'either']>([
    [
      { kind: 'rate_limit_burst' },
      { kind: 'throttled', reason: 'TEN_SECONDLY_ROLLING', retryAfterMs: 10_000 },
      'applies nothing',
    ],
    [{ kind: 'rate_limit_daily' }, { kind: 'exhausted', reason: 'DAILY' }, 'applies nothing'],
    [
      { kind: 'locked' },
      { kind: 'unavailable', reason: 'LOCKED', retryAfterMs: 2_000 },
      'applies nothing',
    ],
    [
      { kind: 'migrating' },
      { kind: 'unavailable', reason: 'MIGRATION', retryAfterMs: 3_600_000 },
      'applies nothing',
    ],
    [{ kind: 'drop_before' }, { kind: 'unknown' }, 'applies nothing'],
    [{ kind: 'drop_after' }, { kind: 'unknown' }, 'applies'],
    [{ kind: 'server_error_before', status: 500 }, { kind: 'unknown' }, 'applies nothing'],
    [{ kind: 'server_error_before', status: 503 }, { kind: 'unavailable' }, 'applies nothing'],
    ...[500, 502, 504].map((status): [PlannedFault, object, 'applies'] => [
      { kind: 'server_error_after', status },
      { kind: 'unknown', status },
      'applies',
    ]),
    ...gateways.map((status): [PlannedFault, object, 'either'] => [
      { kind: 'html_page', status },
      { kind: 'unknown', status },
      'either',
    ]),
    [{ kind: 'empty_body' }, { kind: 'unknown' }, 'either'],
    [{ kind: 'wrong_json' }, { kind: 'unknown' }, 'either'],
    [
      { kind: 'expired_token' },
      { kind: 'auth', reason: 'EXPIRED_AUTHENTICATION' },
      'applies nothing',
    ],
  ])('calls a create hit by %j %j', async (fault, expected, effect) => {
    const opened = open()
    opened.portal.planFault({ ...fault, operation: 'batch_create' })
    const inputs = ['a', 'b'].map((name) => ({
      values: { syncline_key: name },
      uniqueField: 'syncline_key',
    }))
    const failing = opened.run(opened.crm.create(inputs, contacts))
    await expect(failing).rejects.toMatchObject(expected)
    const read = { ...contacts, fields: [] }
    opened.portal.clearPlannedFaults()
    const found = await opened.run(opened.crm.readByValue('syncline_key', ['a', 'b'], read))
    const sizes = { applies: [2], 'applies nothing': [0], either: [0, 2] }
    expect(sizes[effect]).toContain(found.size)
    expect(opened.portal.faultEvents().map((event) => event.kind)).toEqual([fault.kind])
  })

  it.each([
    ['silent_drop_applied', 1],
    ['silent_drop_unapplied', 1],
    ['partial_failure', 1],
    ['no_results', 3],
  ] as const)('leaves inputs unaccounted that %s hides', async (kind, hidden) => {
    const opened = open()
    opened.portal.planFault({ kind, operation: 'batch_create' })
    const inputs = ['a', 'b', 'c'].map((name) => ({
      values: { syncline_key: name },
      uniqueField: 'syncline_key',
    }))
    const results = await opened.run(opened.crm.create(inputs, contacts))
    expect(results.filter(({ status }) => status === 'unaccounted')).toHaveLength(hidden)
    expect(results.filter(({ status }) => status === 'written')).toHaveLength(3 - hidden)
  })

  it.each<PlannedFault>([
    { kind: 'rate_limit_burst' },
    { kind: 'drop_before' },
    { kind: 'drop_after' },
    { kind: 'server_error_before', status: 500 },
    { kind: 'server_error_before', status: 503 },
    ...[500, 502, 504].map((status) => ({ kind: 'server_error_after', status }) as const),
    ...gateways.map((status) => ({ kind: 'html_page', status }) as const),
    { kind: 'empty_body' },
    { kind: 'wrong_json' },
  ])('reads through %j', async (fault) => {
    const opened = open()
    const ids = await createContacts(opened, 3)
    opened.portal.planFault({ ...fault, operation: 'batch_read' })
    const read = { ...contacts, fields: ['email'] }
    expect((await opened.run(opened.crm.readById(ids, read))).size).toBe(3)
    expect(opened.portal.faultEvents()).toHaveLength(1)
  })

  it('searches through the limit of a second', async () => {
    const opened = open()
    await createContacts(opened, 3)
    opened.portal.planFault({ kind: 'rate_limit_search' })
    const read = { ...contacts, fields: ['email'] }
    const found = await opened.run(opened.crm.search('firstname', ['Person 1'], read))
    expect(found.get('Person 1')).toHaveLength(1)
    expect(opened.portal.faultEvents()).toHaveLength(1)
  })

  it.each<[PlannedFault, object]>([
    [{ kind: 'migrating' }, { kind: 'unavailable', retryAfterMs: 3_600_000 }],
    [{ kind: 'rate_limit_daily' }, { kind: 'exhausted', reason: 'DAILY' }],
    [{ kind: 'expired_token' }, { kind: 'auth', reason: 'EXPIRED_AUTHENTICATION' }],
  ])('gives up a read at %j at once', async (fault, expected) => {
    const opened = open()
    const ids = await createContacts(opened, 1)
    opened.portal.planFault({ ...fault, operation: 'batch_read' })
    const read = opened.crm.readById(ids, { ...contacts, fields: ['email'] })
    await expect(opened.run(read)).rejects.toMatchObject(expected)
    expect(opened.portal.calls()['batch_read 0-1']).toBe(1)
  })

  it('names the scope that a read and a write lack', async () => {
    const privateApps = [{ token: 'pat-nothing', name: 'nothing', scopes: [] }]
    const { connect, run } = open({ state: { privateApps } })
    const crm = connect({ access_token: 'pat-nothing' })
    const lacking = (access: string) => ({
      kind: 'auth',
      reason: 'MISSING_SCOPES',
      message: expect.stringContaining(`Required: crm.objects.contacts.${access}.`),
    })
    await expect(
      run(crm.readById(['1'], { ...contacts, fields: ['email'] })),
    ).rejects.toMatchObject(lacking('read'))
    await expect(
      run(crm.update([{ id: '1', values: { city: 'Rome' } }], contacts)),
    ).rejects.toMatchObject(lacking('write'))
  })

  it('asks for any number of fields, also where a batch left the record out', async () => {
    const opened = open()
    const [id = ''] = await createContacts(opened, 1)
    const names = Array.from({ length: 900 }, (_, at) => `a_rather_long_field_name_${at}`)
    opened.portal.planFault({ kind: 'no_results', operation: 'batch_read' })
    const read = { ...contacts, fields: ['firstname', ...names] }
    const found = await opened.run(opened.crm.readByValue('email', ['p0@x.com'], read))
    expect(found.get('p0@x.com')).toEqual([{ id, values: { firstname: 'Person 0' } }])
  })

  it('does not take an answer without results for records that are gone', async () => {
    const opened = open()
    const ids = await createContacts(opened, 2)
    const read = { ...contacts, fields: ['email'] }
    opened.portal.planFault({ kind: 'no_results', operation: 'batch_read' })
    expect((await opened.run(opened.crm.readById(ids, read))).size).toBe(2)
    opened.portal.planFault({ kind: 'no_results', operation: 'batch_read' })
    const values = ['p0@x.com', 'p1@x.com']
    expect((await opened.run(opened.crm.readByValue('email', values, read))).size).toBe(2)
  })

  it('works with an OAuth app, through expiry', async () => {
    const state = {
      apps: [{ clientId: 'app', clientSecret: 'sec', appId: 1, scopes: 'all' as const }],
      refreshTokens: [{ token: 'ref', clientId: 'app', userId: 1 }],
      records: { contacts: [{ id: '7', properties: { email: 'a@x.com' } }] },
    }
    const opened = open({ state })
    const oauth = { client_id: 'app', client_secret: 'sec', refresh_token: 'ref' }
    const crm = opened.connect({ oauth })
    const read = { ...contacts, fields: ['email'] }
    expect((await opened.run(crm.readById(['7'], read))).size).toBe(1)
    opened.portal.planFault({ kind: 'expired_token', operation: 'batch_update' })
    const updates = [{ id: '7', values: { city: 'Rome' } }]
    expect(await opened.run(crm.update(updates, contacts))).toMatchObject([{ status: 'written' }])
    await opened.clock.advance(3_600_000)
    expect((await opened.run(crm.readById(['7'], read))).size).toBe(1)
    expect(crm.calls().find(({ endpoint }) => /oauth/.test(endpoint))?.calls).toBe(3)
  })

  it('is refused a wrong refresh token by name', async () => {
    const opened = open()
    const oauth = { client_id: 'app', client_secret: 'sec', refresh_token: 'wrong' }
    const crm = opened.connect({ oauth })
    await expect(opened.run(crm.account())).rejects.toMatchObject({ kind: 'auth' })
  })

  it('is refused a wrong token', async () => {
    const { run, connect } = open()
    const crm = connect({ access_token: 'pat-wrong' })
    await expect(run(crm.account())).rejects.toMatchObject({
      kind: 'auth',
      reason: 'INVALID_AUTHENTICATION',
    })
  })

  it('finds the scopes that are missing, and changes nothing in doing so', async () => {
    const scopes = ['crm.objects.contacts.read', 'crm.schemas.contacts.read']
    const writing = { ...readingNeeds, updates: true }
    const { run, connect, portal } = open({
      state: { privateApps: [{ token: 'pat-reader', name: 'reader', scopes }] },
    })
    const missing = await run(
      connect({ access_token: 'pat-reader' }).missingPermissions('contacts', writing),
    )
    expect(missing.map(({ permission }) => permission)).toEqual(['crm.objects.contacts.write'])
    expect(
      await run(connect({ access_token: 'pat-local' }).missingPermissions('contacts', writing)),
    ).toEqual([])
    expect(portal.log()).toEqual([])
  })

  it('lists owners, pipelines and stages by name', async () => {
    const owners = [{ id: '51', email: 'Ann@x.com', firstName: 'Ann', lastName: 'Lee' }]
    const { crm, run } = open({
      state: {
        owners: owners.map((owner) => ({
          ...owner,
          userId: 1,
          type: 'PERSON' as const,
          archived: false,
          teams: [],
          createdAt: epoch,
          updatedAt: epoch,
        })),
      },
    })
    expect(await run(crm.references('owners', 'contacts'))).toContainEqual({
      id: '51',
      names: { email: 'ann@x.com', name: 'Ann Lee' },
    })
    expect(await run(crm.references('pipelines', 'deals'))).toContainEqual(
      expect.objectContaining({ id: 'default' }),
    )
    for (const { name, names } of hubspot.lists) {
      const entries = await run(crm.references(name, 'deals'))
      const used = new Set(entries.flatMap((entry) => Object.keys(entry.names)))
      expect([...used].toSorted()).toEqual(names.toSorted())
    }
    const stages = await run(crm.references('stages', 'deals'))
    expect(stages).toContainEqual(
      expect.objectContaining({
        id: 'appointmentscheduled',
        parent: { list: 'pipelines', id: 'default' },
      }),
    )
  })
})

describe('HubSpot connector over a socket', () => {
  const cleanups: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
  })

  it('creates, reads and updates records, and survives dropped connections as unknown', async () => {
    const state = { properties: { contacts: [key] } }
    const server = await serveHubSpot({ port: 0, state })
    cleanups.push(() => server.close())
    const transport = createUndiciTransport()
    cleanups.push(() => transport.close())
    const clock = {
      now: Date.now,
      monotonic: () => performance.now(),
      sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    }
    const crm = hubspot.open(
      hubspot.options.parse({ base_url: `${server.url}/`, access_token: 'pat-local' }),
      { clock, random: Math.random, transport, budgets: createBudgetBook(clock) },
    )
    const inputs = ['a', 'b'].map((name) => ({
      values: { syncline_key: name, city: 'Zürich' },
      uniqueField: 'syncline_key',
    }))
    const ids = (await crm.create(inputs, contacts)).map(written)
    const read = { ...contacts, fields: ['city'] }
    expect((await crm.readById(ids, read)).get(ids[1] ?? '')?.values).toEqual({ city: 'Zürich' })
    server.simulator.planFault({ kind: 'drop_after', operation: 'batch_update' })
    const updates = ids.map((id) => ({ id, values: { city: 'Rome' } }))
    await expect(crm.update(updates, contacts)).rejects.toMatchObject({ kind: 'unknown' })
    expect((await crm.readById(ids, read)).get(ids[0] ?? '')?.values).toEqual({ city: 'Rome' })
    await crm.close()
  })
})
