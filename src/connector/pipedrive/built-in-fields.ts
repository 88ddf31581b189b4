/**
 * What answers show of each object beside custom fields, and as which kind: the metadata knows the labels, but
 * calls some numbers texts, some ids numbers and all times dates. From the models of the vendor's own client,
 * `pipedrive` 33.7.0.
 */
import type { ReadableField } from '../source.ts'

/** `address` and `amount` are objects, whose parts are fields of their own. */
export type BuiltInKind = ReadableField['kind'] | 'address' | 'amount'
export type Kinds = Readonly<Record<string, BuiltInKind>>

export interface BuiltInFields {
  /** In every answer, with values or null. */
  readonly always: Kinds
  /** Only where `include_fields` asks for them: counters and neighbours, whose changes bump no time. */
  readonly onRequest: Kinds
  /** Only where the metadata has them, and not always then. */
  readonly sometimes: Kinds
  /** Shown as well, and left out: they tell of the reader, or repeat records whose ids stand beside them. */
  readonly leftOut: readonly string[]
}

const times: Kinds = { add_time: 'timestamp_tz', update_time: 'timestamp_tz' }
const deletable: Kinds = { ...times, is_deleted: 'boolean' }
const none = { onRequest: {}, sometimes: {}, leftOut: [] } as const

function integers(...names: readonly string[]): Kinds {
  return Object.fromEntries(names.map((name) => [name, 'integer'] as const))
}

const counted: Kinds = {
  ...integers('next_activity_id', 'last_activity_id', 'files_count', 'notes_count'),
  ...integers('followers_count', 'email_messages_count', 'activities_count'),
  ...integers('done_activities_count', 'undone_activities_count'),
  smart_bcc_email: 'text',
}
const countedDeals: Kinds = {
  ...integers('open_deals_count', 'related_open_deals_count', 'closed_deals_count'),
  ...integers('related_closed_deals_count', 'won_deals_count', 'related_won_deals_count'),
  ...integers('lost_deals_count', 'related_lost_deals_count'),
}
const mails: Kinds = {
  last_incoming_mail_time: 'timestamp_tz',
  last_outgoing_mail_time: 'timestamp_tz',
}
const origins: Kinds = { origin: 'text', origin_id: 'text', channel: 'integer', channel_id: 'text' }

export const deals: BuiltInFields = {
  always: {
    title: 'text',
    ...integers('owner_id', 'person_id', 'org_id', 'pipeline_id', 'stage_id'),
    value: 'decimal',
    currency: 'text',
    ...deletable,
    stage_change_time: 'timestamp_tz',
    is_archived: 'boolean',
    status: 'text',
    probability: 'integer',
    lost_reason: 'text',
    visible_to: 'integer',
    close_time: 'timestamp_tz',
    won_time: 'timestamp_tz',
    lost_time: 'timestamp_tz',
    expected_close_date: 'date',
    label_ids: 'json',
    ...origins,
    source_lead_id: 'text',
    arr: 'decimal',
    mrr: 'decimal',
    acv: 'decimal',
  },
  onRequest: {
    ...counted,
    ...mails,
    first_won_time: 'timestamp_tz',
    ...integers('products_count', 'participants_count'),
  },
  sometimes: { archive_time: 'timestamp_tz' },
  leftOut: [],
}

export const persons: BuiltInFields = {
  always: {
    name: 'text',
    first_name: 'text',
    last_name: 'text',
    ...integers('owner_id', 'org_id'),
    emails: 'json',
    phones: 'json',
    ...deletable,
    visible_to: 'integer',
    label_ids: 'json',
    picture_id: 'integer',
  },
  onRequest: {
    ...counted,
    ...countedDeals,
    ...mails,
    ...integers('participant_open_deals_count', 'participant_closed_deals_count'),
    marketing_status: 'text',
    doi_status: 'integer',
  },
  // Of companies that sync contacts.
  sometimes: {
    im: 'json',
    postal_address: 'address',
    notes: 'text',
    birthday: 'date',
    job_title: 'text',
  },
  leftOut: [],
}

export const organizations: BuiltInFields = {
  always: {
    name: 'text',
    owner_id: 'integer',
    ...deletable,
    visible_to: 'integer',
    address: 'address',
    label_ids: 'json',
    website: 'text',
    linkedin: 'text',
    industry: 'integer',
    annual_revenue: 'decimal',
    employee_count: 'integer',
  },
  onRequest: { ...counted, ...countedDeals, people_count: 'integer' },
  sometimes: {},
  leftOut: [],
}

export const activities: BuiltInFields = {
  always: {
    subject: 'text',
    type: 'text',
    ...integers('owner_id', 'creator_user_id', 'deal_id', 'person_id', 'org_id', 'project_id'),
    lead_id: 'text',
    ...deletable,
    due_date: 'date',
    due_time: 'text',
    duration: 'text',
    busy: 'boolean',
    done: 'boolean',
    marked_as_done_time: 'timestamp_tz',
    location: 'address',
    participants: 'json',
    conference_meeting_client: 'text',
    conference_meeting_url: 'text',
    conference_meeting_id: 'text',
    public_description: 'text',
    ...integers('priority', 'outcome'),
    note: 'text',
  },
  onRequest: { attendees: 'json' },
  sometimes: {},
  leftOut: [],
}

export const products: BuiltInFields = {
  ...none,
  always: {
    name: 'text',
    code: 'text',
    description: 'text',
    unit: 'text',
    tax: 'decimal',
    category: 'text',
    is_linkable: 'boolean',
    ...deletable,
    visible_to: 'integer',
    owner_id: 'integer',
    billing_frequency: 'text',
    billing_frequency_cycles: 'integer',
    prices: 'json',
  },
}

export const leads: BuiltInFields = {
  ...none,
  always: {
    title: 'text',
    ...integers('owner_id', 'creator_id', 'person_id', 'organization_id'),
    label_ids: 'json',
    source_name: 'text',
    ...origins,
    source_deal_id: 'integer',
    is_archived: 'boolean',
    was_seen: 'boolean',
    value: 'amount',
    expected_close_date: 'date',
    next_activity_id: 'integer',
    ...times,
    visible_to: 'text',
    cc_email: 'text',
  },
}

export const notes: BuiltInFields = {
  ...none,
  always: {
    content: 'text',
    ...integers('deal_id', 'person_id', 'org_id', 'project_id', 'task_id', 'user_id'),
    lead_id: 'text',
    last_update_user_id: 'integer',
    pinned_to_deal_flag: 'boolean',
    pinned_to_organization_flag: 'boolean',
    pinned_to_person_flag: 'boolean',
    pinned_to_project_flag: 'boolean',
    pinned_to_task_flag: 'boolean',
    active_flag: 'boolean',
    ...times,
  },
  leftOut: ['deal', 'person', 'organization', 'project', 'task', 'user'],
}

export const users: BuiltInFields = {
  ...none,
  always: {
    name: 'text',
    email: 'text',
    phone: 'text',
    default_currency: 'text',
    locale: 'text',
    ...integers('lang', 'role_id'),
    activated: 'boolean',
    active_flag: 'boolean',
    is_deleted: 'boolean',
    has_created_company: 'boolean',
    access: 'json',
    timezone_name: 'text',
    timezone_offset: 'text',
    icon_url: 'text',
    created: 'timestamp_tz',
    modified: 'timestamp_tz',
    last_login: 'timestamp_tz',
  },
  leftOut: ['is_you'],
}

export const pipelines: BuiltInFields = {
  ...none,
  always: {
    name: 'text',
    order_nr: 'integer',
    is_deal_probability_enabled: 'boolean',
    ...deletable,
  },
}

export const stages: BuiltInFields = {
  ...none,
  always: {
    name: 'text',
    ...integers('pipeline_id', 'order_nr', 'deal_probability', 'days_to_rotten'),
    is_deal_rot_enabled: 'boolean',
    ...deletable,
  },
}

/** Of which object's records a field of the name holds ids. */
const referenced: Readonly<Record<string, string>> = {
  owner_id: 'users',
  creator_id: 'users',
  creator_user_id: 'users',
  user_id: 'users',
  last_update_user_id: 'users',
  person_id: 'persons',
  org_id: 'organizations',
  organization_id: 'organizations',
  deal_id: 'deals',
  lead_id: 'leads',
  pipeline_id: 'pipelines',
  stage_id: 'stages',
}

/** The fields that hold ids of other records, and which object these are of. */
export function referencesOf({ always }: BuiltInFields): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(referenced).filter(([field]) => field in always))
}
