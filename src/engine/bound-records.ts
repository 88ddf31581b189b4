/**
 * A look that knows who owns what: a record found by its match value that the baseline binds to
 * another key is not this row's. Either that other row gives the value up in the same plan, or the
 * two collide; both show in the plan as a whole.
 */
import type { RemoteRecord } from '../connector/connector.ts'
import type { CompiledMapping } from '../core/mapping/mapping.ts'
import { boundInBaseline } from '../core/sql/bindings.ts'
import type { RunContext } from './context.ts'
import { lookAt, type RowToLook } from './look.ts'

export async function lookUnbound(
  context: RunContext,
  mapping: CompiledMapping,
  rows: readonly RowToLook[],
): Promise<readonly (readonly RemoteRecord[])[]> {
  const found = await lookAt(context, mapping, rows)
  const matched = rows.flatMap(({ due }, index) =>
    due.baseline === null ? (found[index] ?? []).map((record) => record.id) : [],
  )
  if (matched.length === 0) return found
  const bound = await context.warehouse.session((session) =>
    session.query(boundInBaseline(context.dialect, context.tables, [...new Set(matched)])),
  )
  if (bound.length === 0) return found
  const owners = new Map(bound.map(([id, key]) => [id, key]))
  return found.map((records, index) => {
    const due = rows[index]?.due
    return due?.baseline === null
      ? records.filter(({ id }) => (owners.get(id) ?? due.key) === due.key)
      : records
  })
}
