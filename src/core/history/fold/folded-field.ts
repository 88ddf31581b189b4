/** A field's column, as the fold and what compares with its versions know it. */
import type { Column } from '../../../model/value.ts'

export interface FoldedField extends Column {
  /** What fields with several columns are known by; absent where this is the field's only one. */
  readonly field?: string
}
