/** What a SOQL query says, as values. */

/** `Account.Owner.Name` is three steps, of which the last names a field. */
export type FieldPath = readonly string[]

export const comparisons = ['=', '!=', '<', '<=', '>', '>='] as const
export type Comparison = (typeof comparisons)[number]

export type Literal =
  | { readonly kind: 'null' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'date' | 'datetime'; readonly text: string }
  /** `TODAY`, `LAST_N_DAYS:30`: a range of days, known only when the query runs. */
  | { readonly kind: 'range'; readonly name: string; readonly days: number }

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | {
      readonly kind: 'compare'
      readonly path: FieldPath
      readonly operator: Comparison
      readonly value: Literal
    }
  | { readonly kind: 'like'; readonly path: FieldPath; readonly pattern: string }
  | {
      readonly kind: 'in'
      readonly path: FieldPath
      readonly negated: boolean
      readonly values: readonly Literal[]
    }
  /** Each text is a set of values, joined by `;`, that must all be there. */
  | {
      readonly kind: 'includes'
      readonly path: FieldPath
      readonly negated: boolean
      readonly sets: readonly string[]
    }

export interface Order {
  readonly path: FieldPath
  readonly descending: boolean
  readonly nullsLast: boolean
}

export interface Query {
  /** Null for `COUNT()`, which answers with a number and no records. */
  readonly fields: readonly FieldPath[] | null
  readonly object: string
  readonly where: Condition | null
  readonly orderBy: readonly Order[]
  readonly limit: number | null
  readonly offset: number
}
