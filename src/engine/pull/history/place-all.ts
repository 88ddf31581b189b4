/** Puts what was told of records into columns; values that fit into none get one first. */
import type { ColumnTexts } from '../../../core/history/log/log-row.ts'
import { gathering } from '../../../core/history/columns/more-fields.ts'
import type { Pin } from '../../../core/history/columns/pin.ts'
import { pinsForHomeless } from '../../../core/history/columns/choose-pins.ts'
import {
  type PlacedFields,
  placeFields,
  placesOf,
} from '../../../core/history/columns/place-fields.ts'
import type { Change } from '../../../model/change.ts'
import type { LoadContext } from '../context.ts'
import type { PulledObject } from './pulled-object.ts'

export interface Placed {
  /** As it is now. */
  readonly object: PulledObject
  /** In the order of what was told. */
  readonly texts: readonly ColumnTexts[]
}

/** Makes the columns of new pins. */
export type AddPins = (object: PulledObject, added: readonly Pin[]) => Promise<PulledObject>

type PlaceContext = Pick<LoadContext, 'dialect'>

type Told = readonly Pick<Change, 'fields'>[]

/** Without what fits into none. */
export function placeKnown(context: PlaceContext, object: PulledObject, told: Told): Placed {
  const placed = placedIn(context, object, told)
  return { object, texts: placed.map(({ texts }) => texts) }
}

/**
 * Gives fields columns as long as `roomIn` says that there is room for more. What a read shows is compared column by column:
 * without it each field gets one.
 */
export async function placeAll(
  context: PlaceContext,
  object: PulledObject,
  told: Told,
  addPins: AddPins,
  roomIn?: (pins: readonly Pin[]) => number,
): Promise<Placed> {
  // One value of a kind may be too large for the column that another of that kind made necessary.
  for (let roomy = object; ; ) {
    const room = roomIn?.(roomy.pins)
    const placed = placedIn(context, roomy, told, room)
    const homeless = new Map(placed.flatMap((one) => [...one.homeless]))
    const added = pinsForHomeless(context.dialect, roomy.pins, homeless, room)
    if (added.length === 0) return { object: roomy, texts: placed.map(({ texts }) => texts) }
    roomy = await addPins(roomy, added)
  }
}

function placedIn(
  { dialect }: PlaceContext,
  { pins }: PulledObject,
  told: Told,
  room?: number,
): readonly PlacedFields[] {
  const places = placesOf(pins)
  const gather = room === undefined ? null : gathering(pins, room)
  return told.map(({ fields }) => placeFields(gather?.(fields) ?? fields, places, dialect))
}
