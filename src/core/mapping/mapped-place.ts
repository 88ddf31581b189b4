/** Where in its file a sync maps something: a wrong name is to be corrected there. */
import type { Place } from '../../model/error.ts'
import type { PushSync } from '../../model/sync.ts'
import { associationName } from './association.ts'
import { fieldMappings } from './mapping.ts'

/** Of a field, or an association by its name; that of the sync where no place is known. */
export function placeOfField(sync: PushSync, field: string): Place {
  return sync.places.get(pathOfField(sync, field)) ?? sync.place
}

/** Of the key, or else of the first field that takes the column. */
export function placeOfColumn(sync: PushSync, column: string): Place {
  if (column === sync.key) return sync.places.get('from.key') ?? sync.place
  const first = fieldMappings(sync).find(
    ({ source }) => source.from === 'column' && source.column === column,
  )
  return first === undefined ? sync.place : placeOfField(sync, first.field)
}

function pathOfField({ fields, match, associations }: PushSync, field: string): string {
  const association = associations.findIndex((one) => associationName(one) === field)
  if (association !== -1) return `associations.${association}`
  const isMatchAlone = match?.field === field && fields.every((one) => one.field !== field)
  return isMatchAlone ? `to.match.${field}` : `fields.${field}`
}
