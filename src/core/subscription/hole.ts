/**
 * A hole: a time whose events may have got lost, and what has to be read so that nobody finds it. What changed is
 * read at once. What was deleted where no list tells it takes a read of everything, which waits until the hole is
 * over, so that one such read is enough: a CRM to which too much has failed sends nothing for a while.
 *
 * A hole outlives the process that found it, so every time here is ours, in milliseconds since the epoch.
 */
import type { DeliveryTerms, Hole } from '../../model/subscription.ts'

type Silence = Pick<DeliveryTerms, 'silentForMs'>

/**
 * - `changes`: what changed since the last read, with deletions where lists tell them.
 * - `everything`: of objects whose deletions no list tells, every record; of the others what changed.
 */
export const catchUps = ['changes', 'everything'] as const
export type CatchUp = (typeof catchUps)[number]

/** There was no subscription, or a wrong one, until now. */
export const withoutSubscription: Hole = {
  isLoss: true,
  isOpen: false,
  silentUntil: 0,
  changesRead: false,
  deletesRead: false,
}

/** As a successor finds it; a clock that was set back since makes no silence longer than it can be. */
export function afterRestart(hole: Hole, now: number, { silentForMs }: Silence): Hole {
  return { ...hole, silentUntil: Math.min(hole.silentUntil, now + silentForMs) }
}

/** There is none, whatever becomes of making it: whoever comes next must know what is owed. */
export function whileMissing(hole: Hole | null, now: number, { silentForMs }: Silence): Hole {
  const open = hole?.isOpen === true ? hole : withoutSubscription
  const silentUntil = open.isOpen ? open.silentUntil : now + silentForMs
  return { ...open, isLoss: true, isOpen: true, silentUntil }
}

/** Nobody received for `ms`; null where nobody knows how long. What the CRM still tries comes by itself. */
export function afterInterruption(
  hole: Hole | null,
  ms: number | null,
  { triesForMs }: Pick<DeliveryTerms, 'triesForMs'>,
): Hole {
  const isLoss = ms === null || ms >= triesForMs || hole?.isLoss === true
  return { ...(hole ?? withoutSubscription), isLoss }
}

/** Whether a look showed that deliveries fail; null where the CRM could not be asked. */
export function afterLook(
  hole: Hole | null,
  failing: boolean | null,
  now: number,
  { silentForMs }: Silence,
): Hole | null {
  if (failing === false) return hole === null ? null : { ...hole, isOpen: false }
  if (hole?.isOpen === true || (failing === null && hole === null)) return hole
  // Who can't be asked may deliver all the same.
  const isLoss = failing === true || hole?.isLoss === true
  return { ...withoutSubscription, isLoss, isOpen: true, silentUntil: now + silentForMs }
}

/** What to read now; null for nothing yet. */
export function dueCatchUp(hole: Hole, now: number): CatchUp | null {
  if (!hole.isOpen) return hole.isLoss ? 'everything' : 'changes'
  // Over, or else nothing happens in the CRM: what was deleted before it fell silent must not wait for that.
  if (now >= hole.silentUntil) return hole.deletesRead ? 'changes' : 'everything'
  return hole.changesRead ? null : 'changes'
}

/**
 * Null where the hole is closed. One that stays open is read again and again, as nothing else brings news: once in the time of
 * a silence, and not at each look, since reads cost of what all users of the CRM share.
 */
export function afterCatchUp(hole: Hole, now: number, { silentForMs }: Silence): Hole | null {
  if (!hole.isOpen) return null
  if (now < hole.silentUntil) return { ...hole, changesRead: true }
  return { ...hole, changesRead: true, deletesRead: true, silentUntil: now + silentForMs }
}
