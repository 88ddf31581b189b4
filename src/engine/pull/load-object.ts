/** Takes changes of one object into its history, in batches that are each all or nothing. */
import { fieldUse } from '../../core/change/choose-fields.ts'
import { asDated } from '../../core/history/as-dated.ts'
import { logRow } from '../../core/history/log-row.ts'
import { pinsByField, pinsForHomeless } from '../../core/history/pin.ts'
import { placeFields } from '../../core/history/place-fields.ts'
import type { ReadableObject } from '../../connector/source.ts'
import type { Change } from '../../model/change.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import { instant } from '../instant.ts'
import { loadChanges } from '../load-changes.ts'
import { fenceStatement } from '../working-schema.ts'
import type { LoadContext } from './context.ts'
import { knownObject, type PulledObject, pinned, prepareObject } from './prepare-object.ts'
import { keptFields } from './read-row.ts'

/** Gives how many of them the log did not hold. */
export function loadObject(
  context: LoadContext,
  object: ReadableObject,
  changes: readonly Change[],
): Promise<number> {
  return context.warehouse.session(async (session) => {
    const known = await knownObject(context, session, object)
    const prepared = await prepareObject(context, session, known, [])
    const kept = changes.map((change) => keptOf(context, prepared, change))
    const roomy = await makeRoom(context, session, prepared, kept)
    return load(context, session, roomy, kept)
  })
}

/** Without what the sync leaves out, and with dates as what they are. */
function keptOf({ sync }: LoadContext, { object, pins }: PulledObject, change: Change): Change {
  const columns = pinsByField(pins)
  const { hashSecret } = sync.fields
  const kept = keptFields(change.fields, fieldUse(object.name, sync.fields), hashSecret)
  const dated = [...kept].map(
    ([name, value]) =>
      [name, value === null ? null : asDated(value, columns.get(name) ?? [])] as const,
  )
  return { ...change, fields: new Map(dated) }
}

/** Columns for values that fit into none. */
export async function makeRoom(
  context: LoadContext,
  session: Session,
  object: PulledObject,
  told: readonly Pick<Change, 'fields'>[],
): Promise<PulledObject> {
  // One value of a kind may be too large for the column that another of that kind made necessary.
  for (let roomy = object; ; ) {
    const columns = pinsByField(roomy.pins)
    const homeless = new Map(
      told.flatMap(({ fields }) => [...placeFields(fields, columns).homeless]),
    )
    const added = pinsForHomeless(context.dialect, roomy.pins, homeless)
    if (added.length === 0) return roomy
    roomy = await pinned(context, session, roomy, added)
  }
}

async function load(
  context: LoadContext,
  session: Session,
  { tables, pins }: PulledObject,
  changes: readonly Change[],
): Promise<number> {
  const { clock, dialect, sync } = context
  const columns = pinsByField(pins)
  const names = pins.map(({ name }) => name)
  const loadedAt = instant(clock.now())
  const rows = changes.map((change) =>
    logRow(change, placeFields(change.fields, columns).texts, names, loadedAt),
  )
  const target = {
    dialect,
    tables,
    fields: pins,
    form: sync.history.form,
    fence: [fenceStatement(context)],
  }
  return (await loadChanges(session, target, [rows])).added
}
