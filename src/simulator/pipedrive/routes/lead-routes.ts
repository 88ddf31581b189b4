/** Leads, which only the first version has. */
import type { Lead } from 'pipedrive/v1'
import { badRequest, notFound } from '../wire/api-error.ts'
import { type Call, type Reply, ok, param, userOf } from '../request/call.ts'
import { parseBody } from '../wire/json.ts'
import { legacyFieldsOfLead } from '../views/legacy-view.ts'
import { equalTests } from './record-list.ts'
import { type WriteTarget, deleteRecord, writeRecord } from '../writes/record-write.ts'
import type { Company } from '../store/company.ts'
import type { StoredRecord } from '../store/records.ts'
import { startPage } from './start-page.ts'
import { readZulu, secondOf, zuluTime } from '../wire/times.ts'
import { flag, number, text, texts } from '../store/values.ts'
import { canSee } from '../store/visibility.ts'
import type { Ok, StartPage, Wire, WireLead } from '../wire/wire.ts'

export function listLeads(call: Call): Reply<StartPage<WireLead>> {
  return listed(call, false)
}

export function listArchivedLeads(call: Call): Reply<StartPage<WireLead>> {
  return listed(call, true)
}

function listed(call: Call, archived: boolean): Reply<StartPage<WireLead>> {
  const { company, query } = call
  const since = query.get('updated_since')
  const bound = since === null ? null : readZulu(since)
  if (since !== null && bound === null) throw badRequest('updated_since must be an RFC 3339 time')
  const fits = equalTests(query, ['owner_id', 'person_id', 'organization_id'])
  const found = [...company.table('lead').all()].filter(
    (lead) =>
      lead.deletedAt === null &&
      flag(lead.values, 'is_archived') === archived &&
      (bound === null || secondOf(lead.updatedAt ?? -1) >= bound) &&
      fits(lead) &&
      canSee(company, userOf(call), 'lead', lead),
  )
  const inOrder = found.toSorted((a, b) => a.addedAt - b.addedAt)
  return startPage(call, inOrder, (lead) => viewLead(company, lead))
}

export function readLead(call: Call): Reply<Ok<WireLead>> {
  return ok(viewLead(call.company, activeLead(call)))
}

export function createLead(call: Call): Reply<Ok<WireLead>> {
  const lead = writeRecord(targetOf(call), null, parseBody(call.body))
  return { ...ok(viewLead(call.company, lead)), status: 201 }
}

export function updateLead(call: Call): Reply<Ok<WireLead>> {
  const lead = writeRecord(targetOf(call), activeLead(call), parseBody(call.body))
  return ok(viewLead(call.company, lead))
}

export function deleteLead(call: Call): Reply<Ok<{ readonly id: string }>> {
  const lead = activeLead(call)
  deleteRecord(targetOf(call), lead)
  return ok({ id: lead.id })
}

function targetOf({ company, origin, behaviour }: Call): WriteTarget {
  return { company, object: 'lead', origin, behaviour }
}

function activeLead(call: Call): StoredRecord {
  const lead = call.company.table('lead').active(param(call, 'id'))
  if (lead === null || !canSee(call.company, userOf(call), 'lead', lead)) throw notFound('Lead')
  return lead
}

function viewLead(company: Company, lead: StoredRecord): WireLead {
  return { ...viewBareLead(lead), ...legacyFieldsOfLead(company, lead) }
}

/** Without its custom fields. */
export function viewBareLead(lead: StoredRecord): Wire<Lead> {
  const { id, values, addedAt, updatedAt } = lead
  const amount = values['value']
  const value = typeof amount === 'object' && amount !== null && 'amount' in amount ? amount : null
  return {
    id,
    title: text(values, 'title'),
    owner_id: number(values, 'owner_id'),
    creator_id: number(values, 'creator_id'),
    label_ids: texts(values, 'label_ids'),
    person_id: number(values, 'person_id'),
    organization_id: number(values, 'organization_id'),
    source_name: text(values, 'source_name') ?? 'API',
    origin: text(values, 'origin') ?? 'ManuallyCreated',
    origin_id: text(values, 'origin_id'),
    channel: number(values, 'channel'),
    channel_id: text(values, 'channel_id'),
    source_deal_id: null,
    is_archived: flag(values, 'is_archived'),
    was_seen: flag(values, 'was_seen'),
    value:
      value === null
        ? null
        : { amount: number(value, 'amount'), currency: text(value, 'currency') },
    expected_close_date: text(values, 'expected_close_date'),
    next_activity_id: null,
    add_time: zuluTime(addedAt),
    update_time: updatedAt === null ? null : zuluTime(updatedAt),
    visible_to: leadVisibility(values['visible_to']),
    cc_email: null,
  }
}

/** Leads say as texts what other records say as numbers. */
function leadVisibility(stored: StoredRecord['values'][string] | undefined) {
  return (['1', '3', '5', '7'] as const).find((one) => one === String(Number(stored))) ?? '3'
}
