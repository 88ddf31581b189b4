/**
 * The versions of one record, out of another tool's table, as changes of the log: each is a read of the record at its
 * beginning, and where no other version follows at its end, the record ended there. What can't be read of them is a
 * gap: that something happened then stays known, and who asks the CRM next makes it good.
 */
import type { Change } from '../../model/change.ts'
import { changeId, type Digest } from '../change/change-id.ts'
import { takenOverRank } from '../change/event-time.ts'
import { addMicroseconds } from '../change/instant.ts'
import type { Preset } from '../history/columns/presets.ts'
import type { LeftRow, OldVersion, VersionReason } from './old-version.ts'

export interface VersionContext {
  readonly object: string
  readonly preset: Preset
  /** When the first change happened that the CRM itself told of the record; what is later is not taken. */
  readonly ownFrom: string | null
  readonly digest: Digest
}

export interface VersionChanges {
  readonly changes: readonly Change[]
  readonly left: readonly LeftRow[]
}

/** Orders what is told of one instant: a version comes after a gap that an earlier look found there. */
const sequences = { unreadable: 0n, end: 0n, version: 1n, unended: 2n } as const

/** `versions` are all of one record, in any order. Gives one entry of `left` for each that is not taken. */
export function changesOfVersions(
  context: VersionContext,
  versions: readonly OldVersion[],
): VersionChanges {
  const left: LeftRow[] = []
  const changes: Change[] = []
  const held = heldVersions(context, versions, left)
  for (const [place, version] of held.entries()) {
    const next = held[place + 1]?.start ?? null
    if (context.ownFrom !== null && version.start >= context.ownFrom) {
      left.push(leftRow(version, 'version.overtaken', 'The CRM itself told of the record by then'))
      continue
    }
    if (version.fields === null) {
      left.push(leftRow(version, 'version.value', version.problem ?? ''))
      changes.push(gapAt(context, version, sequences.unreadable))
    } else changes.push(versionRead(context, version, version.fields))
    const end = ownEnd(context, version, next)
    if (end !== null) changes.push(endOf(context, version, end))
    else if (isUnended(version, next)) changes.push(gapAt(context, version, sequences.unended))
  }
  return { changes, left }
}

/** In order of time, without those that never held; of several with one beginning, the one that held longest. */
function heldVersions(
  { preset }: VersionContext,
  versions: readonly OldVersion[],
  left: LeftRow[],
): readonly OldVersion[] {
  const sorted = versions.toSorted(
    (a, b) => order(a.start, b.start) || order(a.end ?? '~', b.end ?? '~') || a.number - b.number,
  )
  return sorted.filter((version, place) => {
    if (isEmpty(preset, version, sorted.slice(place + 1))) {
      left.push(leftRow(version, 'version.empty', 'The version ends when or before it begins'))
      return false
    }
    if (sorted[place + 1]?.start !== version.start) return true
    left.push(leftRow(version, 'version.same_start', 'Another version begins in the same instant'))
    return false
  })
}

/** Where the end belongs to the version, a short one is shown to end when it begins. */
function isEmpty(
  preset: Preset,
  { start, end }: OldVersion,
  later: readonly OldVersion[],
): boolean {
  if (end === null || end > start) return false
  const next = later.find((one) => one.start > start)
  return end < start || next === undefined || !follows(preset, start, end, next.start)
}

/** When the record ended with the version; null where another version or our own history follows. */
function ownEnd(
  { preset, ownFrom }: VersionContext,
  { start, end }: OldVersion,
  next: string | null,
): string | null {
  if (end === null || (ownFrom !== null && end >= ownFrom)) return null
  if (next === null) return end
  return end < next && !follows(preset, start, end, next) ? end : null
}

/** Whether a version that is shown to end then is followed by the one that begins at `next`. */
function follows({ endsAt }: Preset, start: string, end: string, next: string): boolean {
  if (endsAt === 'next_start') return end === next
  const before = addMicroseconds(next, endsAt === 'millisecond' ? -1_000n : -1n)
  return end === (before < start ? start : before)
}

/** The table says that it is over and not since when: the CRM will tell. */
function isUnended({ end, isActive }: OldVersion, next: string | null): boolean {
  return end === null && isActive === false && next === null
}

function versionRead(
  context: VersionContext,
  { key, start }: OldVersion,
  fields: Change['fields'],
): Change {
  return change(context, key, start, { op: 'read', fields, sequence: sequences.version })
}

function gapAt(context: VersionContext, { key, start }: OldVersion, sequence: bigint): Change {
  return change(context, key, start, { op: 'gap', sequence })
}

function endOf(context: VersionContext, { key, mergedInto }: OldVersion, end: string): Change {
  const op = mergedInto === null ? 'delete' : 'merge'
  return change(context, key, end, { op, mergedInto, sequence: sequences.end })
}

function change(
  { object, digest }: VersionContext,
  key: string,
  at: string,
  told: Pick<Change, 'op' | 'sequence'> & Partial<Pick<Change, 'fields' | 'mergedInto'>>,
): Change {
  const said = {
    object,
    key,
    fields: new Map(),
    partial: false,
    eventAt: at,
    shownAt: at,
    rank: takenOverRank,
    observedAt: at,
    mergedInto: null,
    ...told,
  }
  return { ...said, id: changeId(said, digest), origin: 'takeover' }
}

function leftRow({ number, key }: OldVersion, reason: VersionReason, message: string): LeftRow {
  return { number, key, reason, message }
}

function order(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
