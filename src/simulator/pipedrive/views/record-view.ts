/** Records as the second version shows them. */
import type { Company } from '../store/company.ts'
import { optionOf } from '../store/field-store.ts'
import { type Json, isJsonObject } from '../../json.ts'
import type { ObjectName } from '../wire/objects.ts'
import { withLabels } from './option-labels.ts'
import type { StoredRecord, Values } from '../store/records.ts'
import { Related } from './related.ts'
import { zuluTime } from '../wire/times.ts'
import { flag, list, number, numbers, text } from '../store/values.ts'
import { viewProduct } from './product-view.ts'
import * as contact from './contact-view.ts'
import type {
  CustomFields,
  WireActivity,
  WireDeal,
  WireLabel,
  WireOrganization,
  WirePerson,
  WirePipeline,
  WireRecord,
  WireStage,
} from '../wire/wire.ts'

export interface View {
  readonly company: Company
  readonly contactSync: boolean
  /** Only these custom fields; null for all. */
  readonly custom: readonly string[] | null
  /** Optional fields by name. */
  readonly include: readonly string[]
  readonly optionLabels: boolean
  readonly labels: boolean
  readonly related: Related
}

export function plainView(company: Company, contactSync: boolean): View {
  const related = new Related(company)
  const more = { optionLabels: false, labels: false, include: [], custom: null }
  return { company, contactSync, related, ...more }
}

/** Only objects that the second version has. */
export const v2Objects = [
  'deal',
  'person',
  'organization',
  'activity',
  'product',
  'pipeline',
  'stage',
] as const satisfies readonly ObjectName[]
export type V2Object = (typeof v2Objects)[number]

export function viewRecord(view: View, object: V2Object, record: StoredRecord): WireRecord {
  switch (object) {
    case 'deal':
      return viewDeal(view, record)
    case 'person':
      return viewPerson(view, record)
    case 'organization':
      return viewOrganization(view, record)
    case 'activity':
      return viewActivity(view, record)
    case 'product':
      return { ...viewProduct(record), custom_fields: customFields(view, object, record) }
    case 'pipeline':
      return viewPipeline(record)
    case 'stage':
      return viewStage(record)
    default: {
      const unreachable: never = object
      return unreachable
    }
  }
}

interface Common {
  readonly id: number
  readonly add_time: string
  readonly update_time: string | null
  readonly is_deleted: boolean
}

export function common({ id, addedAt, updatedAt, deletedAt }: StoredRecord): Common {
  return {
    id: Number(id),
    add_time: zuluTime(addedAt),
    update_time: updatedAt === null ? null : zuluTime(updatedAt),
    is_deleted: deletedAt !== null,
  }
}

function viewDeal(view: View, record: StoredRecord): WireDeal {
  const { values } = record
  return {
    ...common(record),
    title: text(values, 'title'),
    owner_id: number(values, 'owner_id'),
    person_id: number(values, 'person_id'),
    org_id: number(values, 'org_id'),
    pipeline_id: number(values, 'pipeline_id'),
    stage_id: number(values, 'stage_id'),
    value: number(values, 'value') ?? 0,
    currency: text(values, 'currency'),
    stage_change_time: text(values, 'stage_change_time'),
    is_archived: flag(values, 'is_archived'),
    status: dealStatus(record),
    probability: number(values, 'probability'),
    lost_reason: text(values, 'lost_reason'),
    visible_to: number(values, 'visible_to') ?? 3,
    close_time: text(values, 'close_time'),
    won_time: text(values, 'won_time'),
    lost_time: text(values, 'lost_time'),
    expected_close_date: text(values, 'expected_close_date'),
    label_ids: numbers(values, 'label_ids'),
    origin: text(values, 'origin') ?? 'ManuallyCreated',
    origin_id: text(values, 'origin_id'),
    channel: number(values, 'channel'),
    channel_id: text(values, 'channel_id'),
    source_lead_id: text(values, 'source_lead_id'),
    arr: number(values, 'arr'),
    mrr: number(values, 'mrr'),
    acv: number(values, 'acv'),
    custom_fields: customFields(view, 'deal', record),
    ...extras(view, 'deal', record),
  }
}

/** Deleted is one of them. */
export function dealStatus({ values, deletedAt }: StoredRecord): string {
  return deletedAt === null ? (text(values, 'status') ?? 'open') : 'deleted'
}

function viewPerson(view: View, record: StoredRecord): WirePerson {
  const { values } = record
  const name = text(values, 'name') ?? ''
  const [first = '', ...rest] = name.split(' ')
  return {
    ...common(record),
    name,
    first_name: first,
    last_name: rest.length === 0 ? null : rest.join(' '),
    owner_id: number(values, 'owner_id'),
    org_id: number(values, 'org_id'),
    emails: contact.viewContacts(values, 'emails'),
    phones: contact.viewContacts(values, 'phones'),
    visible_to: number(values, 'visible_to') ?? 3,
    label_ids: numbers(values, 'label_ids'),
    picture_id: number(values, 'picture_id'),
    ...(view.contactSync ? contact.viewSynced(values) : {}),
    custom_fields: customFields(view, 'person', record),
    ...extras(view, 'person', record),
  }
}

function viewOrganization(view: View, record: StoredRecord): WireOrganization {
  const { values } = record
  return {
    ...common(record),
    name: text(values, 'name'),
    owner_id: number(values, 'owner_id'),
    visible_to: number(values, 'visible_to') ?? 3,
    address: contact.viewAddress(values, 'address'),
    label_ids: numbers(values, 'label_ids'),
    website: text(values, 'website'),
    linkedin: text(values, 'linkedin'),
    industry: number(values, 'industry'),
    annual_revenue: number(values, 'annual_revenue'),
    employee_count: number(values, 'employee_count'),
    custom_fields: customFields(view, 'organization', record),
    ...extras(view, 'organization', record),
  }
}

function viewActivity({ include }: View, record: StoredRecord): WireActivity {
  const { values } = record
  return {
    ...common(record),
    subject: text(values, 'subject'),
    type: text(values, 'type'),
    owner_id: number(values, 'owner_id'),
    creator_user_id: number(values, 'creator_user_id'),
    deal_id: number(values, 'deal_id'),
    lead_id: text(values, 'lead_id'),
    person_id: number(values, 'person_id'),
    org_id: number(values, 'org_id'),
    project_id: number(values, 'project_id'),
    due_date: text(values, 'due_date'),
    due_time: text(values, 'due_time'),
    duration: text(values, 'duration'),
    busy: flag(values, 'busy'),
    done: flag(values, 'done'),
    marked_as_done_time: text(values, 'marked_as_done_time'),
    location: contact.viewAddress(values, 'location'),
    participants: list(values, 'participants').map(viewParticipant),
    conference_meeting_client: text(values, 'conference_meeting_client'),
    conference_meeting_url: text(values, 'conference_meeting_url'),
    conference_meeting_id: text(values, 'conference_meeting_id'),
    public_description: text(values, 'public_description'),
    priority: number(values, 'priority'),
    outcome: number(values, 'outcome'),
    note: text(values, 'note'),
    ...(include.includes('attendees') ? { attendees: list(values, 'attendees') } : {}),
  }
}

function viewParticipant(item: Json): { person_id: number | null; primary: boolean } {
  const values: Values = isJsonObject(item) ? item : {}
  return { person_id: number(values, 'person_id'), primary: flag(values, 'primary') }
}

function viewPipeline(record: StoredRecord): WirePipeline {
  const { values } = record
  return {
    ...common(record),
    name: text(values, 'name'),
    order_nr: number(values, 'order_nr'),
    is_deal_probability_enabled: flag(values, 'is_deal_probability_enabled'),
  }
}

function viewStage(record: StoredRecord): WireStage {
  const { values } = record
  return {
    ...common(record),
    name: text(values, 'name'),
    order_nr: number(values, 'order_nr'),
    deal_probability: number(values, 'deal_probability'),
    pipeline_id: number(values, 'pipeline_id'),
    is_deal_rot_enabled: flag(values, 'is_deal_rot_enabled'),
    days_to_rotten: number(values, 'days_to_rotten'),
  }
}

/** Unset ones are there, as null. */
function customFields(view: View, object: ObjectName, { values }: StoredRecord): CustomFields {
  const wanted = view.company.fields
    .custom(object)
    .filter(({ code }) => view.custom === null || view.custom.includes(code))
  return Object.fromEntries(
    wanted.map((field) => {
      const value = values[field.code] ?? null
      return [field.code, view.optionLabels ? withLabels(field, value) : value]
    }),
  )
}

function extras(view: View, object: ObjectName, record: StoredRecord) {
  const { company, include, related, labels } = view
  const optional = company.fields
    .all(object)
    .filter(({ code, optional: asked }) => asked && include.includes(code))
  const added = optional.map(({ code }) => [code, related.value(object, record, code)] as const)
  return {
    ...Object.fromEntries(added),
    ...(labels ? { labels: labelsOf(company, object, record) } : {}),
  }
}

function labelsOf(company: Company, object: ObjectName, { values }: StoredRecord) {
  const field = company.fields.find(object, 'label_ids')
  return numbers(values, 'label_ids').flatMap((id): readonly WireLabel[] => {
    const option = field === null ? null : optionOf(field, id)
    return option === null ? [] : [{ id, label: option.label }]
  })
}
