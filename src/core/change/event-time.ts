/**
 * When a change happened. Webhooks carry the time of their event. A read shows the state at the end of the
 * instant that its timestamp names, since everything the CRM stamped with the same one is in it; unless it was
 * asked for before that instant was over, when more of the same stamp may follow.
 */
import { type Resolution, resolutions } from '../../model/change.ts'
import { addMicroseconds } from './instant.ts'

/** What a change happened at is known of it; a read that shows the same instant comes after it. */
export const changeRank = 0
export const readRank = 1
/** A read of an instant that may not have been over comes before whatever else is known of that instant. */
export const unsettledRank = -1
/** What another tool told of an instant: whatever the CRM told us itself comes after it. */
export const takenOverRank = -2

export interface EventTime {
  readonly eventAt: string
  readonly shownAt: string
  readonly rank: number
}

export function timeOfEvent(at: string): EventTime {
  return { eventAt: at, shownAt: at, rank: changeRank }
}

/**
 * `updatedAt` is the record's own timestamp, which explains what differs from what was known. `requestedAt` is
 * before the CRM answered, by its clock.
 */
export function timeOfRead(
  updatedAt: string,
  resolution: Resolution,
  requestedAt: string,
): EventTime {
  const end = lastOf(updatedAt, resolution)
  return requestedAt < end
    ? { eventAt: updatedAt, shownAt: updatedAt, rank: unsettledRank }
    : { eventAt: end, shownAt: updatedAt, rank: readRank }
}

/**
 * For a difference that the record's timestamp does not explain: a calculated field, or a last event of the
 * same second that was lost. It happened at some time before the CRM answered at `requestedAt`, by the CRM's
 * clock, and after everything that the timestamp covers.
 */
export function timeOfUnexplained(
  updatedAt: string,
  resolution: Resolution,
  requestedAt: string,
): EventTime {
  const covered = lastOf(updatedAt, resolution)
  const at = requestedAt > covered ? requestedAt : addMicroseconds(covered, 1n)
  return { eventAt: at, shownAt: at, rank: readRank }
}

/** The last microsecond of the instant that a timestamp names. */
function lastOf(timestamp: string, resolution: Resolution): string {
  return addMicroseconds(timestamp, resolutions[resolution] - 1n)
}

/** A clock may be wrong by its zone. */
const mostAheadMs = 86_400_000

/** Whether a change would stand above all reads for so long that its time can't be right; `at` is when it came. */
export function isFarAhead(eventAt: string, at: number): boolean {
  return Date.parse(eventAt) - at > mostAheadMs
}
