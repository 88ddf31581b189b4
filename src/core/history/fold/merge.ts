/**
 * The fold of the touched keys, put in place of what stood there: only rows of those keys are written, in one transaction
 * with the load, behind a fence (promise 7).
 */
import { tableReference } from '../../sql/names.ts'
import type { Statement } from '../../sql/statement.ts'
import { statement } from '../../sql/working-schema.ts'
import { instantLiteral } from './base.ts'
import { latestColumns, listed, namesOf, pastColumns } from '../columns/own-columns.ts'
import { foldQuery } from './fold.ts'
import type { FoldInput, Slice } from './fold-source.ts'
import { createTemporary } from '../tables/scratch.ts'

export type TableFold = Omit<FoldInput, 'slice'>
type Tables = Omit<TableFold, 'scope'>

/**
 * `fold` makes the versions, in a temporary table, and `place` puts them where they belong. The former reads nothing that the
 * latter writes, so it may come before the transaction, on the same connection: that is then short, and a warehouse that
 * reads rows of an open transaction slowly is spared that.
 */
export interface Fold {
  readonly fold: readonly Statement[]
  readonly place: readonly Statement[]
}

export function mergeTouched(input: TableFold, slices: number): Fold {
  const { scope } = input
  const lateFrom = scope === 'all' ? null : scope.lateFrom
  return {
    fold: foldSlices(input, slices),
    place: [
      ...(lateFrom === null ? [] : [dropReplaced(input, lateFrom)]),
      dropLatest(input),
      insertPast(input),
      insertLatest(input),
      dropFolded(input),
    ],
  }
}

/** Of a history that is a view the last versions alone are kept: reads are compared with them. */
export function mergeLatest(input: TableFold, slices: number): Fold {
  return {
    fold: foldSlices(input, slices),
    place: [dropLatest(input), insertLatest(input), dropFolded(input)],
  }
}

/** Every version anew, from the log alone. */
export function rebuild(input: Tables, slices: number): Fold {
  const { dialect, tables } = input
  const emptied = [tables.past, tables.latest].map((table) =>
    // Not every dialect deletes without a condition.
    statement(`delete from ${tableReference(dialect, table)} where true`),
  )
  return {
    fold: foldSlices({ ...input, scope: 'all' }, slices),
    place: [...emptied, insertPast(input), insertLatest(input), dropFolded(input)],
  }
}

function dropFolded({ dialect, tables }: Tables): Statement {
  return statement(`drop table if exists ${dialect.quote(tables.folded)}`)
}

function foldSlices(input: TableFold, count: number): readonly Statement[] {
  const { dialect, tables } = input
  const slices: readonly (Slice | null)[] =
    count === 1 ? [null] : Array.from({ length: count }, (_, number) => ({ number, of: count }))
  const queries = slices.map((slice) => foldQuery({ ...input, slice }))
  return createTemporary(dialect, tables.folded, queries, '_key')
}

function dropReplaced({ dialect, tables }: Tables, replacedFrom: string): Statement {
  const { quote } = dialect
  const [key, at] = [quote('_key'), quote('_event_at')]
  const late = `select b.${key} as ${key}, b.${quote('_from_at')} as ${quote('_from_at')} from ${tableReference(dialect, tables.base)} as b where b.${quote('_kind')} = 'late'`
  return statement(
    `merge into ${tableReference(dialect, tables.past)} as p using (${late}) as b on p.${key} = b.${key} and p.${at} >= b.${quote('_from_at')} and p.${at} >= ${instantLiteral(dialect, replacedFrom)} when matched then delete`,
  )
}

function dropLatest({ dialect, tables }: Tables): Statement {
  const key = dialect.quote('_key')
  return statement(
    `delete from ${tableReference(dialect, tables.latest)} where ${key} in (select ${key} from ${dialect.quote(tables.folded)})`,
  )
}

function insertPast({ dialect, tables, fields }: Tables): Statement {
  const { quote } = dialect
  const names = listed(dialect, namesOf(pastColumns, fields), null)
  return statement(
    `insert into ${tableReference(dialect, tables.past)} (${names}) select ${names} from ${quote(tables.folded)} where ${quote('_is_version')} and not ${quote('_is_last')}`,
  )
}

function insertLatest({ dialect, tables, fields }: Tables): Statement {
  const { quote } = dialect
  const names = namesOf(latestColumns, fields)
  // A key without a version has a row all the same: it was met.
  const ofNone = ['_key', '_last_marks', '_through']
  const values = names.map((name) =>
    ofNone.includes(name)
      ? quote(name)
      : `case when ${quote('_is_version')} then ${quote(name)} end`,
  )
  return statement(
    `insert into ${tableReference(dialect, tables.latest)} (${listed(dialect, names, null)}) select ${values.join(', ')} from ${quote(tables.folded)} where ${quote('_is_last')} or not ${quote('_is_version')}`,
  )
}
