import { describe, expect, it } from 'vitest'
import type { Change } from '../../model/change.ts'
import type { SourceObject } from '../source.ts'
import { decodeEvents, mayTell } from './events.ts'
import type { Metadata } from './metadata.ts'
import { objectNamed } from './objects.ts'
import { toSourceObject } from './schema.ts'

const hash = '9dc80c50d78a15643bfc4ca79d76156a73a1ca0a'
const other = 'f'.repeat(40)

function described(name: string, metadata: readonly Metadata[] = []): SourceObject {
  const object = objectNamed(name)
  if (object === null) throw new Error(`there are no ${name}`)
  return toSourceObject(object, metadata)
}

function custom(type: string): Metadata {
  const options = [{ value: '1', label: 'Red' }]
  return { code: hash, name: 'Field', type, options, isCustom: true, isOptional: false }
}

const pipelines = new Map([['pipelines', described('pipelines')]])
const meta = {
  id: '0e5e6d62-5f1c-4d0b-9c30-8f6f3ea1a6b1',
  action: 'change',
  entity: 'pipeline',
  entity_id: '7',
  version: '2.0',
  timestamp: '2026-03-10T12:00:05.250Z',
}
const data = {
  id: 7,
  name: 'Sales',
  order_nr: 1,
  is_deal_probability_enabled: true,
  add_time: '2026-03-01T10:00:00Z',
  update_time: '2026-03-10T12:00:04Z',
  is_deleted: false,
}

function decode(
  payload: unknown,
  objects: ReadonlyMap<string, SourceObject> = pipelines,
): ReturnType<typeof decodeEvents>[number] {
  const [event, ...rest] = decodeEvents(JSON.stringify(payload), objects)
  if (event === undefined || rest.length > 0) throw new Error('a body has one event')
  return event
}

function changeOf(
  more: object,
  rest: object = { data, previous: {} },
  objects = pipelines,
): Change {
  const event = decode({ meta: { ...meta, ...more }, ...rest }, objects)
  if (event.state !== 'change') throw new Error(`${event.state}: ${event.reason}`)
  return event.change
}

describe('an event', () => {
  it('is a change of the record at the time that the record says, in the order of the events', () => {
    const change = changeOf({})
    expect(change).toMatchObject({
      id: meta.id,
      object: 'pipelines',
      key: '7',
      op: 'update',
      partial: false,
      eventAt: '2026-03-10T12:00:04.000000Z',
      shownAt: '2026-03-10T12:00:04.000000Z',
      rank: 0,
      sequence: BigInt(Date.parse(meta.timestamp)),
      observedAt: '2026-03-10T12:00:05.250000Z',
      origin: 'webhook',
      mergedInto: null,
    })
    expect(change.fields.get('name')).toEqual({ kind: 'text', text: 'Sales' })
    expect(change.fields.has('id')).toBe(false)
  })

  it.each<[string, object, object, string, boolean]>([
    ['create', { action: 'create' }, { data, previous: null }, 'create', true],
    ['change', {}, { data, previous: { name: 'Sale' } }, 'update', true],
    ['change of what was deleted', {}, { data, previous: { is_deleted: true } }, 'restore', true],
    [
      'change into deleted',
      {},
      { data: { ...data, is_deleted: true }, previous: {} },
      'delete',
      false,
    ],
    ['delete', { action: 'delete' }, { data: null, previous: data }, 'delete', false],
    [
      'delete of what went up in another',
      { action: 'delete', merged_to_id: '9' },
      { data: null, previous: data },
      'merge',
      false,
    ],
    ['change of the survivor', { merged_from_id: '9' }, { data, previous: {} }, 'update', true],
    ['change without data', {}, { data: null, previous: null }, 'gap', false],
    ['create without data', { action: 'create' }, { previous: null }, 'gap', false],
  ])('of a %s is %s', (_what, more, rest, op, hasFields) => {
    const change = changeOf(more, rest)
    expect(change.op).toBe(op)
    expect(change.fields.size > 0).toBe(hasFields)
    expect(change.mergedInto).toBe(op === 'merge' ? '9' : null)
    expect(change.partial).toBe(op === 'gap')
    const time = hasFields ? '2026-03-10T12:00:04' : '2026-03-10T12:00:05'
    expect(change.eventAt).toBe(`${time}.000000Z`)
  })

  it.each([
    ['note', 'notes', { active_flag: false }, 'restore'],
    ['user', 'users', { active_flag: false }, 'update'],
    ['user', 'users', { is_deleted: true }, 'restore'],
    ['lead', 'leads', { is_archived: true }, 'update'],
  ])('of a %s is told from %s that were %j before: %s', (entity, name, previous, op) => {
    const objects = new Map([[name, described(name)]])
    const now = { id: 7, active_flag: true, is_deleted: false }
    expect(changeOf({ entity }, { data: now, previous }, objects).op).toBe(op)
  })

  it('of a record that does not say when it changed happened when it is told', () => {
    const { eventAt } = changeOf({}, { data: { ...data, update_time: null } })
    expect(eventAt).toBe('2026-03-10T12:00:05.000000Z')
  })

  it.each(['name', 'is_deal_probability_enabled'])('without %s is partial', (name) => {
    const change = changeOf({}, { data: { ...data, [name]: undefined } })
    expect(change.partial).toBe(true)
    expect(change.fields.has(name)).toBe(false)
  })

  it('keeps null, missing and empty apart', () => {
    const { fields } = changeOf({}, { data: { id: 7, name: '', order_nr: null } })
    expect([...fields]).toEqual([
      ['name', { kind: 'text', text: '' }],
      ['order_nr', null],
    ])
  })

  it('comes as bytes as well as in a text, and keeps numbers as they are written', () => {
    const body = JSON.stringify({ meta, data }).replace(
      '"order_nr":1',
      '"order_nr":9007199254740993',
    )
    const [event] = decodeEvents(new TextEncoder().encode(body), pipelines)
    expect(event?.state === 'change' && event.change.fields.get('order_nr')).toEqual({
      kind: 'integer',
      text: '9007199254740993',
    })
    expect(decodeEvents(body, pipelines)).toEqual([event])
  })

  it.each([
    ['board', {}],
    ['deal_product', {}],
    ['deal', { object: 'deals' }],
  ])('of a %s, which is not pulled, is irrelevant', (entity, object) => {
    expect(decode({ meta: { ...meta, entity }, data })).toEqual({
      state: 'irrelevant',
      reason: `${entity} is not pulled`,
      ...object,
    })
  })

  it('tells the company, and options that the metadata lacks', () => {
    const deals = new Map([['deals', described('deals', [custom('enum')])]])
    const event = (id: number): unknown =>
      decode(
        {
          meta: { ...meta, entity: 'deal', company_id: 12 },
          data: { id: 7, custom_fields: { [hash]: { type: 'enum', id } } },
        },
        deals,
      )
    expect(event(1)).toMatchObject({ state: 'change', account: '12' })
    expect(event(1)).not.toHaveProperty('unforeseen')
    expect(event(2)).toMatchObject({ unforeseen: [`${hash}=2`] })
  })

  it.each<[string, unknown]>([
    ['a list', [{ meta, data }]],
    ['a text', 'hello'],
    ['nothing of what it is about', { data }],
    ['the first version', { v: 1, meta: { ...meta, version: undefined }, current: data }],
    ['another version', { meta: { ...meta, version: '3.0' }, data }],
    ['no object', { meta: { ...meta, entity: undefined }, data }],
    ['no id', { meta: { ...meta, id: undefined }, data }],
    ['no record', { meta: { ...meta, entity_id: undefined }, data }],
    ['an id that is no number', { meta: { ...meta, entity_id: 'D-7' }, data }],
    ['the data of another record', { meta, data: { ...data, id: 8 } }],
    ['no time', { meta: { ...meta, timestamp: 'now' }, data }],
    ['another action', { meta: { ...meta, action: 'updated' }, data }],
  ])('can not be read from %s', (_what, payload) => {
    expect(decode(payload)).toMatchObject({ state: 'unreadable', reason: expect.any(String) })
  })

  it.each([
    ['half a body', '{"meta":'],
    ['bytes that are no text', new Uint8Array([0x7b, 0xff])],
  ])('can not be read from %s', (_what, body) => {
    expect(decodeEvents(body, pipelines)).toMatchObject([{ state: 'unreadable' }])
  })
})

describe('a custom field of an event', () => {
  const entity = 'organization'
  const of = (type: string, fields: unknown) => {
    const objects = new Map([['organizations', described('organizations', [custom(type)])]])
    return changeOf({ entity }, { data: { custom_fields: fields } }, objects)
  }

  it.each<[string, object]>([
    ['enum', { type: 'enum' }],
    ['set', { type: 'set' }],
    ['set', { type: 'set', values: [{}] }],
    ['monetary', { type: 'monetary' }],
    ['varchar', { type: 'varchar' }],
    ['address', { type: 'address' }],
    ['user', { type: 'user' }],
  ])('of type %s that shows no value is not known: %j', (type, value) => {
    const { fields, partial } = of(type, { [hash]: value })
    expect([...fields.keys()]).toEqual([])
    expect(partial).toBe(true)
  })

  it('that is not there at all is not known', () => {
    expect([...of('enum', undefined).fields.keys()]).toEqual([])
  })

  it('that came since the metadata was read is kept as what it is', () => {
    const { fields } = of('varchar', {
      [hash]: { type: 'varchar', value: 'x' },
      [other]: { type: 'monetary', value: 1.5, currency: 'EUR' },
    })
    expect(fields.get(other)).toEqual({ kind: 'decimal', text: '1.5' })
    expect(fields.get(`${other}.currency`)).toEqual({ kind: 'text', text: 'EUR' })
  })
})

describe('a body that is received', () => {
  it.each<[string, boolean]>([
    [JSON.stringify({ meta, data, previous: null }), true],
    ['{"data":null,"meta":{"version":"3.0"}}', true],
    ['[{"meta":{}}]', true],
    ['{"meta":{"action":"cha', true],
    ['', false],
    ['null', false],
    ['{}', false],
    ['{"event":"updated.deal","current":{}}', false],
    ['a text about meta', false],
  ])('%s: it may be an event: %s', (body, may) => {
    expect(mayTell(Buffer.from(body))).toBe(may)
  })
})
