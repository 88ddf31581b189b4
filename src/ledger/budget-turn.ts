/**
 * One turn of an owner in a shared budget, as a pure function. Whatever happens, slots that are owned
 * and slots that are not add up to the budget's maximum, and no slot changes hands without the time
 * from which it may be used.
 */
import type {
  BudgetOwner,
  BudgetRecord,
  BudgetShare,
  BudgetSlots,
  BudgetTurn,
} from '../model/budget.ts'
import { fairShares } from './fair-shares.ts'

/** How long an owner may use its slots after a turn; who is silent for longer is taken for dead. */
export const ownershipMs = 5_000
/** How far apart two turns may be whose writes meet; what lies further ahead is of a clock set back. */
const reachMs = 60_000

export interface BudgetChange {
  readonly record: BudgetRecord
  readonly share: BudgetShare
}

/** `isGone` tells owners that are dead for certain. */
export function takeTurn(
  before: BudgetRecord,
  turn: BudgetTurn,
  isGone: (owner: string) => boolean,
): BudgetChange {
  const known = before.owners.find(({ owner }) => owner === turn.owner)
  // After a turn whose answer was lost, nobody can tell which slots are whose: the owner begins anew.
  const isNew = known === undefined || known.turn !== turn.after
  const declared = isNew ? declare(before, turn) : before
  const limited = turn.learnedMax === null ? declared : { ...declared, max: turn.learnedMax }
  const living = withoutDead(withinReach(limited, turn), turn.at, (one) => {
    if (one.owner === turn.owner) return isNew ? 'astray' : 'alive'
    if (isGone(one.owner)) return 'gone'
    return one.validUntil <= turn.at ? 'silent' : 'alive'
  })
  const returned = balanced(giveBack(living, turn), turn.at)
  return turn.need === 0 ? leave(returned, turn, isNew) : stay(returned, turn, isNew)
}

/** A budget that nobody has used yet. */
export function newBudget({ budget, limit }: BudgetTurn): BudgetRecord {
  const { max, windowMs } = limit
  return { budget, declaredMax: max, max, windowMs, owners: [], unowned: [] }
}

/** A changed configuration stands above what the CRM said under the one before. */
function declare(before: BudgetRecord, { limit }: BudgetTurn): BudgetRecord {
  const { windowMs } = limit
  if (limit.max === before.declaredMax) return { ...before, windowMs }
  return { ...before, windowMs, declaredMax: limit.max, max: limit.max }
}

/** A clock that was set back must not keep slots for longer than anyone could need them. */
function withinReach(record: BudgetRecord, { at, requestMs }: BudgetTurn): BudgetRecord {
  const latest = at + reachMs + requestMs + record.windowMs
  return {
    ...record,
    owners: record.owners.map((owner) => ({
      ...owner,
      validUntil: Math.min(owner.validUntil, at + reachMs),
    })),
    unowned: record.unowned.map(({ freeAt, count }) => ({
      freeAt: Math.min(freeAt, latest),
      count,
    })),
  }
}

/**
 * The dead own nothing. What a silent owner held is free once requests that it might have begun until
 * the end of its ownership have left the window, and what our own held is when those have that it began
 * until now. One that is gone sends nothing more, and has as many in the window as it last told.
 */
function withoutDead(
  { owners, unowned, ...record }: BudgetRecord,
  at: number,
  stateOf: (owner: BudgetOwner) => 'alive' | 'astray' | 'silent' | 'gone',
): BudgetRecord {
  const freed = owners.flatMap((owner): readonly BudgetSlots[] => {
    const state = stateOf(owner)
    switch (state) {
      case 'alive':
        return []
      case 'astray':
        return [{ freeAt: at + owner.requestMs + record.windowMs, count: owner.held }]
      case 'silent':
        return [{ freeAt: owner.validUntil + owner.requestMs + record.windowMs, count: owner.held }]
      case 'gone': {
        const busy = Math.min(owner.busy, owner.held)
        return [
          { freeAt: at, count: owner.held - busy },
          { freeAt: Math.min(at, owner.validUntil) + record.windowMs, count: busy },
        ]
      }
      default:
        return state satisfies never
    }
  })
  const living = owners.filter((owner) => stateOf(owner) === 'alive')
  return { ...record, owners: living, unowned: [...unowned, ...freed] }
}

/** Of an owner that was taken for dead there is nothing to give back: it is free already. */
function giveBack(record: BudgetRecord, { owner, givesBack }: BudgetTurn): BudgetRecord {
  const own = record.owners.find((one) => one.owner === owner)
  if (own === undefined || givesBack.length === 0) return record
  const held = own.held - countOf(givesBack)
  if (held < 0) throw new Error(`${owner} gives back more slots than it holds`)
  return {
    ...record,
    owners: record.owners.map((one) => (one === own ? { ...one, held } : one)),
    unowned: [...record.unowned, ...givesBack],
  }
}

/** Makes the sum `max` again after that changed, as far as slots nobody owns can. */
function balanced(record: BudgetRecord, at: number): BudgetRecord {
  const unowned = tidy(record.unowned, at)
  const missing = record.max - heldBy(record.owners) - countOf(unowned)
  const all = [...unowned, { freeAt: at, count: missing }]
  if (missing >= 0) return { ...record, unowned: tidy(all, at) }
  return { ...record, unowned: splitSlots(unowned, countOf(unowned) + missing).first }
}

function leave(record: BudgetRecord, turn: BudgetTurn, isNew: boolean): BudgetChange {
  const own = record.owners.find(({ owner }) => owner === turn.owner)
  // What it holds and does not give back is under way.
  const freeAt = turn.at + turn.requestMs + record.windowMs
  const rest = own === undefined ? [] : [{ freeAt, count: own.held }]
  const owners = record.owners.filter((one) => one !== own)
  const unowned = [...record.unowned, ...rest]
  return {
    record: balanced({ ...record, owners, unowned }, turn.at),
    share: {
      turn: turn.after + 1,
      isNew,
      granted: [],
      surplus: 0,
      max: record.max,
      validUntil: turn.at,
    },
  }
}

function stay(record: BudgetRecord, turn: BudgetTurn, isNew: boolean): BudgetChange {
  const { owner, need, busy, requestMs, at } = turn
  const own: BudgetOwner = {
    owner,
    need: Math.min(need, record.max),
    busy,
    requestMs,
    held: record.owners.find((one) => one.owner === owner)?.held ?? 0,
    turn: turn.after + 1,
    validUntil: at + ownershipMs,
  }
  const isKnown = record.owners.some((one) => one.owner === owner)
  const owners = isKnown
    ? record.owners.map((one) => (one.owner === owner ? own : one))
    : [...record.owners, own]
  const shares = fairShares(
    owners.map((one) => one.need),
    record.max,
    at,
  )
  const due = shares[owners.indexOf(own)] ?? 0
  const { first: granted, rest: unowned } = splitSlots(record.unowned, due - own.held)
  const held = own.held + countOf(granted)
  const settled = owners.map((one) => (one === own ? { ...one, held } : one))
  return {
    record: { ...record, owners: settled, unowned },
    share: {
      turn: own.turn,
      isNew,
      granted,
      surplus: Math.min(
        Math.max(0, held - due),
        demand({ ...record, owners: settled, unowned }, shares),
      ),
      max: record.max,
      validUntil: own.validUntil,
    },
  }
}

/** Slots that owners must give back: what others lack, and what the budget no longer has. */
function demand({ owners, unowned, max }: BudgetRecord, shares: readonly number[]): number {
  const lacking = owners.reduce(
    (sum, { held }, index) => sum + Math.max(0, (shares[index] ?? 0) - held),
    0,
  )
  const left = countOf(unowned)
  return Math.max(0, lacking - left) + Math.max(0, heldBy(owners) + left - max)
}

function heldBy(owners: readonly BudgetOwner[]): number {
  return owners.reduce((sum, { held }) => sum + held, 0)
}

function countOf(slots: readonly BudgetSlots[]): number {
  return slots.reduce((sum, { count }) => sum + count, 0)
}

/** By time; what is free now is one entry, and so are slots of the same time. */
function tidy(slots: readonly BudgetSlots[], at: number): readonly BudgetSlots[] {
  const counts = new Map<number, number>()
  for (const { freeAt, count } of slots) {
    const time = Math.max(freeAt, at)
    if (count > 0) counts.set(time, (counts.get(time) ?? 0) + count)
  }
  return [...counts]
    .map(([freeAt, count]) => ({ freeAt, count }))
    .toSorted((a, b) => a.freeAt - b.freeAt)
}

/** The first `count` slots, as many as there are or none, and the rest. */
function splitSlots(
  slots: readonly BudgetSlots[],
  count: number,
): { readonly first: readonly BudgetSlots[]; readonly rest: readonly BudgetSlots[] } {
  const first: BudgetSlots[] = []
  const rest: BudgetSlots[] = []
  let left = Math.max(0, count)
  for (const { freeAt, count: here } of slots) {
    const taken = Math.min(left, here)
    left -= taken
    if (taken > 0) first.push({ freeAt, count: taken })
    if (here > taken) rest.push({ freeAt, count: here - taken })
  }
  return { first, rest }
}
