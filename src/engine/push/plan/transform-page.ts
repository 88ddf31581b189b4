/** Due rows through the sync's transform, before the mapping sees them. */
import { concluded, type DueRow, type PlanRow } from '../../../core/plan/plan-row.ts'
import type { CompiledMapping } from '../../../core/mapping/mapping.ts'
import type { Column, ValueKind } from '../../../model/value.ts'
import type { Transform, TransformFailure } from '../../../sandbox/sandbox.ts'
import type { RunContext } from '../../context.ts'

/** A due row as the mapping sees it. */
export interface SeenRow {
  readonly due: DueRow
  /** The kinds of its values where they differ from their columns'. */
  readonly kinds?: readonly ValueKind[]
  /** Its outcome where the transform concluded it. */
  readonly ended: PlanRow | null
}

/** A transform reads the whole row, so behind it each value counts as changed when any did. */
export async function transformPage(
  transform: Transform | null,
  columns: readonly Column[],
  mapping: CompiledMapping,
  rows: readonly DueRow[],
): Promise<readonly SeenRow[]> {
  if (transform === null) return rows.map((due) => ({ due, ended: null }))
  const present = rows.filter((due) => due.side !== 'removed')
  const results = await transform.apply({
    columns,
    rows: present.map((due) => due.values),
    wanted: mapping.columns.map((column) => column.name),
  })
  const resultOf = new Map(present.map((due, index) => [due, results[index]]))
  return rows.map((due): SeenRow => {
    const result = resultOf.get(due)
    if (result === undefined) return { due, ended: null }
    if (!result.ok) return { due, ended: transformFailure(due, result) }
    const isChanged = due.changed.includes(true)
    const changed = mapping.columns.map(() => isChanged)
    return { due: { ...due, values: result.values, changed }, kinds: result.kinds, ended: null }
  })
}

function transformFailure(due: DueRow, failed: TransformFailure): PlanRow {
  const { reason, message } = failed
  const status = reason === 'transform.skipped' ? 'skipped' : 'rejected'
  // A limit may be the machine's bad moment; all else stays as it is until row or transform change.
  const hold = reason === 'transform.limit' ? 'retry' : 'content'
  return concluded(due, { status, reason, message, hold })
}

export async function openTransform({ sync, ...context }: RunContext): Promise<Transform | null> {
  if (sync.transform === null) return null
  if (context.openTransform === undefined) throw new Error('nothing was given to run transforms')
  return context.openTransform(sync.transform)
}
