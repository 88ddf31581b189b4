/** A table of versions that another tool wrote, looked at: which of its columns are which fields of an object. */
import type { SourceObject } from '../../../connector/source.ts'
import { fieldUse } from '../../../core/change/choose-fields.ts'
import type { PinnableField } from '../../../core/history/columns/pin.ts'
import { wantedKeeping } from '../../../core/history/remembered/pulled-objects.ts'
import type { TableName } from '../../../core/sql/dialect.ts'
import {
  choicesFor,
  type ColumnsSaid,
  matchColumns,
  type MatchedColumns,
} from '../../../core/takeover/match-columns.ts'
import type { Column } from '../../../model/value.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import type { LoadContext } from '../context.ts'
import { pullErrors } from '../errors.ts'
import type { PulledObject } from '../history/pulled-object.ts'
import { tablesAt } from '../history/tables-at.ts'

export interface OldTableSaid {
  /** The column with the records' ids. */
  readonly key: string
  readonly columns: ColumnsSaid
}

export interface SeenTable extends MatchedColumns {
  readonly name: TableName
  readonly columns: readonly Column[]
}

/** Null where there is no such table or view. Throws `pull.own_table` and `pull.column_choice`. */
export async function seeOldTable(
  context: LoadContext,
  session: Session,
  { known, metadata }: { readonly known: PulledObject; readonly metadata: SourceObject },
  name: TableName,
  { key, columns: said }: OldTableSaid,
): Promise<SeenTable | null> {
  refuseOwn(context, known, name)
  const columns = await session.columns(name.schema, name.table)
  if (columns === null) return null
  const matched = matchColumns({
    columns,
    key,
    fields: metadata.fields,
    pins: known.pins,
    choices: choicesFor(metadata.name, said),
  })
  const [wrong] = matched.wrong
  if (wrong !== undefined) {
    throw pullErrors.column_choice({ message: `${tableText(name)}: ${wrong}` })
  }
  const useOf = fieldUse(metadata.name, context.sync.fields)
  const taken = matched.matched.filter(({ field }) => useOf(field.name) !== 'left')
  return { ...matched, matched: taken, name, columns }
}

/** Throws `pull.unmatched_columns`: what a column that nobody knows would have told is not left out unasked. */
export function refuseUnmatched(
  object: string,
  { name, unmatched }: Pick<SeenTable, 'name' | 'unmatched'>,
): void {
  if (unmatched.length === 0) return
  const told = unmatched.map(({ column, candidates }) =>
    candidates.length === 0 ? column : `${column} (${candidates.join(' or ')})`,
  )
  throw pullErrors.unmatched_columns({
    message: `${tableText(name)}: no one field of ${object} is meant by ${told.join(', ')}.`,
  })
}

/** As columns are chosen for it: fields that are hashed are texts. */
export function pinnable(
  { sync }: LoadContext,
  object: string,
  field: PinnableField,
): PinnableField {
  const isHashed = fieldUse(object, sync.fields)(field.name) === 'hashed'
  return isHashed ? { ...field, kind: 'text' } : field
}

export function tableText({ schema, table }: TableName): string {
  return `${schema}.${table}`
}

/** We write into it ourselves: a table that grows while it is read, and says nothing new. */
function refuseOwn(context: LoadContext, { object, tables }: PulledObject, name: TableName): void {
  const { sync } = context
  const wanted = tablesAt(context, object, wantedKeeping(sync, object).place)
  const ours = [tables, wanted].flatMap(({ history, current, past, latest, changes }) => [
    history,
    current,
    past,
    latest,
    changes,
  ])
  const isOwn = ours.some(
    // Some warehouses spell names alike that differ in case alone.
    (own) => tableText(own).toLowerCase() === tableText(name).toLowerCase(),
  )
  if (!isOwn) return
  throw pullErrors.own_table({
    message: `${tableText(name)} is the table that sync ${sync.name} itself has for ${object.name}.`,
    place: sync.place,
  })
}
