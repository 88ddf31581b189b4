/** The tables of an object that is pulled: created where they are missing, with a column for each field. */
import { addFields, createHistory } from '../../core/history/create.ts'
import { objectNames } from '../../core/history/object-names.ts'
import { keyColumnName, missingPins, type Pin, type PinnableField } from '../../core/history/pin.ts'
import { insertPins, listPins, readPin } from '../../core/history/pins-table.ts'
import { presets } from '../../core/history/presets.ts'
import { type HistoryTables, historyTables } from '../../core/history/tables.ts'
import { createViews, dropViews, shownColumns, type ViewInput } from '../../core/history/views.ts'
import type { ReadableObject } from '../../connector/source.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import { fenceStatement } from '../working-schema.ts'
import type { LoadContext } from './context.ts'
import { refuseForeignTables } from './foreign-tables.ts'

export interface PulledObject {
  readonly object: ReadableObject
  readonly tables: HistoryTables
  /** Whether the tables are there and this sync's own. */
  readonly isOurs: boolean
  /** In the order in which they stand in the tables. */
  readonly pins: readonly Pin[]
}

/** With tables that are there, and the columns that the fields need. */
export async function prepareObject(
  context: LoadContext,
  session: Session,
  known: PulledObject,
  fields: readonly PinnableField[],
): Promise<PulledObject> {
  if (!known.isOurs) await refuseForeignTables(context, session, known)
  return pinned(context, session, known, missingPins(context.dialect, known.pins, fields))
}

/** As it was left. */
export async function knownObject(
  context: Pick<LoadContext, 'dialect' | 'shared' | 'sync' | 'workingSchema'>,
  session: Session,
  object: ReadableObject,
): Promise<PulledObject> {
  const { dialect, shared, sync, workingSchema } = context
  const tables = historyTables(dialect, objectNames(sync, object, workingSchema))
  const { schema, table } = shared.pins
  const isNew = (await session.columns(schema, table)) === null
  const owner = { sync: sync.name, object: object.name }
  const rows = isNew ? [] : await session.query(listPins(dialect, shared.pins, owner))
  const [ofKey, ...pins] = rows.map((row) => readPin(dialect, row))
  return { object, tables, isOurs: ofKey !== undefined, pins }
}

/**
 * Adds columns, and remembers whose they are. That comes first: where a warehouse has no transaction for it, tables
 * that were made and not remembered would be taken for someone else's.
 */
export async function pinned(
  context: LoadContext,
  session: Session,
  known: PulledObject,
  added: readonly Pin[],
): Promise<PulledObject> {
  const { dialect, shared, sync } = context
  const { isOurs, object, pins, tables } = known
  const owner = { sync: sync.name, object: object.name }
  const grown = { ...known, isOurs: true, pins: [...pins, ...added] }
  const remembered = isOurs ? added : [keyPin(context, object), ...added]
  const view = viewInput(context, grown)
  await session.execute([
    fenceStatement(context),
    ...insertPins(dialect, shared.pins, owner, remembered, isOurs ? pins.length + 1 : 0),
    ...createHistory(dialect, tables, grown.pins),
    ...addFields(dialect, tables, added),
    ...((await showsOthers(session, view)) ? dropViews(view) : []),
    ...createViews(view),
  ])
  return grown
}

/** Whether there is a view whose columns are not the first of those to be shown: by another preset. */
async function showsOthers(session: Session, view: ViewInput): Promise<boolean> {
  const { schema, table } = view.tables.history
  const known = (await session.columns(schema, table)) ?? []
  const names = shownColumns(view)
  return known.some(({ name }, place) => name !== names[place])
}

/** The column of the record's id comes first, and is there before any field has one. */
function keyPin({ dialect }: Pick<LoadContext, 'dialect'>, object: ReadableObject): Pin {
  const nativeType = dialect.fieldTypes[object.keyKind]
  return {
    field: keyColumnName,
    label: keyColumnName,
    name: keyColumnName,
    nativeType,
    ...dialect.kindOf(nativeType),
  }
}

export function viewInput(
  { dialect, sync }: Pick<LoadContext, 'dialect' | 'sync'>,
  { object, tables, pins }: PulledObject,
): ViewInput {
  const { form, preset } = sync.history
  const key = keyPin({ dialect }, object)
  return { dialect, tables, fields: pins, form, preset: presets[preset], key }
}
