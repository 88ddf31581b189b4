/**
 * Webhooks in the format of version 2.0, one event each. `data` is the whole record as it is now, in the form of
 * the second version's answers but for custom fields, which name their type.
 *
 * An event happened when the record says that it last changed, by the same clock and to the same second as in
 * reads; events of one second are in the order of their own times, to the millisecond. A deletion has no data and
 * happened in the second in which it is told, which is what a read shows of a deleted record.
 */
import { instantOf } from '../../core/change/instant.ts'
import { parseJsonLosslessly } from '../../core/change/json-value.ts'
import { isKey } from '../../core/change/record-key.ts'
import { timeOfEvent } from '../../core/change/event-time.ts'
import type { Change, ChangeOp } from '../../model/change.ts'
import { bodyText, irrelevant, unreadable } from '../decoded-event.ts'
import { isObject, type Json, textIn } from '../http/json.ts'
import type { DecodedEvent, SourceObject } from '../source.ts'
import { idIn } from './api.ts'
import { isCustomKey } from './gathered-fields.ts'
import { objectOfEntity, type PipedriveObject } from './objects.ts'
import { changedAt, entriesOf, isDeleted, toTheSecond } from './record.ts'
import { untyped } from './typed-fields.ts'
import { unknownOptions, type Values, valuesOf } from './values.ts'

type Objects = ReadonlyMap<string, SourceObject>

const mark = Buffer.from('"meta"')

/** Events of every version of the format have this member, and so will those of a further one that means to be understood. */
export function mayTell(body: Uint8Array): boolean {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(mark)
}

export function decodeEvents(body: string | Uint8Array, objects: Objects): readonly DecodedEvent[] {
  return [decoded(body, objects)]
}

function decoded(body: string | Uint8Array, objects: Objects): DecodedEvent {
  const text = bodyText(body)
  const payload = text === null ? undefined : parseJsonLosslessly(text)
  const meta = isObject(payload) ? payload['meta'] : undefined
  if (!isObject(payload) || !isObject(meta)) return unreadable('it is no JSON object with `meta`')
  const version = textIn(meta, 'version')
  if (version !== '2.0') return unreadable('its version is not 2.0', version)
  const entity = textIn(meta, 'entity') ?? ''
  const object = objectOfEntity(entity)
  const schema = object === null ? undefined : objects.get(object.name)
  if (entity === '') return unreadable('it does not name its object')
  if (object === null) return irrelevant(`${entity} is not pulled`)
  if (schema === undefined) {
    return { ...irrelevant(`${entity} is not pulled`), object: object.name }
  }
  return eventOf({ object, schema, meta, payload })
}

interface Event {
  readonly object: PipedriveObject
  readonly schema: SourceObject
  readonly meta: Json
  readonly payload: Json
}

function eventOf(event: Event): DecodedEvent {
  const { object, schema, meta, payload } = event
  const id = textIn(meta, 'id')
  const key = idIn(meta, 'entity_id')
  const toldAt = instantOf(textIn(meta, 'timestamp') ?? '')
  if (id === null || key === null || toldAt === null) {
    return unreadable('its `meta` lacks the id, the record or the time')
  }
  if (!isKey(key, schema.keyKind)) return unreadable(`its record's id is no ${schema.keyKind}`)
  const data = isObject(payload['data']) ? payload['data'] : null
  if (data !== null && 'id' in data && idIn(data, 'id') !== key) {
    return unreadable('its `data` is of another record than its `meta`')
  }
  const op = opOf(event, data)
  if (op === null) return unreadable('its action is none that is known', textIn(meta, 'action'))
  const tells = data !== null && op !== 'delete' && op !== 'merge'
  const fields: Values = tells ? fieldsOf(event, data) : new Map()
  const change: Change = {
    id,
    object: schema.name,
    key,
    op,
    fields,
    partial: op === 'gap' || (tells && isPartial(object, schema, fields)),
    ...timeOfEvent((tells ? changedAt(data) : null) ?? toTheSecond(toldAt)),
    sequence: BigInt(Date.parse(toldAt)),
    observedAt: toldAt,
    origin: 'webhook',
    mergedInto: op === 'merge' ? idIn(meta, 'merged_to_id') : null,
  }
  const account = idIn(meta, 'company_id')
  const unforeseen = unknownOptions(schema, fields)
  return {
    state: 'change',
    change,
    ...(account === null ? {} : { account }),
    ...(unforeseen.length === 0 ? {} : { unforeseen }),
  }
}

/** Null for an action that is not known. What changed and isn't shown must be fetched. */
function opOf({ object, meta, payload }: Event, data: Json | null): ChangeOp | null {
  switch (textIn(meta, 'action')) {
    case 'create':
      return data === null ? 'gap' : 'create'
    case 'change': {
      if (data === null) return 'gap'
      if (isDeleted(object, data)) return 'delete'
      const { previous } = payload
      return isObject(previous) && isDeleted(object, previous) ? 'restore' : 'update'
    }
    case 'delete':
      return idIn(meta, 'merged_to_id') === null ? 'delete' : 'merge'
    default:
      return null
  }
}

function fieldsOf({ object, schema }: Event, data: Json): Values {
  const entries = entriesOf(object, schema, data)
  return valuesOf(
    schema,
    entries.map(([name, value]) => [name, isCustomKey(name) ? untyped(value) : value] as const),
  )
}

/** Whether it lacks a field that every answer has; those that are shown on request don't count. */
function isPartial(
  { builtIn }: PipedriveObject,
  { fields }: SourceObject,
  values: Values,
): boolean {
  return fields.some(
    ({ name }) => !values.has(name) && (name in builtIn.always || isCustomKey(name)),
  )
}
