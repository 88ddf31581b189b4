/** The tables of an object that is pulled: created where they are missing, with a column for each field. */
import { addFields, createHistory } from '../../../core/history/tables/create.ts'
import type { Pin, PinnableField } from '../../../core/history/columns/pin.ts'
import { keyColumnName, missingPins } from '../../../core/history/columns/choose-pins.ts'
import { countRows } from '../../../core/history/load/load.ts'
import { countTelling, moreFields } from '../../../core/history/columns/more-fields.ts'
import { rebuild } from '../../../core/history/fold/merge.ts'
import { insertPins } from '../../../core/history/columns/pins-table.ts'
import {
  insertObject,
  isKeptAs,
  oweWhole,
  setKeeping,
  wantedKeeping,
} from '../../../core/history/remembered/pulled-objects.ts'
import { presets } from '../../../core/history/columns/presets.ts'
import {
  createViews,
  dropViews,
  shownColumns,
  type ViewInput,
} from '../../../core/history/views/views.ts'
import type { Dialect } from '../../../core/sql/dialect.ts'
import type { Statement } from '../../../core/sql/statement.ts'
import type { Column } from '../../../model/value.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import { slicesFor } from './load-changes.ts'
import { fenceStatement, together } from '../../working-schema.ts'
import type { LoadContext } from '../context.ts'
import { droppedTables, type OnDropped } from './dropped-tables.ts'
import { listViews } from './list-views.ts'
import type { PulledObject } from './pulled-object.ts'
import { settleTables } from './settle-tables.ts'

/** With tables that are there, and the columns that the fields need. */
export async function prepareObject(
  context: LoadContext,
  session: Session,
  known: PulledObject,
  fields: readonly PinnableField[],
  onDropped: OnDropped = 'refuse',
): Promise<PulledObject> {
  const missing = missingPins(context.dialect, known.pins, fields)
  const settled = await settleTables(context, session, known)
  const remake = await droppedTables(context, session, settled, onDropped)
  // Of a column that is new nobody knows what records hold that did not change since they were read.
  const isUnread = known.position !== null && missing.length > 0
  const wanted = {
    keeping: wantedKeeping(context.sync, known.object),
    wholeOwed:
      remake === 'everything' || remake === 'columns'
        ? 'dropped tables'
        : (known.wholeOwed ?? (isUnread ? 'new columns' : null)),
    isRebuilt: remake === 'versions' || remake === 'columns',
  } as const
  const prepared = await pinned(context, session, settled, missing, wanted)
  const view = viewInput(context, prepared)
  const views = await listViews(context, session, { ...prepared, view, fields })
  if (views.length > 0) {
    await together(context, () => session.execute([fenceStatement(context), ...views]))
  }
  return prepared
}

/**
 * Adds columns, and remembers whose they are. That comes first: where a warehouse has no transaction for it, tables
 * that were made and not remembered would be taken for someone else's. What is kept otherwise than `wanted` is brought
 * to it.
 */
export async function pinned(
  context: LoadContext,
  session: Session,
  known: PulledObject,
  added: readonly Pin[],
  wanted: Pick<PulledObject, 'keeping' | 'wholeOwed' | 'isRebuilt'> = {
    ...known,
    isRebuilt: false,
  },
): Promise<PulledObject> {
  const { dialect, shared, sync } = context
  const { isOurs, object, pins, position, tables } = known
  const { keeping } = wanted
  const owner = { sync: sync.name, object: object.name }
  // A further column of a field is for values of another kind, all of which were in sight when they were told.
  const isUnread = position !== null && added.some((pin) => isFirst(pins, pin))
  const wholeOwed = wanted.wholeOwed ?? (isUnread ? 'new columns' : null)
  const grown = { ...known, ...wanted, isOurs: true, wholeOwed, pins: [...pins, ...added] }
  const remembered = isOurs
    ? setKeeping(dialect, shared.objects, owner, keeping)
    : insertObject(dialect, shared.objects, owner, keeping)
  const view = viewInput(context, grown)
  const statements = [
    fenceStatement(context),
    ...(isOurs && isKeptAs(known.keeping, keeping) ? [] : [remembered]),
    ...(wholeOwed === null || wholeOwed === known.wholeOwed
      ? []
      : [oweWhole(dialect, shared.objects, owner, wholeOwed)]),
    ...insertPins(dialect, shared.pins, owner, added, pins.length + 1),
    ...createHistory(dialect, tables, grown.pins),
    ...addFields(dialect, tables, wanted.isRebuilt ? grown.pins : added),
    ...(await keptAnew(context, session, known, grown, added)),
    ...((await showsOthers(session, view)) ? dropViews(view) : []),
    ...createViews(view),
  ]
  // Several pulls may begin in one schema.
  await together(context, () => session.execute(statements))
  return grown
}

function isFirst(pins: readonly Pin[], { field }: Pin): boolean {
  return pins.every((pin) => pin.field !== field)
}

/**
 * A history that was a view has kept no past versions, nor has one whose tables were dropped: they are made from the log. So are
 * versions from before a field had a column of which changes told all the same: none of them says that the field was known.
 */
async function keptAnew(
  { dialect, warehouse }: LoadContext,
  session: Session,
  known: PulledObject,
  { keeping: { form }, isRebuilt, pins, tables }: PulledObject,
  added: readonly Pin[],
): Promise<readonly Statement[]> {
  const wasAView = form !== 'view' && known.keeping.form !== form
  const isWanted = isRebuilt || wasAView
  if (!isWanted && !(await areToldAlready(dialect, session, known, added))) return []
  const [row] = await session.query(countRows(dialect, tables.changes))
  const slices = slicesFor(Number(row?.[0] ?? 0), pins.length, warehouse.sortBytes)
  const { fold, place } = rebuild({ dialect, tables, fields: pins }, slices)
  // The columns that it reads may be made in this very transaction, so it can't come before that.
  return [...fold, ...place]
}

/** Whether changes told of a field that had no column until now. */
async function areToldAlready(
  dialect: Dialect,
  session: Session,
  { pins, tables }: PulledObject,
  added: readonly Pin[],
): Promise<boolean> {
  const more = pins.find(({ field }) => field === moreFields)
  const fields = added.filter((pin) => isFirst(pins, pin)).map(({ field }) => field)
  if (more === undefined || fields.length === 0) return false
  const columns = await session.columns(tables.changes.schema, tables.changes.table)
  // A log that was dropped tells nothing.
  if (columns?.some(({ name }) => name === more.name) !== true) return false
  const [row] = await session.query(countTelling(dialect, tables.changes, more.name, fields))
  return Number(row?.[0] ?? 0) > 0
}

/** Whether there is a view whose columns are not the first of those to be shown: by another preset. */
async function showsOthers(session: Session, view: ViewInput): Promise<boolean> {
  const { schema, table } = view.tables.history
  const known = (await session.columns(schema, table)) ?? []
  const names = shownColumns(view)
  return known.some(({ name }, place) => name !== names[place])
}

export function viewInput(
  { dialect, sync }: Pick<LoadContext, 'dialect' | 'sync'>,
  { object, tables, pins, keeping }: PulledObject,
): ViewInput {
  const { form } = keeping
  const preset = keeping.preset ?? sync.history.preset
  const nativeType = dialect.fieldTypes[object.keyKind]
  const key: Column = { name: keyColumnName, nativeType, ...dialect.kindOf(nativeType) }
  return { dialect, tables, fields: pins, form, preset: presets[preset], key }
}
