/**
 * Fields that get their value when the record is created and keep it. A row that changes one is rejected
 * as a whole: without that field the rest would arrive, and nobody would be told of what did not.
 */
import type { FieldChange } from '../../model/operation.ts'
import { type CompiledMapping, recordFields } from '../mapping/mapping.ts'

/** Why a record that exists can't be changed so; null where it can. */
export function createOnlyReason(
  changes: Readonly<Record<string, FieldChange>>,
  mapping: CompiledMapping,
) {
  const names = recordFields(mapping)
    .filter(({ field }) => field.createOnly === true && field.name in changes)
    .map(({ field }) => field.name)
  if (names.length === 0) return null
  const message = `the CRM lets nobody change after the creation of a record: ${names.join(', ')}`
  return { reason: 'field.create_only', message, hold: 'content' } as const
}
