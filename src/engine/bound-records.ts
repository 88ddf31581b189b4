/**
 * A look that knows who owns what: a record found by its match value that the baseline binds to
 * another key is not this row's. Either that other row gives the value up in the same plan, or the
 * two collide; both show in the plan as a whole.
 */
import type { RemoteRecord } from '../connector/connector.ts'
import type { CompiledMapping } from '../core/mapping/mapping.ts'
import type { DueRow } from '../core/plan/plan-row.ts'
import { boundInBaseline } from '../core/sql/bindings.ts'
import type { Row } from '../model/value.ts'
import type { RunContext } from './context.ts'
import { lookAt, type RowToLook } from './look.ts'

export async function lookUnbound(
  context: RunContext,
  mapping: CompiledMapping,
  rows: readonly RowToLook[],
): Promise<readonly (readonly RemoteRecord[])[]> {
  const found = await lookAt(context, mapping, rows)
  const matched = rows.flatMap(({ due }, index) =>
    startsAnew(due) ? (found[index] ?? []).map((record) => record.id) : [],
  )
  if (matched.length === 0) return found
  const bound = await boundRecords(context, [...new Set(matched)])
  if (bound.length === 0) return found
  const owners = new Map(bound.map(([id, key]) => [id, key]))
  return found.map((records, index) => {
    const due = rows[index]?.due
    return due !== undefined && startsAnew(due)
      ? records.filter(({ id }) => (owners.get(id) ?? due.key) === due.key)
      : records
  })
}

/** Ids asked for at once; statements have a limit of parameters. */
const idsPerQuery = 10_000

function boundRecords(context: RunContext, ids: readonly string[]): Promise<readonly Row[]> {
  return context.warehouse.session(async (session) => {
    const rows: Row[] = []
    for (let start = 0; start < ids.length; start += idsPerQuery) {
      const page = ids.slice(start, start + idsPerQuery)
      rows.push(...(await session.query(boundInBaseline(context.dialect, context.tables, page))))
    }
    return rows
  })
}

/** Rows that look for a record by their match value: new ones, and those whose record we archived. */
function startsAnew({ baseline }: DueRow): boolean {
  return baseline === null || baseline.presence === 'archived'
}
