/** Puts what was told of records into columns; values that fit into none get one first. */
import type { ColumnTexts } from '../../../core/history/log-row.ts'
import { type Pin, pinsForHomeless } from '../../../core/history/pin.ts'
import { placeFields, placesOf } from '../../../core/history/place-fields.ts'
import type { Change } from '../../../model/change.ts'
import type { LoadContext } from '../context.ts'
import type { PulledObject } from './prepare-object.ts'

export interface Placed {
  /** As it is now. */
  readonly object: PulledObject
  /** In the order of what was told. */
  readonly texts: readonly ColumnTexts[]
}

/** Makes the columns of new pins. */
export type AddPins = (object: PulledObject, added: readonly Pin[]) => Promise<PulledObject>

/** Without what fits into none. */
export function placeKnown(
  { dialect }: Pick<LoadContext, 'dialect'>,
  object: PulledObject,
  told: readonly Pick<Change, 'fields'>[],
): Placed {
  const places = placesOf(object.pins)
  return { object, texts: told.map(({ fields }) => placeFields(fields, places, dialect).texts) }
}

export async function placeAll(
  { dialect }: Pick<LoadContext, 'dialect'>,
  object: PulledObject,
  told: readonly Pick<Change, 'fields'>[],
  addPins: AddPins,
): Promise<Placed> {
  // One value of a kind may be too large for the column that another of that kind made necessary.
  for (let roomy = object; ; ) {
    const places = placesOf(roomy.pins)
    const placed = told.map(({ fields }) => placeFields(fields, places, dialect))
    const homeless = new Map(placed.flatMap((one) => [...one.homeless]))
    const added = pinsForHomeless(dialect, roomy.pins, homeless)
    if (added.length === 0) return { object: roomy, texts: placed.map(({ texts }) => texts) }
    roomy = await addPins(roomy, added)
  }
}
