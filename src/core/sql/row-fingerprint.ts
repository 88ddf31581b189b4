/** What tells whether a held row is still the one that was held. */
import type { Column } from '../../model/value.ts'
import type { Dialect } from './dialect.ts'
import { valueColumn } from './names.ts'

/**
 * A digest of the row's values under a mapping: equal rows, and no others, have equal fingerprints.
 */
export function rowFingerprint(
  dialect: Dialect,
  columns: readonly Column[],
  alias: string,
  mappingVersion: number,
): string {
  const parts = columns.map((column) => {
    const value = `${alias}.${dialect.quote(valueColumn(dialect, column.name))}`
    const digest = dialect.digest(dialect.canonicalText(value, column))
    return `coalesce(${dialect.concat([`'='`, digest])}, '-')`
  })
  return dialect.digest(dialect.concat([dialect.literal(`${mappingVersion}`), ...parts]))
}
