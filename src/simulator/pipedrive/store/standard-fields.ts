/** The built-in fields of each object, as data. */
import { type FieldDefinition, type FieldOption, field } from './field.ts'
import type { ObjectName } from '../wire/objects.ts'

function options(labels: Readonly<Record<string, string>>): readonly FieldOption[] {
  return Object.entries(labels).map(([id, label]) => ({
    id,
    label,
    color: null,
    addedAt: null,
    updatedAt: null,
  }))
}

const id = field('id', 'ID', 'int', 'read_only')
const times = [
  field('add_time', 'Created', 'date', 'read_only'),
  field('update_time', 'Updated', 'date', 'read_only'),
]
const deleted = field('is_deleted', 'Deleted', 'boolean', 'read_only')
const required = { required: true }
const owner = field('owner_id', 'Owner', 'user', 'user')
const visible = field('visible_to', 'Visible to', 'visible_to', 'visibility', {
  options: options({ 1: 'Item owner', 3: 'All users', 5: 'Group', 7: 'Group and sub-groups' }),
})
const labels = field('label_ids', 'Labels', 'set', 'numbers', { options: [] })
const person = field('person_id', 'Person', 'people', 'person')
const organization = field('org_id', 'Organization', 'org', 'organization')
const readOnly = (code: string, name: string) => field(code, name, 'varchar', 'read_only')

/** Shown when `include_fields` names them: worked out from other records, so that they bump no time. */
const optional = (codes: readonly string[]) =>
  codes.map((code) => {
    const type = code.endsWith('_time') ? 'date' : code.endsWith('_email') ? 'varchar' : 'int'
    return field(code, code.replaceAll('_', ' '), type, 'read_only', { optional: true })
  })
const counted = [
  'next_activity_id',
  'last_activity_id',
  'files_count',
  'notes_count',
  'followers_count',
  'email_messages_count',
  'activities_count',
  'done_activities_count',
  'undone_activities_count',
  'smart_bcc_email',
]
const countedDeals = [
  'open_deals_count',
  'related_open_deals_count',
  'closed_deals_count',
  'related_closed_deals_count',
  'won_deals_count',
  'related_won_deals_count',
  'lost_deals_count',
  'related_lost_deals_count',
]
const mails = ['last_incoming_mail_time', 'last_outgoing_mail_time']

const deal = [
  id,
  field('title', 'Title', 'varchar', 'text', required),
  owner,
  person,
  organization,
  field('pipeline_id', 'Pipeline', 'double', 'pipeline'),
  field('stage_id', 'Stage', 'stage', 'stage'),
  field('value', 'Value', 'monetary', 'number'),
  field('currency', 'Currency', 'varchar', 'currency'),
  ...times,
  field('stage_change_time', 'Last stage change', 'date', 'read_only'),
  deleted,
  field('is_archived', 'Archived', 'boolean', 'flag'),
  field('archive_time', 'Archive time', 'date', 'moment'),
  field('status', 'Status', 'status', 'status', {
    options: options({ open: 'Open', won: 'Won', lost: 'Lost', deleted: 'Deleted' }),
  }),
  field('probability', 'Probability', 'int', 'number'),
  field('lost_reason', 'Lost reason', 'varchar_options', 'text'),
  visible,
  field('close_time', 'Deal closed on', 'date', 'moment'),
  field('won_time', 'Won time', 'date', 'moment'),
  field('lost_time', 'Lost time', 'date', 'moment'),
  field('expected_close_date', 'Expected close date', 'date', 'date'),
  labels,
  readOnly('origin', 'Source origin'),
  readOnly('origin_id', 'Source origin ID'),
  field('channel', 'Source channel', 'enum', 'int', { options: [] }),
  field('channel_id', 'Source channel ID', 'varchar', 'text'),
  readOnly('source_lead_id', 'Source lead'),
  ...['arr', 'mrr', 'acv'].map((code) => field(code, code.toUpperCase(), 'monetary', 'read_only')),
  ...optional([...counted, ...mails, 'first_won_time', 'products_count', 'participants_count']),
]

/** Only companies that sync contacts have them. */
export const contactSyncFields = ['im', 'postal_address', 'notes', 'birthday', 'job_title']

const personFields = [
  id,
  field('name', 'Name', 'varchar', 'text', required),
  readOnly('first_name', 'First name'),
  readOnly('last_name', 'Last name'),
  owner,
  organization,
  field('add_time', 'Person created', 'date', 'moment'),
  field('update_time', 'Updated', 'date', 'read_only'),
  field('emails', 'Email', 'varchar', 'contacts'),
  field('phones', 'Phone', 'phone', 'contacts'),
  deleted,
  visible,
  labels,
  field('picture_id', 'Profile picture', 'picture', 'read_only'),
  field('postal_address', 'Postal address', 'address', 'address'),
  field('notes', 'Notes', 'text', 'text'),
  field('im', 'Instant messenger', 'varchar', 'contacts'),
  field('birthday', 'Birthday', 'date', 'date'),
  field('job_title', 'Job title', 'varchar', 'text'),
  ...optional([...counted, ...countedDeals, ...mails]),
]

const organizationFields = [
  id,
  field('name', 'Name', 'varchar', 'text', required),
  owner,
  ...times,
  deleted,
  visible,
  field('address', 'Address', 'address', 'address'),
  labels,
  field('website', 'Website', 'varchar', 'text'),
  field('linkedin', 'LinkedIn profile', 'varchar', 'text'),
  field('industry', 'Industry', 'enum', 'int', { options: [] }),
  field('annual_revenue', 'Annual revenue', 'double', 'number'),
  field('employee_count', 'Number of employees', 'double', 'int'),
  ...optional([...counted, ...countedDeals, 'people_count']),
]

const activity = [
  id,
  field('subject', 'Subject', 'varchar', 'text'),
  field('type', 'Type', 'varchar', 'text'),
  owner,
  field('creator_user_id', 'Creator', 'user', 'read_only'),
  deleted,
  ...times,
  field('deal_id', 'Deal', 'deal', 'deal'),
  field('lead_id', 'Lead', 'lead', 'lead'),
  field('person_id', 'Person', 'people', 'read_only'),
  organization,
  field('project_id', 'Project', 'project', 'int'),
  field('due_date', 'Due date', 'date', 'date'),
  field('due_time', 'Due time', 'time', 'clock'),
  field('duration', 'Duration', 'time', 'clock'),
  field('busy', 'Free/busy', 'boolean', 'flag'),
  field('done', 'Done', 'boolean', 'flag'),
  field('marked_as_done_time', 'Marked as done time', 'date', 'read_only'),
  field('location', 'Location', 'address', 'address'),
  field('participants', 'Participants', 'json', 'objects'),
  field('attendees', 'Attendees', 'json', 'objects', { optional: true }),
  readOnly('conference_meeting_client', 'Conference meeting client'),
  readOnly('conference_meeting_url', 'Conference meeting URL'),
  readOnly('conference_meeting_id', 'Conference meeting ID'),
  field('public_description', 'Public description', 'text', 'text'),
  field('priority', 'Priority', 'enum', 'int', { options: [] }),
  field('outcome', 'Outcome', 'enum', 'int', { options: [] }),
  field('note', 'Note', 'text', 'text'),
]

const product = [
  id,
  field('name', 'Name', 'varchar', 'text', required),
  field('code', 'Product code', 'varchar', 'text'),
  field('description', 'Description', 'text', 'text'),
  field('unit', 'Unit', 'varchar', 'text'),
  field('tax', 'Tax', 'double', 'number'),
  field('category', 'Category', 'varchar_options', 'int', { options: [] }),
  deleted,
  field('is_linkable', 'Linkable', 'boolean', 'flag'),
  visible,
  owner,
  ...times,
  field('billing_frequency', 'Billing frequency', 'billing_frequency', 'billing'),
  field('billing_frequency_cycles', 'Billing frequency cycles', 'int', 'int'),
  field('prices', 'Prices', 'price_list', 'prices'),
]

const lead = [
  readOnly('id', 'ID'),
  field('title', 'Title', 'varchar', 'text', required),
  owner,
  field('creator_id', 'Creator', 'user', 'read_only'),
  field('label_ids', 'Labels', 'set', 'texts', { options: [] }),
  person,
  field('organization_id', 'Organization', 'org', 'organization'),
  readOnly('source_name', 'Source'),
  readOnly('origin', 'Source origin'),
  field('origin_id', 'Source origin ID', 'varchar', 'text'),
  field('channel', 'Source channel', 'enum', 'int', { options: [] }),
  field('channel_id', 'Source channel ID', 'varchar', 'text'),
  field('is_archived', 'Archived', 'boolean', 'flag'),
  field('was_seen', 'Seen', 'boolean', 'flag'),
  field('value', 'Value', 'monetary', 'amount'),
  field('expected_close_date', 'Expected close date', 'date', 'date'),
  ...times,
  visible,
]

const note = [
  id,
  field('content', 'Content', 'text', 'text', required),
  field('deal_id', 'Deal', 'deal', 'deal'),
  field('lead_id', 'Lead', 'lead', 'lead'),
  person,
  organization,
  field('user_id', 'User', 'user', 'user'),
  ...['deal', 'lead', 'person', 'organization'].map((one) =>
    field(`pinned_to_${one}_flag`, `Pinned to ${one}`, 'boolean', 'flag'),
  ),
  field('last_update_user_id', 'Last updated by', 'user', 'read_only'),
  ...times,
]

const user = [
  id,
  field('name', 'Name', 'varchar', 'text', required),
  field('email', 'Email', 'varchar', 'text', required),
  field('active_flag', 'Active', 'boolean', 'flag'),
  field('is_admin', 'Admin', 'boolean', 'flag'),
  field('group_id', 'Visibility group', 'int', 'int'),
  field('role_id', 'Role', 'int', 'int'),
  field('phone', 'Phone', 'phone', 'text'),
  field('default_currency', 'Currency', 'varchar', 'currency'),
  field('locale', 'Locale', 'varchar', 'text'),
  field('lang', 'Language', 'int', 'int'),
  field('timezone_name', 'Time zone', 'varchar', 'text'),
  field('timezone_offset', 'Offset', 'varchar', 'text'),
  field('last_login', 'Last login', 'date', 'text'),
]

const pipeline = [
  id,
  field('name', 'Name', 'varchar', 'text', required),
  field('order_nr', 'Order', 'int', 'int'),
  field('is_deal_probability_enabled', 'Deal probability', 'boolean', 'flag'),
  deleted,
  ...times,
]

const stage = [
  id,
  field('name', 'Name', 'varchar', 'text', required),
  field('pipeline_id', 'Pipeline', 'int', 'pipeline', required),
  field('order_nr', 'Order', 'int', 'int'),
  field('deal_probability', 'Deal probability', 'int', 'int'),
  field('is_deal_rot_enabled', 'Rotting', 'boolean', 'flag'),
  field('days_to_rotten', 'Days to rotten', 'int', 'int'),
  deleted,
  ...times,
]

export const standardFields: Readonly<Record<ObjectName, readonly FieldDefinition[]>> = {
  deal,
  person: personFields,
  organization: organizationFields,
  activity,
  product,
  lead,
  note,
  user,
  pipeline,
  stage,
}
