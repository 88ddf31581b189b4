/**
 * A look that knows who owns what: a record found by its match value that the baseline binds to
 * another key is not this row's. Either that other row gives the value up in the same plan, or it has
 * left the model, or the two collide.
 */
import type { CompiledMapping } from '../../../core/mapping/mapping.ts'
import type { DueRow } from '../../../core/plan/plan-row.ts'
import { boundInBaseline, boundInPlan } from '../../../core/sql/bindings.ts'
import type { Statement } from '../../../core/sql/statement.ts'
import type { Column, Row } from '../../../model/value.ts'
import type { RunContext } from '../../context.ts'
import { lookAt, type Looked, type RowToLook } from './look.ts'

export async function lookUnbound(
  context: RunContext,
  mapping: CompiledMapping,
  rows: readonly RowToLook[],
  { key, vacatedOf }: Bindings,
): Promise<readonly Looked[]> {
  const found = await lookAt(context, mapping, rows)
  const matched = rows.flatMap(({ due }, index) =>
    startsAnew(due) ? (found[index]?.records ?? []).map((record) => record.id) : [],
  )
  const bound = await boundRecords(context, key, matched)
  if (bound.length === 0) return found
  const owners = new Map(bound.map(([id, owner]) => [id ?? '', owner ?? '']))
  const vacated = await vacatedOf([...new Set(owners.values())])
  return found.map((looked, index) => {
    const due = rows[index]?.due
    if (due === undefined || !startsAnew(due)) return looked
    const records = looked.records.filter(({ id }) => (owners.get(id) ?? due.key) === due.key)
    return records.length > 0 ? { ...looked, records } : takeOver(looked, owners, vacated)
  })
}

export interface Bindings {
  readonly key: BaselineKey
  readonly vacatedOf: VacatedKeys
}

/** Of some keys, those that left the model and whose records the sync leaves as they are. */
export type VacatedKeys = (keys: readonly string[]) => Promise<ReadonlySet<string>>

/** A row under a new key is the same row: the one record that it matches goes over to it. */
function takeOver(
  looked: Looked,
  owners: ReadonlyMap<string, string>,
  vacated: ReadonlySet<string>,
): Looked {
  const [record, another] = looked.records
  const owner = record === undefined ? undefined : owners.get(record.id)
  if (owner === undefined || another !== undefined || !vacated.has(owner)) {
    return { ...looked, records: [], taken: record !== undefined }
  }
  return { ...looked, supersedes: owner }
}

/** `[remote id, key, match value]` of the records that the baseline binds to a key. */
export function boundRecords(
  context: RunContext,
  key: BaselineKey,
  ids: readonly string[],
): Promise<readonly Row[]> {
  return byPages(context, ids, ({ dialect, tables }, page) =>
    boundInBaseline(dialect, tables, key, page),
  )
}

/** What texts of the baseline's keys depend on. */
export type BaselineKey = Pick<Column, 'kind' | 'scale'>

/** Of a baseline that no plan is at hand for. */
export async function baselineKey({ warehouse, tables }: RunContext): Promise<BaselineKey> {
  const { schema, table } = tables.baseline
  const columns = await warehouse.session((session) => session.columns(schema, table))
  return columns?.find(({ name }) => name === 'key') ?? { kind: 'text' }
}

/** Keys by record id, of records that the baseline binds to a key or that an operation of the plan is about. */
export async function ownersOf(
  context: RunContext,
  key: BaselineKey,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = [
    ...(await byPages(context, ids, ({ dialect, tables }, page) =>
      boundInBaseline(dialect, tables, key, page, 'live'),
    )),
    ...(await byPages(context, ids, ({ dialect, run }, page) => boundInPlan(dialect, run, page))),
  ]
  return new Map(rows.map(([id, owner]) => [id ?? '', owner ?? '']))
}

/** Match values by record id, of records that the baseline binds to a key and that had one when they were confirmed last. */
export async function matchValuesOf(
  context: RunContext,
  key: BaselineKey,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await byPages(context, ids, ({ dialect, tables }, page) =>
    boundInBaseline(dialect, tables, key, page, 'live'),
  )
  return new Map(rows.flatMap(([id, , value]) => (value === null ? [] : [[id ?? '', value ?? '']])))
}

/** Ids asked for at once; statements have a limit of parameters. */
const idsPerQuery = 10_000

function byPages(
  context: RunContext,
  ids: readonly string[],
  statementOf: (context: RunContext, page: readonly string[]) => Statement,
): Promise<readonly Row[]> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return Promise.resolve([])
  return context.warehouse.session(async (session) => {
    const rows: Row[] = []
    for (let start = 0; start < wanted.length; start += idsPerQuery) {
      const page = wanted.slice(start, start + idsPerQuery)
      rows.push(...(await session.query(statementOf(context, page))))
    }
    return rows
  })
}

/** Rows that look for a record by their match value: new ones, and those whose record we archived. */
export function startsAnew({ baseline }: DueRow): boolean {
  return baseline === null || baseline.presence === 'archived'
}
