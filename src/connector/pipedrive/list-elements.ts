/**
 * What the lists in Pipedrive's fields are made of, from the models of the vendor's own client, `pipedrive` 33.7.0. Parts
 * that it may add stand in the element itself.
 */
import type { ListElements } from '../../model/field.ts'
import type { FieldShape } from './field-shapes.ts'
import { labelsPart } from './values.ts'

const contact = { value: 'text', label: 'text', primary: 'boolean' } as const

/** By key; a product's price repeats the product's id, which stands beside it anyway. */
const objects: Readonly<Record<string, ListElements>> = {
  emails: { parts: contact },
  phones: { parts: contact },
  im: { parts: contact },
  participants: { parts: { person_id: 'integer', primary: 'boolean' } },
  attendees: {
    parts: {
      email: 'text',
      name: 'text',
      status: 'text',
      is_organizer: 'boolean',
      person_id: 'integer',
      user_id: 'integer',
    },
  },
  prices: {
    parts: {
      price: 'decimal',
      currency: 'text',
      cost: 'decimal',
      direct_cost: 'decimal',
      notes: 'text',
    },
  },
  access: { parts: { app: 'text', admin: 'boolean', permission_set_id: 'text' } },
}

/** Null for a field that has no lists; `object` is one of Pipedrive's, by name. */
export function elementsOf(
  object: string,
  { code, isCustom }: { readonly code: string; readonly isCustom: boolean },
  { kind, parts }: FieldShape,
): ListElements | null {
  if (kind !== 'json') return null
  if (!isCustom && code in objects) return objects[code] ?? null
  // Ids of a company's own options are numbers, and so are those of labels but for leads'.
  const isNumbered = isCustom || (code === 'label_ids' && object !== 'leads')
  const element = isNumbered ? 'integer' : 'text'
  if (labelsPart in parts) return { kind: element, labels: `${code}.${labelsPart}` }
  return code === 'label_ids' ? { kind: element } : null
}
