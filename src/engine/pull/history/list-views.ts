/**
 * The views of an object's lists: made with its tables, and anew with each preset. Another one's table or view of the name
 * is left alone.
 */
import {
  createListViews,
  dropListViews,
  elementColumn,
  listColumns,
  type ListInput,
  listTables,
  type PinnedList,
} from '../../../core/history/views/list-views.ts'
import type { Pin, PinnableField } from '../../../core/history/columns/pin.ts'
import type { TableName } from '../../../core/sql/dialect.ts'
import type { ViewInput } from '../../../core/history/views/views.ts'
import type { Statement } from '../../../core/sql/statement.ts'
import type { ReadableObject } from '../../../connector/source.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import type { LoadContext } from '../context.ts'
import { foreignTable } from './foreign-tables.ts'

export interface Listing {
  readonly view: ViewInput
  readonly object: ReadableObject
  readonly pins: readonly Pin[]
  readonly fields: readonly PinnableField[]
}

/** What brings the views up to date. Throws for one that is not ours. */
export async function listViews(
  context: LoadContext,
  session: Session,
  { view, object: { name: object, singular }, pins, fields }: Listing,
): Promise<readonly Statement[]> {
  const statements: Statement[] = []
  for (const list of pinnedLists(pins, fields)) {
    const input: ListInput = { ...view, ...list, singular }
    if (await showsOthers(context, session, object, input)) statements.push(...dropListViews(input))
    statements.push(...createListViews(input))
  }
  return statements
}

/** A field whose first column holds no JSON was of another kind when that was chosen: its lists stay as they are. */
function pinnedLists(
  pins: readonly Pin[],
  fields: readonly PinnableField[],
): readonly PinnedList[] {
  const first = (name: string | undefined): Pin | undefined =>
    pins.find(({ field, kind }) => field === name && kind === 'json')
  return fields.flatMap(({ name, kind, elements }) => {
    const pin = first(name)
    if (pin === undefined || elements === undefined || kind !== 'json') return []
    const labels = 'labels' in elements ? (first(elements.labels)?.name ?? null) : null
    return [{ pin, elements, labels }]
  })
}

/** Not every warehouse replaces a view by one whose columns do not begin with the same. */
async function showsOthers(
  context: LoadContext,
  session: Session,
  object: string,
  input: ListInput,
): Promise<boolean> {
  const names = listColumns(input)
  let differs = false
  for (const view of Object.values(listTables(input)) satisfies TableName[]) {
    const known = await session.columns(view.schema, view.table)
    if (known === null) continue
    if (!known.some(({ name }) => name === elementColumn)) throw foreignTable(context, object, view)
    differs ||= known.some(({ name }, place) => name !== names[place])
  }
  return differs
}
