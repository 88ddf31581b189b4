/** Puts what was told of records into columns; values that fit into none get one first. */
import type { ColumnTexts } from '../../core/history/log-row.ts'
import { pinsByField, pinsForHomeless } from '../../core/history/pin.ts'
import { placeFields } from '../../core/history/place-fields.ts'
import type { Change } from '../../model/change.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import type { LoadContext } from './context.ts'
import { type PulledObject, pinned } from './prepare-object.ts'

export interface Placed {
  /** As it is now. */
  readonly object: PulledObject
  /** In the order of what was told. */
  readonly texts: readonly ColumnTexts[]
}

/** Without what fits into none. */
export function placeKnown(
  { dialect }: Pick<LoadContext, 'dialect'>,
  object: PulledObject,
  told: readonly Pick<Change, 'fields'>[],
): Placed {
  const columns = pinsByField(object.pins)
  return { object, texts: told.map(({ fields }) => placeFields(fields, columns, dialect).texts) }
}

export async function placeAll(
  context: LoadContext,
  session: Session,
  object: PulledObject,
  told: readonly Pick<Change, 'fields'>[],
): Promise<Placed> {
  // One value of a kind may be too large for the column that another of that kind made necessary.
  for (let roomy = object; ; ) {
    const columns = pinsByField(roomy.pins)
    const placed = told.map(({ fields }) => placeFields(fields, columns, context.dialect))
    const homeless = new Map(placed.flatMap((one) => [...one.homeless]))
    const added = pinsForHomeless(context.dialect, roomy.pins, homeless)
    if (added.length === 0) return { object: roomy, texts: placed.map(({ texts }) => texts) }
    roomy = await pinned(context, session, roomy, added)
  }
}
