/**
 * The fold of the touched keys, put in place of what stood there: only rows of those keys are written. To be
 * executed in one transaction with the load, behind a fence (promise 7).
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

/** `replacedFrom`: from when on past versions of late keys are replaced; null where no key is late. */
export function mergeTouched(
  input: TableFold,
  replacedFrom: string | null,
  slices: number,
): Statement[] {
  return [
    ...(replacedFrom === null ? [] : [dropReplaced(input, replacedFrom)]),
    ...slicesOf(slices).flatMap((slice) => [
      ...foldSlice({ ...input, slice }),
      dropLatest(input),
      insertPast(input),
      insertLatest(input),
    ]),
    dropFolded(input),
  ]
}

/** Of a history that is a view the last versions alone are kept: reads are compared with them. */
export function mergeLatest(input: TableFold, slices: number): Statement[] {
  return [
    ...slicesOf(slices).flatMap((slice) => [
      ...foldSlice({ ...input, slice }),
      dropLatest(input),
      insertLatest(input),
    ]),
    dropFolded(input),
  ]
}

/** Every version anew, from the log alone. */
export function rebuild(input: TableFold, slices: number): Statement[] {
  const { dialect, tables } = input
  const emptied = [tables.past, tables.latest].map((table) =>
    // Not every dialect deletes without a condition.
    statement(`delete from ${tableReference(dialect, table)} where true`),
  )
  const folds = slicesOf(slices).flatMap((slice) => [
    ...foldSlice({ ...input, scope: 'all', slice }),
    insertPast(input),
    insertLatest(input),
  ])
  return [...emptied, ...folds, dropFolded(input)]
}

function dropFolded({ dialect, tables }: TableFold): Statement {
  return statement(`drop table if exists ${dialect.quote(tables.folded)}`)
}

function slicesOf(count: number): readonly (Slice | null)[] {
  if (count === 1) return [null]
  return Array.from({ length: count }, (_, number) => ({ number, of: count }))
}

function foldSlice(input: FoldInput): Statement[] {
  const { dialect, tables } = input
  return createTemporary(dialect, tables.folded, foldQuery(input), '_key')
}

function dropReplaced({ dialect, tables }: TableFold, replacedFrom: string): Statement {
  const { quote } = dialect
  const [key, at] = [quote('_key'), quote('_event_at')]
  const late = `select b.${key} as ${key}, b.${quote('_from_at')} as ${quote('_from_at')} from ${tableReference(dialect, tables.base)} as b where b.${quote('_kind')} = 'late'`
  return statement(
    `merge into ${tableReference(dialect, tables.past)} as p using (${late}) as b on p.${key} = b.${key} and p.${at} >= b.${quote('_from_at')} and p.${at} >= ${instantLiteral(dialect, replacedFrom)} when matched then delete`,
  )
}

function dropLatest({ dialect, tables }: TableFold): Statement {
  const key = dialect.quote('_key')
  return statement(
    `delete from ${tableReference(dialect, tables.latest)} where ${key} in (select ${key} from ${dialect.quote(tables.folded)})`,
  )
}

function insertPast({ dialect, tables, fields }: TableFold): Statement {
  const { quote } = dialect
  const names = listed(dialect, namesOf(pastColumns, fields), null)
  return statement(
    `insert into ${tableReference(dialect, tables.past)} (${names}) select ${names} from ${quote(tables.folded)} where ${quote('_is_version')} and not ${quote('_is_last')}`,
  )
}

function insertLatest({ dialect, tables, fields }: TableFold): Statement {
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
