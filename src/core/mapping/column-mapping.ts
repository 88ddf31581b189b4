import type { FieldMapping } from '../../model/sync.ts'

/** A mapping of which nothing is said but which column a field takes. */
export function columnMapping(field: string, column: string): FieldMapping {
  return {
    field,
    source: { from: 'column', column },
    write: 'always',
    nulls: 'transition',
    conflict: 'ours',
    lookup: null,
    timeZone: null,
    sensitive: false,
  }
}
