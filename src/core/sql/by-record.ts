/** Another value for each of many records, in one statement. */
import type { Dialect } from './dialect.ts'

export interface ByRecord {
  /** `when <id> then <value>` for each, inside `case remote_id … end`. */
  readonly cases: string
  /** That a row is of one of them. */
  readonly isOne: string
  readonly parameters: readonly string[]
}

/** `values` are pairs of a record's id and its value. Binds from the first place on. */
export function byRecord(
  dialect: Dialect,
  values: readonly (readonly [remoteId: string, value: string])[],
): ByRecord {
  const { placeholder, quote } = dialect
  const cases = values.map(
    (_, index) => `when ${placeholder(index * 2 + 1)} then ${placeholder(index * 2 + 2)}`,
  )
  const ids = values.map((_, index) => placeholder(values.length * 2 + index + 1))
  return {
    cases: cases.join(' '),
    isOne: `${quote('remote_id')} in (${ids.join(', ')})`,
    parameters: [...values.flat(), ...values.map(([remoteId]) => remoteId)],
  }
}
