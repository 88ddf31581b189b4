/**
 * An association in the shape of a field: its value is the id of the record it leads to, so that
 * diff, conditions, baseline and plan treat it like any other field. Only reading and writing differ.
 */
import type { Field } from '../../model/field.ts'
import type { AssociationMapping, FieldMapping } from '../../model/sync.ts'
import { columnMapping } from './column-mapping.ts'

/** No CRM's field names hold a dot, so these never meet one. */
const prefix = 'association.'

/** `association.companies`, `association.companies.primary`. */
export function associationName({ to, label }: AssociationMapping): string {
  return label === null ? `${prefix}${to}` : `${prefix}${to}.${label}`
}

export function isAssociation(fieldName: string): boolean {
  return fieldName.startsWith(prefix)
}

export function associationField(association: AssociationMapping): Field {
  const name = associationName(association)
  return {
    name,
    label: name,
    type: 'reference',
    writable: true,
    unique: false,
    lookup: false,
    references: association.to,
  }
}

export function associationFieldMapping(association: AssociationMapping): FieldMapping {
  return {
    ...columnMapping(associationName(association), association.match.column),
    lookup: `${association.to}.${association.match.field}`,
  }
}
