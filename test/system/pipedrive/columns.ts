/**
 * What the tables must hold for a record as the CRM keeps it, column by column, in canonical text: from
 * Pipedrive's documentation and the names that people gave to fields. Shares no code with src/.
 */
import { customFields } from '../../../examples/pipedrive/custom-fields.ts'

/** As the local CRM's dump and log have it; what is empty is absent. */
export interface Kept {
  readonly id: string
  readonly addedAt: number
  readonly updatedAt: number | null
  readonly deletedAt: number | null
  readonly values: Readonly<Record<string, unknown>>
}

export type Texts = Readonly<Record<string, string | null>>
type Read = (record: Kept) => unknown
type Columns = Readonly<Record<string, Read>>

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** A value of the record, as text that is canonical for the column. */
function plain(name: string): Read {
  return ({ values }) => values[name]
}

function decimal(name: string, missing: number | null = null): Read {
  return ({ values }) => nineDigits(values[name] ?? missing)
}

function nineDigits(value: unknown): string | null {
  return typeof value === 'number' ? value.toFixed(9) : null
}

/** `2026-03-02T06:00:00Z` and `2026-03-02 06:00:00`, with the digits that the column has. */
function instant(name: string): Read {
  return ({ values }) => {
    const said = text(values[name])
    return said === null ? null : `${said.replace(' ', 'T').slice(0, 19)}.000000Z`
  }
}

function second(at: number | null): string | null {
  return at === null ? null : `${new Date(at).toISOString().slice(0, 19)}.000000Z`
}

function labelled(name: string, labels: Readonly<Record<string, string>>, code = name): Columns {
  const own = plain(code)
  return { [name]: own, [`${name}_label`]: (record) => labels[String(own(record))] }
}

function sameNames(...names: readonly string[]): Columns {
  return Object.fromEntries(names.map((name) => [name, plain(name)]))
}

/** Columns of fields that answers of this company never show. */
function empty(...names: readonly string[]): Columns {
  return Object.fromEntries(names.map((name) => [name, () => null]))
}

function part(code: string, name: string): Read {
  return ({ values }) => {
    const value = values[code]
    return typeof value === 'object' && value !== null ? Reflect.get(value, name) : null
  }
}

const addressParts = [
  'street_number',
  'route',
  'subpremise',
  'sublocality',
  'locality',
  'admin_area_level_1',
  'admin_area_level_2',
  'country',
  'postal_code',
]

function address(name: string, code = name, parts: readonly string[] = addressParts): Columns {
  const own = parts.map((one) => [`${name}_${one}`, part(code, one)] as const)
  return { [name]: part(code, 'value'), ...Object.fromEntries(own) }
}

function money(name: string, { code }: { readonly code: string }): Columns {
  return {
    [name]: (record) => nineDigits(part(code, 'value')(record)),
    [`${name}_currency`]: part(code, 'currency'),
  }
}

interface WithOptions {
  readonly code: string
  readonly options: readonly { readonly id: unknown; readonly label: string }[]
}

function option(name: string, { code, options }: WithOptions): Columns {
  return labelled(
    name,
    Object.fromEntries(options.map(({ id, label }) => [String(id), label])),
    code,
  )
}

function optionSet(name: string, { code, options }: WithOptions): Columns {
  const labelOf = (id: unknown): string | undefined => options.find((one) => one.id === id)?.label
  return {
    [name]: ({ values }) => values[code],
    [`${name}_labels`]: ({ values }) => {
      const ids = values[code]
      return Array.isArray(ids) ? ids.map(labelOf) : null
    },
  }
}

const visibility = { 1: 'Item owner', 3: 'All users', 5: 'Group', 7: 'Group and sub-groups' }
const statuses = { open: 'Open', won: 'Won', lost: 'Lost', deleted: 'Deleted' }

const times: Columns = {
  add_time: ({ addedAt }) => second(addedAt),
  update_time: ({ updatedAt }) => second(updatedAt),
}
/** A record that is deleted has no row, so that none is. */
const common: Columns = { ...times, is_deleted: () => false }
const labels: Columns = {
  label_ids: ({ values }) => values['label_ids'] ?? [],
  label_ids_labels: () => [],
}
const owned: Columns = { ...common, ...labelled('visible_to', visibility), ...labels }
/** On request alone, and never of anything here. */
const onRequest = ['next_activity_id', 'last_activity_id', 'smart_bcc_email']
const mails = ['last_incoming_mail_time', 'last_outgoing_mail_time']

const { deal, person, organization } = customFields

const deals: Columns = {
  ...owned,
  ...sameNames('title', 'owner_id', 'person_id', 'org_id', 'pipeline_id', 'stage_id', 'currency'),
  value: decimal('value', 0),
  ...labelled('status', statuses),
  is_archived: ({ values }) => values['is_archived'] === true,
  ...sameNames('lost_reason', 'probability', 'expected_close_date'),
  ...Object.fromEntries(
    ['stage_change_time', 'close_time', 'won_time', 'lost_time'].map((one) => [one, instant(one)]),
  ),
  origin: ({ values }) => values['origin'] ?? 'ManuallyCreated',
  ...empty('origin_id', 'channel', 'channel_label', 'channel_id', 'source_lead_id'),
  ...empty('arr', 'mrr', 'acv', 'archive_time', 'first_won_time', ...onRequest, ...mails),
  ...option('region', deal.region),
  ...optionSet('interests', deal.interests),
  ...money('budget', deal.budget),
  renewal_date: plain(deal.renewal.code),
  delivery_window: part(deal.window.code, 'value'),
  delivery_window_until: part(deal.window.code, 'until'),
  reference: plain(deal.reference.code),
  partner: plain(deal.partner.code),
  health_score: decimal(deal.score.code),
}

const persons: Columns = {
  ...owned,
  ...sameNames('name', 'owner_id', 'org_id'),
  first_name: ({ values }) => text(values['name'])?.split(' ')[0],
  last_name: ({ values }) => text(values['name'])?.split(' ').slice(1).join(' '),
  emails: ({ values }) => values['emails'] ?? [],
  phones: ({ values }) => values['phones'] ?? [],
  ...empty('picture_id', 'im', 'notes', 'birthday', 'job_title', ...onRequest, ...mails),
  ...empty('postal_address', ...addressParts.map((one) => `postal_address_${one}`)),
  ...option('department', person.department),
  last_visit: plain(person.lastVisit.code),
  ...optionSet('topics', person.topics),
}

const organizations: Columns = {
  ...owned,
  ...sameNames('name', 'owner_id', 'website', 'linkedin', 'employee_count'),
  ...address('address'),
  annual_revenue: decimal('annual_revenue'),
  ...empty('industry', 'industry_label', ...onRequest),
  ...option('tier', organization.tier),
  ...money('credit_line', organization.credit),
  ...address('head_office', organization.office.code, [...addressParts, 'formatted_address']),
  remarks: plain(organization.remarks.code),
}

const users: Columns = {
  ...sameNames('name', 'email', 'phone'),
  default_currency: ({ values }) => values['default_currency'] ?? 'USD',
  locale: () => 'en_US',
  lang: () => 1,
  role_id: () => 1,
  activated: () => true,
  active_flag: ({ values }) => values['active_flag'] !== false,
  is_deleted: () => false,
  has_created_company: () => false,
  access: ({ values }) =>
    ['sales', 'global', 'account_settings'].map((app) => ({
      app,
      admin: values['is_admin'] === true,
      permission_set_id: null,
    })),
  timezone_name: () => 'UTC',
  timezone_offset: () => '+00:00',
  ...empty('icon_url', 'last_login'),
  created: ({ addedAt }) => second(addedAt),
  modified: ({ updatedAt }) => second(updatedAt),
}

const pipelines: Columns = {
  ...common,
  ...sameNames('name', 'order_nr', 'is_deal_probability_enabled'),
}

const stages: Columns = {
  ...common,
  ...sameNames('name', 'pipeline_id', 'order_nr', 'deal_probability', 'days_to_rotten'),
  is_deal_rot_enabled: plain('is_deal_rot_enabled'),
}

const columnsOf = { deals, organizations, persons, users, pipelines, stages } as const

export const tables = ['deals', 'organizations', 'persons', 'users', 'pipelines', 'stages'] as const
export type Table = (typeof tables)[number]

export function ofEachTable<T>(make: (table: Table) => T): Readonly<Record<Table, T>> {
  return {
    deals: make('deals'),
    organizations: make('organizations'),
    persons: make('persons'),
    users: make('users'),
    pipelines: make('pipelines'),
    stages: make('stages'),
  }
}

/** Worked out from other records: no webhook tells them, and nothing of the record tells that they changed. */
export const counters: Readonly<Record<Table, readonly string[]>> = {
  deals: [],
  organizations: ['people_count', 'open_deals_count', 'won_deals_count'],
  persons: ['open_deals_count'],
  users: [],
  pipelines: [],
  stages: [],
}

/** Without counters. */
export function ownTexts(table: Table, record: Kept): Texts {
  return Object.fromEntries(
    Object.entries(columnsOf[table]).map(([name, read]) => [name, canonical(read(record))]),
  )
}

export function columnNames(table: Table): readonly string[] {
  return [...Object.keys(columnsOf[table]), ...counters[table]].toSorted()
}

/** JSON has its keys in order, so that two texts of one value are equal. */
export function canonical(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'object') return JSON.stringify(inOrder(value))
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, one]) => [name, inOrder(one)]))
}
