/** What an erasure does to a warehouse, or would do. */
import type { Statement } from '../core/sql/statement.ts'
import type { Session } from '../warehouse/warehouse.ts'

/** Gives the affected rows of each. */
export function affect(
  { dryRun }: { readonly dryRun: boolean },
  session: Session,
  statements: readonly Statement[],
): Promise<readonly number[]> {
  return dryRun ? session.rehearse(statements) : session.execute(statements)
}
