/** What a webhook says of one change. */
import { viewBareLead } from '../routes/lead-routes.ts'
import { type Json, type JsonObject, isJsonObject } from '../../json.ts'
import { canonical } from '../wire/json.ts'
import { viewNote } from '../routes/note-routes.ts'
import type { ObjectName } from '../wire/objects.ts'
import { plainView, v2Objects, viewRecord } from '../views/record-view.ts'
import type { StoredRecord } from '../store/records.ts'
import { viewUser } from '../routes/user-routes.ts'
import { permittedUsers } from '../store/visibility.ts'
import type { Company } from '../store/company.ts'
import type { EventAction, Webhook } from '../store/webhook.ts'
import { typedCustomFields } from './webhook-custom.ts'
import type { Origin } from '../store/write-log.ts'

export interface Meta {
  readonly action: EventAction
  readonly entity: ObjectName
  readonly version: '2.0'
  readonly company_id: number
  readonly correlation_id: string
  readonly entity_id: string
  readonly id: string
  readonly is_bulk_edit: boolean
  readonly timestamp: string
  readonly type: Webhook['type']
  readonly user_id: number | null
  readonly webhook_id: string
  readonly webhook_owner_id: number
  readonly change_source: 'app' | 'api'
  readonly attempt: number
  readonly host: string
  readonly permitted_user_ids: readonly number[]
  readonly merged_to_id?: string
  readonly merged_from_id?: string
}

export interface Payload {
  readonly meta: Meta
  readonly data: JsonObject | null
  readonly previous: JsonObject | null
}

export interface Change {
  /** Its entry in the log. */
  readonly write: number
  readonly object: ObjectName
  readonly action: EventAction
  readonly before: StoredRecord | null
  readonly after: StoredRecord
  readonly origin: Origin
  readonly correlationId: string
}

/** As the first attempt sends it. */
export function payloadOf(
  company: Company,
  webhook: Webhook,
  change: Change,
  id: string,
  contactSync: boolean,
): Payload {
  const { object, action, before, after } = change
  const show = (record: StoredRecord) => entity(company, object, record, contactSync)
  const now = show(after)
  const old = before === null ? null : show(before)
  return {
    meta: metaOf(company, webhook, change, id),
    data: action === 'delete' ? null : now,
    previous:
      old === null || action === 'create' ? null : action === 'delete' ? old : changed(old, now),
  }
}

function metaOf(company: Company, webhook: Webhook, change: Change, id: string): Meta {
  const { object, action, after, origin, correlationId } = change
  const { mergedTo, mergedFrom } = origin
  return {
    action,
    entity: object,
    version: '2.0',
    company_id: company.id,
    correlation_id: correlationId,
    entity_id: after.id,
    id,
    is_bulk_edit: false,
    timestamp: new Date(origin.at).toISOString(),
    type: webhook.type,
    user_id: origin.userId === null ? null : Number(origin.userId),
    webhook_id: webhook.id,
    webhook_owner_id: Number(webhook.ownerId),
    change_source: origin.source === 'api' ? 'api' : 'app',
    attempt: 1,
    host: `${company.domain}.pipedrive.com`,
    permitted_user_ids: permittedUsers(company, object, after).map((user) => Number(user.id)),
    ...(mergedTo === undefined ? {} : { merged_to_id: mergedTo }),
    ...(mergedFrom === undefined ? {} : { merged_from_id: mergedFrom }),
  }
}

function entity(
  company: Company,
  object: ObjectName,
  record: StoredRecord,
  contactSync: boolean,
): JsonObject {
  const shown = bare(company, object, record, contactSync)
  const plain: JsonObject = JSON.parse(JSON.stringify(shown))
  const hasCustom = 'custom_fields' in plain || object === 'lead'
  if (!hasCustom) return plain
  return { ...plain, custom_fields: typedCustomFields(company, object, record.values) }
}

function bare(
  company: Company,
  object: ObjectName,
  record: StoredRecord,
  contactSync: boolean,
): object {
  const known = v2Objects.find((one) => one === object)
  if (known !== undefined) return viewRecord(plainView(company, contactSync), known, record)
  if (object === 'lead') return viewBareLead(record)
  return object === 'note' ? viewNote(company, record, null) : viewUser(record, null)
}

/** What had another value before, and only that. */
function changed(old: JsonObject, now: JsonObject): JsonObject {
  const differing = (a: JsonObject, b: JsonObject) =>
    Object.entries(a).filter(([name, value]) => canonical(value) !== canonical(b[name]))
  const entries = differing(old, now).map(([name, value]): readonly [string, Json] => {
    const other = now[name]
    const isNested = name === 'custom_fields' && isJsonObject(value) && isJsonObject(other)
    return [name, isNested ? Object.fromEntries(differing(value, other)) : value]
  })
  return Object.fromEntries(entries)
}
