/**
 * Takes changes into the change log and folds the keys they touch. Everything that people see of it, log,
 * versions and views, changes in one transaction behind the fence (promises 1 and 7): a load that was cut off
 * has not happened, and repeating one changes nothing.
 */
import { baseBounds, createBase } from '../../../core/history/fold/base.ts'
import { changeColumns, logColumns } from '../../../core/history/columns/own-columns.ts'
import { createStaging, dropScratch } from '../../../core/history/tables/create.ts'
import type { TouchedKeys } from '../../../core/history/fold/fold-source.ts'
import type { FoldedField } from '../../../core/history/fold/folded-field.ts'
import { insertFirst } from '../../../core/history/fold/first-version.ts'
import {
  appendFresh,
  countCopies,
  countTaken,
  findKnown,
  findTouched,
  stagedInDoubt,
  type TouchedKind,
  touchedCounts,
  withFresh,
} from '../../../core/history/load/load.ts'
import { type Fold, mergeLatest, mergeTouched } from '../../../core/history/fold/merge.ts'
import type { HistoryTables } from '../../../core/history/tables/tables.ts'
import type { Dialect, TableName } from '../../../core/sql/dialect.ts'
import type { Statement } from '../../../core/sql/statement.ts'
import { workingColumns } from '../../../core/sql/working-schema.ts'
import type { HistoryForm } from '../../../model/sync.ts'
import type { Row } from '../../../model/value.ts'
import type { Session } from '../../../warehouse/warehouse.ts'

export interface LoadTarget {
  readonly dialect: Dialect
  readonly tables: HistoryTables
  readonly fields: readonly FoldedField[]
  readonly form: HistoryForm
  /** As the warehouse has it. */
  readonly sortBytes: number | null
  /** Begins the transaction: refuses a worker that lost its lease. */
  readonly fence: readonly Statement[]
  /** What is to be true together with the rows. */
  readonly alongside?: readonly Statement[]
}

export interface LoadCounts {
  readonly received: number
  /** Those that the log did not hold. */
  readonly added: number
  /** Keys that were folded, by how. */
  readonly keys: Readonly<Record<TouchedKind, number>>
  /** Keys of what arrived whose records can't be relied upon before they are read. */
  readonly inDoubt: readonly string[]
}

const leastRowsPerSlice = 50_000

export async function loadChanges(
  session: Session,
  target: LoadTarget,
  pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
): Promise<LoadCounts> {
  const { dialect, tables, fields } = target
  await session.execute(createStaging(dialect, tables, fields))
  const columns = [...workingColumns(dialect, changeColumns), ...logColumns(dialect, fields)]
  const received = await session.load({ ...tables.staging, columns }, pages)
  await requireRows(session, dialect, tables.staging, received)
  return { received, ...(await foldStaged(session, target)) }
}

/** What was taken in and is not there any more must not be taken for what there was (promise 2). Gives the number of keys. */
export async function requireRows(
  session: Session,
  dialect: Dialect,
  table: TableName,
  taken: number,
): Promise<number> {
  const [row] = await session.query(countTaken(dialect, table))
  const [held, keys] = (row ?? []).map(Number)
  if (held !== taken) throw new Error(`${table.table} holds ${held} rows of ${taken} taken in`)
  return keys ?? 0
}

/** Takes what the staging table holds into the log, and folds it. */
export async function foldStaged(
  session: Session,
  target: LoadTarget,
): Promise<Omit<LoadCounts, 'received'>> {
  const { dialect, fields, fence, alongside = [] } = target
  const tables = await putAside(session, target)
  const { added, keys } = await touched(session, target)
  if (added > 0) {
    const append = appendFresh(dialect, tables, fields)
    const { fold, place } = await versions(session, { ...target, tables }, added, keys)
    await session.execute([...fence, append, ...place, ...alongside], fold)
  } else if (alongside.length > 0) {
    await session.execute([...fence, ...alongside])
  }
  // What was loaded before, and not asked for after it, arrives once more.
  const inDoubt = await session.query(stagedInDoubt(dialect, tables))
  await session.execute(dropScratch(dialect, target.tables))
  return { added, keys, inDoubt: inDoubt.map(([key]) => key ?? '') }
}

/** Finds what the log doesn't have, and the keys that it touches. */
async function putAside(
  session: Session,
  { dialect, tables, fields }: LoadTarget,
): Promise<HistoryTables> {
  await session.execute(findKnown(dialect, tables))
  const [row] = await session.query(countCopies(dialect, tables))
  const found = withFresh(tables, Number(row?.[0]))
  await session.execute(findTouched(dialect, found, fields))
  return found
}

/** The versions of the touched keys. */
async function versions(
  session: Session,
  target: LoadTarget,
  added: number,
  keys: LoadCounts['keys'],
): Promise<Fold> {
  const { dialect, tables, fields } = target
  const first = keys.first === 0 ? [] : [insertFirst(dialect, tables, fields)]
  const others = added - keys.first
  if (others === 0) return { fold: [], place: first }
  const { fold, place } = await folding(session, target, others, keys)
  return { fold, place: [...first, ...place] }
}

async function folding(
  session: Session,
  { dialect, tables, fields, form, sortBytes }: LoadTarget,
  changes: number,
  keys: LoadCounts['keys'],
): Promise<Fold> {
  await session.execute(createBase(dialect, tables, fields, keys.late > 0))
  const [bounds] = await session.query(baseBounds(dialect, tables, fields))
  const [based, lateFrom, known] = bounds ?? []
  if (Number(based ?? 0) !== keys.new + keys.next + keys.late) {
    throw new Error('not every key that changes touched is folded')
  }
  const scope = { lateFrom: lateFrom ?? null, versions: known as TouchedKeys['versions'] }
  const input = { dialect, tables, fields, scope }
  const slices = slicesFor(changes, fields.length, sortBytes)
  return form === 'view' ? mergeLatest(input, slices) : mergeTouched(input, slices)
}

/** How many slices fold so many changes of so many fields within what may be sorted at once. */
export function slicesFor(changes: number, fields: number, sortBytes: number | null): number {
  if (sortBytes === null) return 1
  const bytesPerRow = 150 + 20 * fields
  const rowsPerSlice = Math.max(leastRowsPerSlice, Math.floor(sortBytes / bytesPerRow))
  return Math.max(1, Math.ceil(changes / rowsPerSlice))
}

async function touched(
  session: Session,
  { dialect, tables }: LoadTarget,
): Promise<Pick<LoadCounts, 'added' | 'keys'>> {
  const keys: Record<TouchedKind, number> = { first: 0, new: 0, next: 0, late: 0 }
  let added = 0
  for (const [kind, count, changes] of await session.query(touchedCounts(dialect, tables))) {
    keys[kind as TouchedKind] = Number(count)
    added += Number(changes)
  }
  return { added, keys }
}
