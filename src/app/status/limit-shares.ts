/** Who uses a rate limit: the processes that share it by this state, as far as they told in their last turns, and others. */
import type { HeldLimit } from '../../connector/connector.ts'
import type { BudgetRecord } from '../../model/budget.ts'

export interface ProcessShare {
  /** As leases name it. */
  readonly owner: string
  /** Requests of a window that are its own to make. */
  readonly held: number
  /** Of these those that are under way or in the window still. */
  readonly used: number
}

export interface LimitShares {
  /** Those at work beside who asks. */
  readonly processes: readonly ProcessShare[]
  /** In the window still, of processes that have ended. */
  readonly ended: number
  /** What is used beyond that and by the asking itself: by whoever doesn't share this state. Null where the CRM tells nothing of use. */
  readonly others: number | null
}

/** What nobody has used yet, as far as the state knows. */
const unused: Pick<BudgetRecord, 'owners' | 'unowned'> = { owners: [], unowned: [] }

/** `record` is of a time before `calls` were made to ask: who asks takes up what the ended left. `now`: milliseconds since the epoch. */
export function sharesOf(
  record: Pick<BudgetRecord, 'owners' | 'unowned'> | undefined,
  { max, left }: Pick<HeldLimit, 'max' | 'left'>,
  calls: number,
  now: number,
): LimitShares {
  const { owners, unowned } = record ?? unused
  // Who was silent for longer than it may be is taken for dead with the next turn of anybody.
  const isSilent = ({ validUntil }: { readonly validUntil: number }): boolean => validUntil <= now
  const processes = owners
    .filter((owner) => !isSilent(owner))
    .map(({ owner, held, busy }) => ({ owner, held, used: busy }))
  const ended =
    sumOf(unowned.filter(({ freeAt }) => freeAt > now).map(({ count }) => count)) +
    sumOf(owners.filter(isSilent).map(({ busy }) => busy))
  const ours = calls + ended + sumOf(processes.map(({ used }) => used))
  return { processes, ended, others: left === null ? null : Math.max(0, max - left - ours) }
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
