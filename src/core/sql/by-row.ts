/** Another value for each of many rows, in one statement. */
import type { Dialect } from './dialect.ts'

export interface ByRow {
  /** `case <what the rows are told by> when … then <value> … end`; `others` is what it gives for any other row. */
  readonly value: (others?: string) => string
  /** That a row is one of them. */
  readonly isOne: string
  readonly parameters: readonly string[]
}

/** `values` are pairs of what `told` is of a row and its value. Binds from the first place on. */
export function byRow(
  dialect: Dialect,
  told: string,
  values: readonly (readonly [row: string, value: string])[],
): ByRow {
  const { placeholder } = dialect
  const cases = values.map(
    (_, index) => `when ${placeholder(index * 2 + 1)} then ${placeholder(index * 2 + 2)}`,
  )
  const rows = values.map((_, index) => placeholder(values.length * 2 + index + 1))
  return {
    value: (others) =>
      `case ${told} ${cases.join(' ')}${others === undefined ? '' : ` else ${others}`} end`,
    isOne: `${told} in (${rows.join(', ')})`,
    parameters: [...values.flat(), ...values.map(([row]) => row)],
  }
}
