/** How values look on HubSpot's wire, and what HubSpot makes of those it changes on arrival. */
import type { Field } from '../../model/field.ts'
import type { CrmValue } from '../../model/operation.ts'

/** Ids of the standard objects, by the names the API takes for them. */
const standardTypeIds: Readonly<Record<string, string>> = {
  contact: '0-1',
  contacts: '0-1',
  company: '0-2',
  companies: '0-2',
  deal: '0-3',
  deals: '0-3',
  ticket: '0-5',
  tickets: '0-5',
  product: '0-7',
  products: '0-7',
  line_item: '0-8',
  line_items: '0-8',
  quote: '0-14',
  quotes: '0-14',
  lead: '0-136',
  leads: '0-136',
}

/** The type id of a standard object; any other name is given back as it is. */
export function typeIdOf(object: string): string {
  return standardTypeIds[object.toLowerCase()] ?? object
}

/** On write, `null` would be refused by the documented type: the empty text clears every field. */
export function toWire(value: CrmValue): string {
  return value ?? ''
}

/** HubSpot's empty is null or `""`. Literals that are no texts are tolerated, as the vendor does. */
export function fromWire(value: unknown): CrmValue {
  if (value === null || value === undefined || value === '') return null
  if (typeof value === 'string') return value
  return JSON.stringify(value)
}

/** Texts of which HubSpot makes something of its own. */
export type NativeType = 'email' | 'domain' | 'phone'

/**
 * HubSpot's definitions name no such type: its own properties are known by their names, and telephone
 * numbers, the account's own too, by how they are entered.
 */
export function nativeTypeOf(property: {
  readonly name: string
  readonly isHubSpots: boolean
  readonly fieldType: string | null
}): NativeType | null {
  const { name, isHubSpots, fieldType } = property
  if (isHubSpots && (name === 'email' || name === 'domain')) return name
  return fieldType === 'phonenumber' ? 'phone' : null
}

/**
 * What HubSpot makes of a value: emails trimmed and in lower case, domains without scheme, `www.` and
 * path. How it writes telephone numbers is told nowhere; it leaves their digits. Other values are kept as
 * they are sent.
 */
export function normalise({ nativeType }: Pick<Field, 'nativeType'>, value: string): string {
  switch (nativeType) {
    case 'email':
      return email(value)
    case 'domain':
      return domain(value)
    case 'phone':
      return phone(value)
    default:
      return value
  }
}

/** The value by which HubSpot finds a record; where only the names of object and field are known. */
export function lookupKey(object: string, field: string, value: string): string {
  const typeId = typeIdOf(object)
  if (typeId === '0-1' && field === 'email') return email(value)
  if (typeId === '0-2' && field === 'domain') return domain(value)
  return value
}

function email(value: string): string {
  return value.trim().toLowerCase()
}

function domain(value: string): string {
  return value
    .trim()
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/[/?#].*$/, '')
    .replace(/^www\./, '')
}

/** International numbers lose what separates their digits; of others nobody knows the country. */
function phone(value: string): string {
  const text = value.trim()
  return text.startsWith('+') ? text.replace(/[\s()./-]/g, '') : text
}

/** The addresses of `hs_additional_emails`, which are unique keys of their contact as well. */
export function additionalEmails(value: CrmValue): readonly string[] {
  return (value ?? '').split(';').map(email).filter(Boolean)
}
