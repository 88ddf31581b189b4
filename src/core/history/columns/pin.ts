/** The columns of fields, pinned: what is remembered of each. */
import type { KnownValue } from '../../../model/change.ts'
import type { ListElements } from '../../../model/field.ts'
import type { Column } from '../../../model/value.ts'
import type { FieldColumn } from './fit.ts'

export interface Pin extends FieldColumn {
  readonly field: string
  /** What people called the field when its column was chosen. */
  readonly label: string
}

/** As much of a field's metadata as decides its column. */
export interface PinnableField {
  readonly name: string
  readonly label: string
  readonly kind: KnownValue['kind']
  /** What lists of the field are made of. */
  readonly elements?: ListElements
}

/** By field, its first choice first. */
export function pinsByField(pinned: readonly Pin[]): ReadonlyMap<string, readonly Pin[]> {
  return Map.groupBy(pinned, ({ field }) => field)
}

/** Whether every usual value of a kind fits into a column of another. */
export function holds(column: Column['kind'], kind: KnownValue['kind']): boolean {
  return column === kind || column === 'json' || (column === 'decimal' && kind === 'integer')
}
