/**
 * When a sync last erased what it kept of somebody stands in the warehouse, in the transaction of what is erased, and in the
 * state. A warehouse that tells of less was lost or restored: it has people again who are in no list that could be gone through.
 */
import type { ErasureMark } from '../core/sql/erasure-mark.ts'
import type { SyncRecord } from '../ledger/ledger.ts'
import type { Sync } from '../model/sync.ts'
import type { PushContext } from './context.ts'
import { stateErrors } from './errors.ts'
import { instant } from './instant.ts'

type ErasureContext = Pick<PushContext, 'clock' | 'ledger' | 'lease'> & {
  readonly sync: Pick<Sync, 'name'>
}

/** As much as the warehouse says of a sync; null where it says nothing. */
type Told = { readonly erasedAt: number | null } | null

type TypedSync = Pick<Sync, 'name' | 'type'>

/**
 * When the sync last erased, where the warehouse does not tell of that; null where nothing is lost. What a push kept of people is
 * lost with everything else. A pull needs its tombstones still: without them the CRM brings everybody back.
 */
export function lostErasures(
  { type }: Pick<Sync, 'type'>,
  { erasedAt }: Pick<SyncRecord, 'erasedAt'>,
  known: Told,
): number | null {
  if (erasedAt === null || (known === null && type === 'push')) return null
  return (known?.erasedAt ?? Number.NEGATIVE_INFINITY) < erasedAt ? erasedAt : null
}

/** What a row that is written for the sync tells, where `known` stood before. */
export function erasureToTell(
  { type }: Pick<Sync, 'type'>,
  { erasedAt }: Pick<SyncRecord, 'erasedAt'>,
  known: Told,
): string | null {
  const told = known === null && type === 'push' ? erasedAt : (known?.erasedAt ?? null)
  return told === null ? null : instant(told)
}

export function refuseLostErasures(
  { sync, workingSchema }: { readonly sync: TypedSync; readonly workingSchema: string },
  record: Pick<SyncRecord, 'erasedAt'>,
  known: Told,
): void {
  const last = lostErasures(sync, record, known)
  if (last === null) return
  const told = known?.erasedAt ?? null
  const tells = told === null ? 'of none' : `only of those until ${instant(told)}`
  throw stateErrors.lost_erasures({
    message: `Sync ${sync.name}: people were erased, last at ${instant(last)}, and the working schema ${workingSchema} tells ${tells}.`,
  })
}

/** One that was cut off before the state had it, or that a state made which was lost. */
export async function learnErasure(
  { ledger, lease }: Pick<ErasureContext, 'ledger' | 'lease'>,
  { erasedAt }: Pick<SyncRecord, 'erasedAt'>,
  known: Told,
): Promise<void> {
  const told = known?.erasedAt ?? null
  if (told !== null && told > (erasedAt ?? 0)) await ledger.keepErasure(lease.current(), told)
}

/** An erasure of now, or of just after the `last`: clocks of several machines may differ. */
export function erasureAfter(
  { clock, lease, sync }: Pick<ErasureContext, 'clock' | 'lease' | 'sync'>,
  last: number | null,
): { readonly at: number; readonly mark: ErasureMark } {
  const at = Math.max(clock.now(), (last ?? 0) + 1)
  return { at, mark: { sync: sync.name, fence: lease.current().fence, at: instant(at) } }
}
