/**
 * Webhooks as configuration describes them: one event each. What the record holds is taken as it is written: a value of another kind
 * than declared, and a field that is not declared, get columns of their own (promise 5).
 */
import { hash } from 'node:crypto'
import { timeOfEvent } from '../../core/change/event-time.ts'
import { knownValue, NumberText, parseJsonLosslessly } from '../../core/change/json-value.ts'
import type { KnownValue } from '../../model/change.ts'
import { bodyText, irrelevant, unreadable } from '../decoded-event.ts'
import { isObject } from '../http/json.ts'
import type { DecodedEvent, SourceObject, WebhookEvents } from '../source.ts'
import type { WebhookOp, WebhookOptions } from './options.ts'
import { nameWithin, valueAt } from './pointer.ts'
import { instantIn } from './time.ts'

type Objects = ReadonlyMap<string, SourceObject>

export function webhookEvents(options: WebhookOptions): WebhookEvents {
  return { decode: (body, objects) => [decoded(options, body, objects)] }
}

function decoded(
  options: WebhookOptions,
  body: string | Uint8Array,
  objects: Objects,
): DecodedEvent {
  const text = bodyText(body)
  const payload = text === null ? undefined : parseJsonLosslessly(text)
  if (text === null || !isObject(payload)) return unreadable('it is no JSON object')
  const object = objectOf(options, payload)
  if (typeof object !== 'string') return object
  if (!objects.has(object)) return irrelevant(`${object} is not pulled`)
  const op = opOf(options, payload)
  if (typeof op !== 'string') return op
  return changeOf(options, { object, op, payload, text })
}

interface Event {
  readonly object: string
  readonly op: WebhookOp
  readonly payload: unknown
  readonly text: string
}

function changeOf({ event }: WebhookOptions, { object, op, payload, text }: Event): DecodedEvent {
  const key = keyAt(payload, event.key)
  if (key === null || key === '') return unreadable(`there is no id of a record at ${event.key}`)
  const at = instantIn(wordAt(payload, event.time) ?? '')
  if (at === null) return unreadable(`there is no time at ${event.time}`)
  const id = event.id === undefined ? null : wordAt(payload, event.id)
  if (event.id !== undefined && id === null) return unreadable(`there is no id at ${event.id}`)
  const record = valueAt(payload, event.record)
  if (op !== 'delete' && !isObject(record))
    return unreadable(`there is no record at ${event.record}`)
  const own = nameWithin(event.key, event.record)
  const fields = op === 'delete' || !isObject(record) ? none : fieldsOf(record, own)
  return {
    state: 'change',
    change: {
      id: id ?? hash('sha256', text, 'hex'),
      object,
      key,
      op,
      fields,
      // Nobody could be asked for the rest.
      partial: false,
      ...timeOfEvent(at),
      sequence: sequences[op],
      observedAt: at,
      origin: 'webhook',
      mergedInto: null,
    },
  }
}

const none: ReadonlyMap<string, KnownValue | null> = new Map()

/** What is told of one instant, as it may have come about: many sources tell the time to the second. */
const sequences: Readonly<Record<WebhookOp, bigint>> = {
  create: 0n,
  update: 1n,
  delete: 2n,
  restore: 3n,
}

/** The record's id has a column of its own. */
function fieldsOf(
  record: Readonly<Record<string, unknown>>,
  own: string | null,
): ReadonlyMap<string, KnownValue | null> {
  const entries = Object.entries(record).filter(([name]) => name !== own)
  return new Map(entries.map(([name, json]) => [name, knownValue(json)]))
}

function objectOf({ event, objects }: WebhookOptions, payload: unknown): string | DecodedEvent {
  const names = Object.keys(objects)
  if (event.object === undefined) return names[0] ?? unreadable('there is no object')
  const word = wordAt(payload, event.object)
  if (word === null) return unreadable(`there is no object at ${event.object}`)
  const found = names.find((name) => (objects[name]?.named ?? name) === word)
  return found ?? irrelevant(`${word} is no object of the connection`)
}

function opOf({ event, actions }: WebhookOptions, payload: unknown): WebhookOp | DecodedEvent {
  if (event.action === undefined) return 'update'
  const word = wordAt(payload, event.action)
  if (word === null) return unreadable(`there is no action at ${event.action}`)
  const action = Object.hasOwn(actions, word) ? actions[word] : undefined
  if (action === undefined) return unreadable('its action is not among `actions`', word)
  return action === 'ignore' ? irrelevant(`${word} is to be ignored`) : action
}

/** A text or a whole number; null for anything else. */
function keyAt(payload: unknown, pointer: string): string | null {
  const value = valueAt(payload, pointer)
  const isBroken = value instanceof NumberText && knownValue(value)?.kind !== 'integer'
  return isBroken ? null : wordAt(payload, pointer)
}

/** A text, or a number, in one form however it was written (`1`, `1.0`, `1e0`); null for anything else. */
function wordAt(payload: unknown, pointer: string): string | null {
  const value = valueAt(payload, pointer)
  if (value instanceof NumberText) return knownValue(value)?.text ?? null
  return typeof value === 'string' ? value : null
}
