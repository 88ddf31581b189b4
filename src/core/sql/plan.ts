/** Reading and completing a plan: pages of operations, collisions, order of release and claim. */
import type { Dialect } from './dialect.ts'
import { type RunTables, type SyncTables, tableReference } from './names.ts'
import type { Statement } from './statement.ts'
import { planColumns, statement } from './working-schema.ts'

/** Column positions of a plan row as `readPlan` gives it. */
export const planRow = Object.fromEntries(
  Object.keys(planColumns).map((name, index) => [name, index]),
) as { readonly [Name in keyof typeof planColumns]: number }

/** The column must be one that is unique within the plan and against the baseline. */
export type CollisionColumn = 'match_value' | 'remote_id'

/**
 * Rejects every plan row that shares a match value or a CRM record with another row of the plan, or
 * with a baseline row of another key that keeps it: binding is unique both ways.
 */
export function rejectCollisions(
  dialect: Dialect,
  run: RunTables,
  sync: SyncTables,
  column: CollisionColumn,
  /** False keeps the value, which may be a person's, out of the message. */
  named: boolean,
): Statement {
  const quote = dialect.quote
  const plan = tableReference(dialect, run.plan)
  const baseline = tableReference(dialect, sync.baseline)
  const due = tableReference(dialect, run.due)
  const value = quote(column)
  const reason = column === 'match_value' ? 'match.collision' : 'record.bound'
  const what = column === 'match_value' ? 'match value' : 'CRM record'
  // Operations, and rows that need none but bind their record all the same.
  const live = `${value} is not null and (${quote('status')} is null or ${quote('presence')} in ('present', 'cleared'))`
  const within = `select ${value} from ${plan} where ${live} group by ${value} having count(*) > 1`
  // A baseline row that the plan moves on is judged by its plan row; one that the plan rejects or
  // leaves alone keeps what it has.
  const moved = `select 1 from ${due} as d join ${plan} as o on o.${quote('sequence')} = d.${quote('sequence')} where d.${quote('key')} = b.${quote('key')} and (o.${quote('status')} is null or o.${quote('presence')} is not null)`
  const kept = `select b.${value} from ${baseline} as b join ${plan} as q on q.${value} = b.${value} where b.${quote('presence')} = 'present' and not exists (${moved})`
  const message = named
    ? dialect.concat([`'another row has the same ${what}: '`, value])
    : `'another row has the same ${what}'`
  return statement(
    `update ${plan} set ${quote('status')} = 'rejected', ${quote('kind')} = 'none', ${quote('presence')} = null, ${quote('reason')} = '${reason}', ${quote('message')} = ${message}` +
      ` where ${live} and (${value} in (${within}) or ${value} in (${kept}))`,
  )
}

/** `[claiming sequence, releasing sequence]`: the first needs a value that the second still holds. */
export function claimEdges(dialect: Dialect, run: RunTables): Statement {
  const quote = dialect.quote
  const plan = tableReference(dialect, run.plan)
  return statement(
    `select ${dialect.toText(`c.${quote('sequence')}`)}, ${dialect.toText(`r.${quote('sequence')}`)} from ${plan} as c join ${plan} as r on r.${quote('releases')} = c.${quote('match_value')} where c.${quote('sequence')} <> r.${quote('sequence')} and c.${quote('status')} is null and r.${quote('status')} is null and (c.${quote('releases')} is not null or c.${quote('kind')} = 'create') order by 1, 2`,
  )
}

/** Sets the phase of the given rows; phases of all others stay as loaded. */
export function setPhases(
  dialect: Dialect,
  run: RunTables,
  phases: ReadonlyMap<number, readonly number[]>,
): Statement[] {
  const quote = dialect.quote
  return [...phases].map(([phase, sequences]) =>
    statement(
      `update ${tableReference(dialect, run.plan)} set ${quote('phase')} = ${phase} where ${quote('sequence')} in (${sequences.join(', ')})`,
    ),
  )
}

/** Marks rows whose match value must be cleared before anything else, to break a ring of claims. */
export function markClearFirst(
  dialect: Dialect,
  run: RunTables,
  sequences: readonly number[],
): Statement {
  const quote = dialect.quote
  return statement(
    `update ${tableReference(dialect, run.plan)} set ${quote('clear_first')} = 'yes' where ${quote('sequence')} in (${sequences.join(', ')})`,
  )
}

/** The marked rows, in order, as `readPlan` gives them. */
export function readClearFirst(dialect: Dialect, run: RunTables): Statement {
  const quote = dialect.quote
  return statement(
    `select ${planCells(dialect)} from ${tableReference(dialect, run.plan)} where ${quote('clear_first')} is not null and ${quote('status')} is null order by ${quote('sequence')}`,
  )
}

/** Phases that have operations, in order, with the highest sequence of each: `[phase, sequence]`. */
export function planPhases(dialect: Dialect, run: RunTables): Statement {
  const quote = dialect.quote
  return statement(
    `select ${dialect.toText(quote('phase'))}, ${dialect.toText(`max(${quote('sequence')})`)} from ${tableReference(dialect, run.plan)} where ${quote('status')} is null group by ${quote('phase')} order by ${quote('phase')}`,
  )
}

/** The highest sequence of the plan, operations or not. */
export function planLength(dialect: Dialect, run: RunTables): Statement {
  return statement(
    `select ${dialect.toText(`coalesce(max(${dialect.quote('sequence')}), 0)`)} from ${tableReference(dialect, run.plan)}`,
  )
}

/** Rows of a range of sequences, `after` excluded; of one phase's operations, or of the whole plan. */
export function readPlan(
  dialect: Dialect,
  run: RunTables,
  range: { readonly after: number; readonly through: number; readonly operationsOf?: number },
): Statement {
  const quote = dialect.quote
  const operations =
    range.operationsOf === undefined
      ? ''
      : ` and ${quote('phase')} = ${range.operationsOf} and ${quote('status')} is null`
  return statement(
    `select ${planCells(dialect)} from ${tableReference(dialect, run.plan)} where ${quote('sequence')} > ${range.after} and ${quote('sequence')} <= ${range.through}${operations} order by ${quote('sequence')}`,
  )
}

/** `[kind, status, reason, rows, emptied fields]` of the whole plan. */
export function planCounts(dialect: Dialect, run: RunTables): Statement {
  const quote = dialect.quote
  const columns = `${quote('kind')}, ${quote('status')}, ${quote('reason')}`
  return statement(
    `select ${columns}, ${dialect.toText('count(*)')}, ${dialect.toText(`sum(${quote('clears')})`)} from ${tableReference(dialect, run.plan)} group by ${columns} order by ${columns}`,
  )
}

/** The number of baseline rows whose record is present: what percentages of guards refer to. */
export function baselineSize(dialect: Dialect, sync: SyncTables): Statement {
  const quote = dialect.quote
  return statement(
    `select ${dialect.toText('count(*)')} from ${tableReference(dialect, sync.baseline)} where ${quote('presence')} = 'present'`,
  )
}

/** All columns of a plan as texts, in the order of `planColumns`. */
function planCells(dialect: Dialect): string {
  return Object.entries(planColumns)
    .map(([name, type]) =>
      type === 'bigint' ? dialect.toText(dialect.quote(name)) : dialect.quote(name),
    )
    .join(', ')
}
