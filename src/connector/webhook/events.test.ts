import { expect, test } from 'vitest'
import type { SourceObject } from '../source.ts'
import { webhookEvents } from './events.ts'
import { webhookOptions } from './options.ts'

const options = webhookOptions.parse({
  signature: { secret: 'a-secret-of-a-sender', header: 'X-Signature' },
  event: {
    object: '/type',
    key: '/data/id',
    action: '/action',
    time: '/at',
    record: '/data',
    id: '/id',
  },
  actions: { made: 'create', changed: 'update', gone: 'delete', back: 'restore', seen: 'ignore' },
  objects: {
    invoices: { named: 'invoice', fields: { total: 'decimal' } },
    notes: { fields: {} },
  },
})

const invoices: SourceObject = {
  name: 'invoices',
  singular: 'invoice',
  label: 'invoices',
  keyKind: 'text',
  fields: [],
  resolution: 'microsecond',
}
const pulled = new Map([['invoices', invoices]])

const event = {
  id: 'e1',
  type: 'invoice',
  action: 'changed',
  at: '2026-11-22T12:00:00Z',
  data: { id: 7, total: 12.5, paid: null },
}

function decode(body: string | Uint8Array) {
  const [first, ...more] = webhookEvents(options).decode(body, pulled)
  expect(more).toEqual([])
  return first
}

test('an event is a change of the record, with the numbers as they are written', () => {
  const text = JSON.stringify(event).replace('12.5', '12345678901234567890.15')
  expect(decode(text)).toEqual({
    state: 'change',
    change: {
      id: 'e1',
      object: 'invoices',
      key: '7',
      op: 'update',
      fields: new Map([
        ['total', { kind: 'decimal', text: '12345678901234567890.15' }],
        ['paid', null],
      ]),
      partial: false,
      eventAt: '2026-11-22T12:00:00.000000Z',
      shownAt: '2026-11-22T12:00:00.000000Z',
      rank: 0,
      sequence: 1n,
      observedAt: '2026-11-22T12:00:00.000000Z',
      origin: 'webhook',
      mergedInto: null,
    },
  })
})

test.each([
  ['made', 'create'],
  ['changed', 'update'],
  ['gone', 'delete'],
  ['back', 'restore'],
])('%s is a %s', (action, op) => {
  expect(decode(JSON.stringify({ ...event, action }))).toMatchObject({ change: { op } })
})

test('a deletion needs no record, and says nothing of its fields', () => {
  const { data: _, ...rest } = event
  const body = JSON.stringify({ ...rest, action: 'gone', data: { id: 'x' } })
  expect(decode(body)).toMatchObject({ change: { key: 'x', fields: new Map() } })
})

test.each<[string, unknown, string, string]>([
  ['no JSON', '{"a":', 'unreadable', 'it is no JSON object'],
  ['a list', [event], 'unreadable', 'it is no JSON object'],
  ['no object', { ...event, type: 1.5e3, data: {} }, 'irrelevant', '1.5e3|1500'],
  [
    'an object that is not declared',
    { ...event, type: 'order' },
    'irrelevant',
    'order is no object',
  ],
  [
    'an object that is not pulled',
    { ...event, type: 'notes' },
    'irrelevant',
    'notes is not pulled',
  ],
  ['an action that is to be ignored', { ...event, action: 'seen' }, 'irrelevant', 'to be ignored'],
  ['no action', { ...event, action: null }, 'unreadable', 'no action at /action'],
  ['no id of a record', { ...event, data: { total: 1 } }, 'unreadable', 'no id of a record'],
  ['an id that is no word', { ...event, data: { id: true } }, 'unreadable', 'no id of a record'],
  ['no time', { ...event, at: 'now' }, 'unreadable', 'no time at /at'],
  ['no id of the event', { ...event, id: undefined }, 'unreadable', 'no id at /id'],
])('a body with %s is %s', (_what, body, state, reason) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  expect(decode(text)).toEqual({
    state,
    reason: expect.stringMatching(reason.replace(/[/`]/g, '.')),
  })
})

test('an action that nobody knows is a word of its own, which the reason does not quote', () => {
  expect(decode(JSON.stringify({ ...event, action: 'toString' }))).toEqual({
    state: 'unreadable',
    reason: 'its action is not among `actions`',
    word: 'toString',
  })
})

test('what is no text is unreadable', () => {
  expect(decode(new Uint8Array([0xff, 0xfe]))).toMatchObject({ state: 'unreadable' })
})

test('without an id of its own an event is known by its body', () => {
  const { id: _, ...place } = options.event
  const { decode: byBody } = webhookEvents({ ...options, event: place })
  const idOf = (body: object): unknown => byBody(JSON.stringify(body), pulled)
  expect(idOf(event)).toEqual(idOf({ ...event }))
  expect(idOf(event)).not.toEqual(idOf({ ...event, more: 1 }))
})

test.each(['7', '7.0', '7e0', '70e-1', '"7"'])('the id of a record is one, written %s', (id) => {
  const text = JSON.stringify(event).replace('"id":7', `"id":${id}`)
  expect(decode(text)).toMatchObject({ state: 'change', change: { key: '7' } })
})

test.each(['7.5', 'true', 'null', '[7]', '1e99999'])('%s is no id of a record', (id) => {
  const text = JSON.stringify(event).replace('"id":7', `"id":${id}`)
  expect(decode(text)).toMatchObject({
    state: 'unreadable',
    reason: 'there is no id of a record at /data/id',
  })
})
