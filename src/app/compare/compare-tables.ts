/** Use case: tells in what two tables, or all tables of two schemas, differ. Writes nothing. */
import { pairByName } from '../../core/compare/pair-columns.ts'
import { type CompareOptions, compareTables } from '../../engine/compare/compare.ts'
import type { CompareProgress, TableComparison } from '../../engine/compare/comparison.ts'
import { compareErrors } from '../../engine/compare/errors.ts'
import {
  type CompareRules,
  type OpenTable,
  prepare,
  readColumns,
  refuseUnknownColumns,
  type TableColumns,
} from '../../engine/compare/prepare.ts'
import type { Session, Warehouse } from '../../warehouse/warehouse.ts'
import { stopped } from '../run/stop-watch.ts'
import { warehouseConnection } from './warehouse-connection.ts'
import type { Workspace } from '../workspace/workspace.ts'

export type { CompareProgress, CompareRules, TableComparison }
export type { SampleRow } from '../../engine/compare/comparison.ts'

/** A table, or all tables and views of a schema. */
export interface DataSet {
  readonly connection: string
  readonly schema: string
  readonly table: string | null
}

export interface CompareRequest extends Pick<CompareOptions, 'samples' | 'signal'> {
  readonly left: DataSet
  readonly right: DataSet
  readonly rules: CompareRules
  /** Conditions that rows must fulfil, in the SQL of each side's warehouse; null for all rows. */
  readonly where: { readonly left: string | null; readonly right: string | null }
  /** Told with the name of the left table. */
  readonly progress: (table: string, event: CompareProgress) => void
}

/** What became of one pair of tables. */
export interface ComparedPair {
  /** `connection:schema.table` */
  readonly left: string
  readonly right: string
  readonly found: TableComparison | Failed
}

export interface DataSetComparison {
  readonly pairs: readonly ComparedPair[]
  /** Tables without a counterpart, of two schemas. */
  readonly onlyLeft: readonly string[]
  readonly onlyRight: readonly string[]
}

/**
 * Of several tables, one that can't be compared is told with its error and stops no other. Throws `app.stopped` when
 * the signal ends it.
 */
export async function compareDataSets(
  workspace: Workspace,
  request: CompareRequest,
): Promise<DataSetComparison> {
  const { left, right, signal } = request
  for (const { connection } of [left, right]) warehouseConnection(workspace.project, connection)
  try {
    return await inSessions(workspace, left, right, (one, other) =>
      compareOpened(one, other, request),
    )
  } catch (error) {
    if (signal.aborted) throw stopped(signal, error)
    throw error
  }
}

interface Opened {
  readonly warehouse: Warehouse
  readonly session: Session
}

/** One session where both are of one connection. */
async function inSessions<T>(
  workspace: Workspace,
  left: DataSet,
  right: DataSet,
  work: (left: Opened, right: Opened) => Promise<T>,
): Promise<T> {
  const warehouse = await workspace.warehouse(left.connection)
  return warehouse.session(async (session) => {
    const one = { warehouse, session }
    if (left.connection === right.connection) return work(one, one)
    const other = await workspace.warehouse(right.connection)
    return other.session((another) => work(one, { warehouse: other, session: another }))
  })
}

async function compareOpened(
  left: Opened,
  right: Opened,
  request: CompareRequest,
): Promise<DataSetComparison> {
  const { both, onlyLeft, onlyRight } = await tablesToCompare(left, right, request)
  const isOne = request.left.table !== null
  const looked: LookedAt[] = []
  for (const names of both) {
    const tables = [
      openTable(left, request.left, names.left.name, request.where.left),
      openTable(right, request.right, names.right.name, request.where.right),
    ] as const
    const columns = await orError(isOne, request, () => readColumns(tables))
    looked.push({ tables, columns })
  }
  refuseUnknownColumns(
    looked.flatMap(({ columns }) => ('error' in columns ? [] : [columns])),
    request.rules,
  )
  const pairs: ComparedPair[] = []
  for (const { tables, columns } of looked) {
    const found = await orError(isOne, request, () => compareColumns(columns, request))
    pairs.push({ left: tables[0].name, right: tables[1].name, found })
  }
  return {
    pairs,
    onlyLeft: onlyLeft.map(({ name }) => name),
    onlyRight: onlyRight.map(({ name }) => name),
  }
}

interface Failed {
  readonly error: unknown
}

interface LookedAt {
  readonly tables: TableColumns['tables']
  readonly columns: TableColumns | Failed
}

/** Of several tables an error is what was found of one; of one, and when all is to stop, it is thrown. */
async function orError<T>(
  isOne: boolean,
  { signal }: CompareRequest,
  work: () => Promise<T>,
): Promise<T | Failed> {
  try {
    return await work()
  } catch (error) {
    if (isOne || signal.aborted) throw error
    return { error }
  }
}

async function compareColumns(
  columns: TableColumns | Failed,
  { rules, samples, signal, progress }: CompareRequest,
): Promise<TableComparison | Failed> {
  if ('error' in columns) return columns
  const { name } = columns.tables[0]
  return compareTables(prepare(columns, rules), {
    samples,
    signal,
    progress: (event) => progress(name, event),
  })
}

type NamedTables = ReturnType<typeof pairByName<{ readonly name: string }>>

async function tablesToCompare(
  left: Opened,
  right: Opened,
  request: CompareRequest,
): Promise<NamedTables> {
  if (request.left.table !== null && request.right.table !== null) {
    const both = [{ left: { name: request.left.table }, right: { name: request.right.table } }]
    return { both, onlyLeft: [], onlyRight: [] }
  }
  const [ofLeft, ofRight] = await Promise.all([
    tablesIn(left, request.left),
    tablesIn(right, request.right),
  ])
  const named = pairByName(ofLeft, ofRight, [])
  if (named.both.length > 0) return named
  throw compareErrors.nothing_common({
    message: `${dataSetName(request.left)} and ${dataSetName(request.right)} have no table in common.`,
  })
}

/** In alphabetical order; throws `compare.unknown_table` where there is none. */
async function tablesIn(
  { warehouse, session }: Opened,
  set: DataSet,
): Promise<readonly { readonly name: string }[]> {
  const text = warehouse.dialect.tableNames(set.schema)
  const rows = await session.query({ text, parameters: [] })
  const names = rows.map(([name]) => name ?? '').toSorted()
  if (names.length > 0) return names.map((name) => ({ name }))
  throw compareErrors.unknown_table({
    message: `There is no schema ${dataSetName(set)} with tables.`,
  })
}

function openTable(
  { warehouse, session }: Opened,
  set: DataSet,
  table: string,
  where: string | null,
): OpenTable {
  const name = dataSetName({ ...set, table })
  return { session, dialect: warehouse.dialect, table: { schema: set.schema, table }, where, name }
}

export function dataSetName({ connection, schema, table }: DataSet): string {
  return `${connection}:${schema}${table === null ? '' : `.${table}`}`
}
