import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openPipedrive, type OpenPipedrive } from '../../../test/support/open-pipedrive.ts'
import { anyValue, makeFieldOfEveryType } from '../../../test/support/pipedrive-fields.ts'
import type { Change } from '../../model/change.ts'
import type { JsonObject } from '../../simulator/json.ts'
import type { PipedriveOptions } from '../../simulator/pipedrive/simulator.ts'
import type { ReadRecord, SourceObject } from '../source.ts'
import { pipedriveSource } from './source.ts'

const withStages = {
  pipeline: [{ id: '1', values: { name: 'Sales' } }],
  stage: [{ id: '1', values: { name: 'New', pipeline_id: 1 } }],
}

/** A company with one webhook for everything. */
function withWebhook(options: PipedriveOptions = {}) {
  const opened = openPipedrive({ state: { records: withStages }, ...options })
  opened.call('POST /api/v1/webhooks', {
    subscription_url: 'https://hooks.example.com/secret',
    event_action: '*',
    event_object: '*',
    name: 'sync',
  })
  return opened
}

/** The changes that were told since this was last asked. */
function told(opened: OpenPipedrive, ...objects: readonly SourceObject[]): readonly Change[] {
  const byName = new Map(objects.map((object) => [object.name, object]))
  return opened.company.takeDispatches().flatMap(({ id, body }) => {
    opened.company.report(id, 200)
    const events = pipedriveSource.events?.decode(body, byName) ?? []
    return events.flatMap((event) => {
      if (event.state === 'unreadable') throw new Error(`${event.reason}: ${body}`)
      return event.state === 'change' ? [event.change] : []
    })
  })
}

async function readBack(
  opened: OpenPipedrive,
  object: SourceObject,
  key: string,
): Promise<ReadRecord> {
  const { records } = await opened.run(opened.reader.fetch(object, [key], {}))
  const record = records.get(key)
  if (record?.state !== 'found') throw new Error(`${object.name} ${key} was not found`)
  return record.record
}

/** What a read knows and the change says otherwise, or does not know. */
function differing(record: ReadRecord, change: Change | undefined): readonly string[] {
  return [...record.fields]
    .filter(([name, value]) => JSON.stringify(change?.fields.get(name)) !== JSON.stringify(value))
    .map(([name]) => name)
}

const onRequest =
  /_count$|^(next|last)_activity_id$|^smart_bcc_email$|_mail_time$|^first_won_time$|^attendees$/

describe('the fields of an event', () => {
  it('of every type of custom field are those of a read of the record, whatever the values', async () => {
    const opened = withWebhook()
    const person = Number(opened.create('/api/v2/persons', { name: 'Ann' }))
    const org = Number(opened.create('/api/v2/organizations', { name: 'Acme' }))
    const made = makeFieldOfEveryType(opened, '/api/v2/dealFields')
    const [deals, leads] = [await opened.describe('deals'), await opened.describe('leads')]
    const anyFields = fc.record(
      Object.fromEntries(made.map((field) => [field.code, anyValue(field, { org, person })])),
    )
    await fc.assert(
      fc.asyncProperty(anyFields, async (custom: JsonObject) => {
        told(opened)
        const deal = opened.create('/api/v2/deals', { title: 'Any', custom_fields: custom })
        const lead = opened.create('/api/v1/leads', { title: 'Any', person_id: person, ...custom })
        const [ofDeal, ofLead] = told(opened, deals, leads)
        expect(ofDeal).toMatchObject({ key: deal, op: 'create', partial: false })
        expect(ofLead).toMatchObject({ key: lead, op: 'create', partial: false })
        const dealRead = await readBack(opened, deals, deal)
        expect(differing(dealRead, ofDeal).filter((name) => !onRequest.test(name))).toEqual([])
        expect(
          [...(ofDeal?.fields.keys() ?? [])].filter((name) => !dealRead.fields.has(name)),
        ).toEqual([])
        expect(differing(await readBack(opened, leads, lead), ofLead)).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  it.each([
    [
      'persons',
      '/api/v2/persons',
      { name: 'Ann Lee', emails: [{ value: 'a@x.com', primary: true }] },
    ],
    ['organizations', '/api/v2/organizations', { name: 'Acme', address: { value: 'Main St 1' } }],
    ['deals', '/api/v2/deals', { title: 'Big', value: 12.5, currency: 'EUR' }],
    ['activities', '/api/v2/activities', { subject: 'Call', location: { value: 'Here' } }],
    ['products', '/api/v2/products', { name: 'Thing', prices: [{ price: 3, currency: 'EUR' }] }],
    ['notes', '/api/v1/notes', { content: 'Hi', org_id: 1 }],
    ['pipelines', '/api/v2/pipelines', { name: 'More' }],
    ['stages', '/api/v2/stages', { name: 'Won', pipeline_id: 1 }],
  ])('of %s are those of a read of the record', async (name, path, body: JsonObject) => {
    const opened = withWebhook({
      state: { records: { ...withStages, organization: [{ id: '1', values: { name: 'Org' } }] } },
    })
    const object = await opened.describe(name)
    const key = opened.create(path, body)
    const [change] = told(opened, object)
    expect(change).toMatchObject({ object: name, key, op: 'create', partial: false })
    const record = await readBack(opened, object, key)
    expect(differing(record, change).filter((field) => !onRequest.test(field))).toEqual([])
    expect([...(change?.fields.keys() ?? [])].filter((field) => !record.fields.has(field))).toEqual(
      [],
    )
    expect(change?.eventAt).toBe(record.updatedAt)
  })

  it('of contacts that are synced are those of a read of the person', async () => {
    const opened = withWebhook({ behaviour: { contactSync: true } })
    const persons = await opened.describe('persons')
    const postal_address = { value: 'Main St 1', locality: 'Bonn' }
    const key = opened.create('/api/v2/persons', {
      name: 'Ann',
      birthday: '1990-01-31',
      postal_address,
    })
    const [change] = told(opened, persons)
    const record = await readBack(opened, persons, key)
    expect(change?.fields.get('postal_address.locality')?.text).toBe('Bonn')
    expect(differing(record, change).filter((field) => !onRequest.test(field))).toEqual([])
  })

  it('of a user are those of a read of the user', async () => {
    const opened = withWebhook()
    const users = await opened.describe('users')
    opened.company.edit({
      kind: 'create',
      object: 'users',
      values: { name: 'Bob', email: 'b@x.com' },
    })
    opened.company.edit({
      kind: 'update',
      object: 'users',
      id: '2',
      values: { active_flag: false },
    })
    const [created, changed] = told(opened, users)
    const record = await readBack(opened, users, '2')
    expect([created?.op, changed?.op]).toEqual(['create', 'update'])
    expect(differing(record, changed)).toEqual([])
    expect(changed?.partial).toBe(false)
  })
})

describe('events in a row', () => {
  it('of one second are told apart by the millisecond, deletion and restore included', async () => {
    const opened = withWebhook()
    const persons = await opened.describe('persons')
    const key = opened.create('/api/v2/persons', { name: 'One' })
    await opened.clock.advance(100)
    opened.call(`PATCH /api/v2/persons/${key}`, { name: 'Two' })
    await opened.clock.advance(100)
    opened.call(`DELETE /api/v2/persons/${key}`)
    await opened.clock.advance(100)
    opened.company.edit({ kind: 'restore', object: 'persons', id: key })
    const changes = told(opened, persons)
    expect(changes.map(({ op }) => op)).toEqual(['create', 'update', 'delete', 'restore'])
    expect(new Set(changes.map(({ eventAt }) => eventAt)).size).toBe(1)
    expect(changes.toSorted((a, b) => Number(b.sequence - a.sequence)).map(({ op }) => op)).toEqual(
      ['restore', 'delete', 'update', 'create'],
    )
    expect(changes.at(-1)?.fields.get('name')?.text).toBe('Two')
  })

  it('of a deletion is of the second that a read shows of the deleted record', async () => {
    const opened = withWebhook()
    const persons = await opened.describe('persons')
    const key = opened.create('/api/v2/persons', { name: 'One' })
    await opened.clock.advance(7_654)
    opened.call(`DELETE /api/v2/persons/${key}`)
    const deletion = told(opened, persons).at(-1)
    expect(deletion).toMatchObject({ op: 'delete', eventAt: '2026-05-05T12:00:07.000000Z' })
    const record = await readBack(opened, persons, key)
    expect(record).toMatchObject({ isDeleted: true, updatedAt: deletion?.eventAt })
  })

  it('of a merge are the end of one record, which names the survivor, and a change of that', async () => {
    const opened = withWebhook()
    const persons = await opened.describe('persons')
    const [loser, survivor] = ['One', 'Two'].map((name) =>
      opened.create('/api/v2/persons', { name }),
    )
    told(opened)
    opened.call(`PUT /api/v1/persons/${loser}/merge`, { merge_with_id: Number(survivor) })
    const changes = told(opened, persons)
    expect(changes.map(({ key, op, mergedInto }) => [key, op, mergedInto])).toEqual([
      [loser, 'merge', survivor],
      [survivor, 'update', null],
    ])
  })

  it('of the note that is deleted is a deletion', async () => {
    const opened = withWebhook()
    const notes = await opened.describe('notes')
    const person_id = Number(opened.create('/api/v2/persons', { name: 'Ann' }))
    const key = opened.create('/api/v1/notes', { content: 'Hi', person_id })
    opened.call(`DELETE /api/v1/notes/${key}`)
    expect(told(opened, notes).map(({ op }) => op)).toEqual(['create', 'delete'])
  })

  it('have one id for all attempts and copies', async () => {
    const opened = withWebhook()
    const persons = await opened.describe('persons')
    opened.company.planMisfortune({ kind: 'doubled', object: 'person' })
    opened.create('/api/v2/persons', { name: 'One' })
    await opened.clock.advance(60_000)
    const changes = told(opened, persons)
    expect(changes).toHaveLength(2)
    expect(changes[1]).toEqual(changes[0])
  })

  it('that overtake each other say when each of them happened', async () => {
    const opened = withWebhook()
    const persons = await opened.describe('persons')
    const key = opened.create('/api/v2/persons', { name: 'One' })
    told(opened)
    opened.company.planMisfortune({ kind: 'late', object: 'person' })
    for (const name of ['Two', 'Three']) {
      await opened.clock.advance(1_000)
      opened.call(`PATCH /api/v2/persons/${key}`, { name })
    }
    const [sooner] = told(opened, persons)
    await opened.clock.advance(60_000)
    const [later] = told(opened, persons)
    expect([sooner, later].map((change) => change?.fields.get('name')?.text)).toEqual([
      'Three',
      'Two',
    ])
    expect([sooner, later].map((change) => change?.eventAt)).toEqual([
      '2026-05-05T12:00:02.000000Z',
      '2026-05-05T12:00:01.000000Z',
    ])
  })
})
