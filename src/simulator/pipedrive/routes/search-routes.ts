/** Searches: of persons by what is written of them, and of one object by one of its fields. */
import type { GetPersonSearchResponseAllOfDataItemsInnerItem } from 'pipedrive/v2'
import { badRequest } from '../wire/api-error.ts'
import {
  type Call,
  type Reply,
  flagParam,
  limitParam,
  listParam,
  reply,
  userOf,
} from '../request/call.ts'
import type { FieldDefinition, FieldType } from '../store/field.ts'
import { type Json, type JsonObject, isJsonObject } from '../../json.ts'
import type { ObjectName } from '../wire/objects.ts'
import type { StoredRecord, Values } from '../store/records.ts'
import { list, number, text } from '../store/values.ts'
import { canSee } from '../store/visibility.ts'
import type { Ok, Wire } from '../wire/wire.ts'

interface Found<Item> {
  readonly result_score: number
  readonly item: Item
}
interface More {
  readonly additional_data: { readonly next_cursor: string | null }
}
type PersonItem = Wire<GetPersonSearchResponseAllOfDataItemsInnerItem>
type PersonAnswer = Ok<{ readonly items: readonly Found<PersonItem>[] }> & More
type FieldAnswer = Ok<readonly (Found<JsonObject> | JsonObject)[]> & More

const personFields = ['name', 'email', 'phone', 'notes', 'custom_fields'] as const
type PersonField = (typeof personFields)[number]

/** The types of custom fields that the index knows. */
const searchable: readonly FieldType[] = [
  'address',
  'varchar',
  'text',
  'varchar_auto',
  'double',
  'monetary',
  'phone',
]

/** An exact match is of a whole value, whatever its case. */
export function searchPersons(call: Call): Reply<PersonAnswer> {
  const { company, query, now } = call
  const exact = flagParam(query, 'exact_match') ?? false
  const term = termOf(query, exact).toLowerCase()
  const asked = listParam(query, 'fields')
  const fields =
    asked.length === 0 ? personFields : personFields.filter((one) => asked.includes(one))
  const matches = (value: string) =>
    exact ? value.toLowerCase() === term : value.toLowerCase().includes(term)
  const organization = query.get('organization_id')
  const found = company.search
    .records('person', now)
    .filter(
      (person) =>
        canSee(company, userOf(call), 'person', person) &&
        (organization === null || String(number(person.values, 'org_id')) === organization) &&
        fields.some((field) => textsOf(call, person, field).some(matches)),
    )
  const { page, next } = pageIn(query, found)
  const items = page.map((person) => ({
    result_score: exact ? 1 : 0.5,
    item: viewFound(call, person),
  }))
  return reply(200, { success: true, data: { items }, additional_data: { next_cursor: next } })
}

const entityTypes = ['deal', 'lead', 'person', 'organization', 'product'] as const
const matchKinds = ['exact', 'beginning', 'middle'] as const

/** Upper and lower case differ here. */
export function searchField(call: Call): Reply<FieldAnswer> {
  const { company, query, now, behaviour } = call
  const object = chosen(query, 'entity_type', entityTypes)
  const match = query.has('match') ? chosen(query, 'match', matchKinds) : 'exact'
  const term = termOf(query, match === 'exact')
  const field = searchedField(call, object)
  const matches = (value: string) =>
    match === 'exact'
      ? value === term
      : match === 'beginning'
        ? value.startsWith(term)
        : value.includes(term)
  const found = company.search
    .records(object, now)
    .filter(
      (record) =>
        canSee(company, userOf(call), object, record) &&
        flatTexts(record.values[field.code]).some(matches),
    )
  const { page, next } = pageIn(query, found)
  const data = page.map(({ id, values }) => {
    const name = text(values, 'name') ?? text(values, 'title')
    const item: JsonObject = { id: object === 'lead' ? id : Number(id), name }
    if (behaviour.fieldSearch === 'bare') return item
    const [value = null] = flatTexts(values[field.code])
    return { result_score: 1, item: { ...item, type: object, [field.code]: value } }
  })
  return reply(200, { success: true, data, additional_data: { next_cursor: next } })
}

function termOf(query: URLSearchParams, exact: boolean): string {
  const term = query.get('term') ?? ''
  const least = exact ? 1 : 2
  if (term.length < least) throw badRequest(`term must have at least ${least} characters`)
  return term
}

function chosen<One extends string>(
  query: URLSearchParams,
  name: string,
  allowed: readonly One[],
): One {
  const given = allowed.find((one) => one === query.get(name))
  if (given === undefined) throw badRequest(`${name} must be one of ${allowed.join(', ')}`)
  return given
}

function searchedField({ company, query }: Call, object: ObjectName): FieldDefinition {
  const code = query.get('field') ?? ''
  const field = company.fields.findCustom(object, code) ?? company.fields.find(object, code)
  if (field === null) throw badRequest(`field: there is no ${code}`)
  if (!searchable.includes(field.type)) throw badRequest(`field: ${code} is not searchable`)
  return field
}

function pageIn(query: URLSearchParams, found: readonly StoredRecord[]) {
  const limit = limitParam(query)
  const cursor = query.get('cursor') ?? ''
  const start = cursor === '' ? 0 : Number(Buffer.from(cursor, 'base64url').toString())
  if (!Number.isInteger(start) || start < 0) throw badRequest('cursor is invalid')
  const end = start + limit
  const next = end < found.length ? Buffer.from(String(end)).toString('base64url') : null
  return { page: found.slice(start, end), next }
}

function textsOf(call: Call, { values, id }: StoredRecord, field: PersonField): readonly string[] {
  switch (field) {
    case 'name':
      return flatTexts(values['name'])
    case 'email':
      return contactsOf(values, 'emails')
    case 'phone':
      return contactsOf(values, 'phones')
    case 'notes':
      return call.company.search
        .records('note', call.now)
        .filter((note) => number(note.values, 'person_id') === Number(id))
        .flatMap((note) => flatTexts(note.values['content']))
    case 'custom_fields':
      return customTexts(call, 'person', values)
    default: {
      const unreachable: never = field
      return unreachable
    }
  }
}

function contactsOf(values: Values, name: string): readonly string[] {
  return list(values, name).flatMap((item: Json) => flatTexts(item))
}

/** Of all searchable custom fields at once: nothing tells which value is of which. */
function customTexts({ company }: Call, object: ObjectName, values: Values): readonly string[] {
  return company.fields
    .custom(object)
    .filter(({ type }) => searchable.includes(type))
    .flatMap(({ code }) => flatTexts(values[code]))
}

/** A value, or the main part of one, as a text. */
function flatTexts(value: Json | undefined): readonly string[] {
  if (value === undefined || value === null) return []
  if (isJsonObject(value)) return flatTexts(value['value'])
  return typeof value === 'object' ? value.flatMap(flatTexts) : [String(value)]
}

function viewFound(call: Call, person: StoredRecord): PersonItem {
  const { values } = person
  const organizationId = number(values, 'org_id')
  const organization = call.company.table('organization').get(String(organizationId ?? ''))
  return {
    id: Number(person.id),
    type: 'person',
    name: text(values, 'name'),
    phones: contactsOf(values, 'phones'),
    emails: contactsOf(values, 'emails'),
    visible_to: number(values, 'visible_to') ?? 3,
    owner: { id: number(values, 'owner_id') },
    organization:
      organization === null
        ? null
        : { id: organizationId, name: text(organization.values, 'name') },
    custom_fields: customTexts(call, 'person', values),
    notes: textsOf(call, person, 'notes'),
  }
}
