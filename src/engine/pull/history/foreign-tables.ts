/** What someone else made is left alone: a pull writes into tables of its own only. */
import { keeperOf, wantedKeeping } from '../../../core/history/remembered/pulled-objects.ts'
import type { TableName } from '../../../core/sql/dialect.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import { pullErrors } from '../errors.ts'
import type { LoadContext } from '../context.ts'
import type { PulledObject } from './pulled-object.ts'

/** Asked before an object's first pull: a table or view of the name is not ours then. */
export async function refuseForeignTables(
  context: LoadContext,
  session: Session,
  { keeping, object, tables }: PulledObject,
): Promise<void> {
  const { changes, past, latest, history, current } = tables
  for (const table of [changes, past, latest, history, current]) {
    if (!(await isThere(session, table))) continue
    const { dialect, shared } = context
    const place = keeping.place ?? wantedKeeping(context.sync, object).place
    const [row] = await session.query(keeperOf(dialect, shared.objects, object.name, place))
    throw foreignTable(context, object.name, table, row?.[0] ?? null)
  }
}

export async function isThere(session: Session, { schema, table }: TableName): Promise<boolean> {
  return (await session.columns(schema, table)) !== null
}

/** `keeper`: the sync whose table it is; null where nobody knows. */
export function foreignTable(
  { sync: { name, place } }: Pick<LoadContext, 'sync'>,
  object: string,
  table: TableName,
  keeper: string | null = null,
): Error {
  const message = `Sync ${name} would write ${named(table)} for ${object}, and there is such a table or view that it did not make`
  if (keeper === null) return pullErrors.foreign_table({ message: `${message}.`, place })
  return pullErrors.foreign_table({
    message: `${message}: it is that of the sync ${keeper}.`,
    remedy: `If ${keeper} is the former name of this sync, say \`renamed_from: ${keeper}\` in its file; if it is the new one, let every process have the file of ${keeper}. Otherwise choose another \`to.schema\`, or other names under \`to.tables\`.`,
    place,
  })
}

export function named({ schema, table }: TableName): string {
  return `${schema}.${table}`
}
