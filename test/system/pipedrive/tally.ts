/** How much of what happened in the CRM could be seen, as figures to report. */
import { tables } from './columns.ts'
import { beginOf, type Evidence, type Verdict } from './judge.ts'
import { tableOf } from './truth.ts'

export interface Tally {
  /** States that records took on, by a write each. */
  readonly states: number
  /** Those that are a version of the history. */
  readonly versions: number
  /** Told or shown, and followed by another of the same second that was, too. */
  readonly sameSecond: number
  /** Neither told by a webhook that arrived, nor shown by a read. */
  readonly unseen: number
  readonly writes: number
  readonly webhooks: number
  readonly answered: number
}

export function tally({ writes, events, passes }: Evidence, { seen }: Verdict): Tally {
  const alive = writes.filter(
    ({ object, after }) => tableOf(object) !== null && after !== null && after.deletedAt === null,
  )
  const told = alive.filter(({ seq }) => seen.has(seq))
  const lastOfSecond = new Map(told.map((write) => [secondOf(write), write.seq] as const))
  const versions = told.filter((write) => lastOfSecond.get(secondOf(write)) === write.seq).length
  return {
    states: alive.length,
    versions,
    sameSecond: told.length - versions,
    unseen: alive.length - told.length,
    writes: writes.length,
    webhooks: events.length,
    answered: passes.at(-1)?.answered.size ?? 0,
  }
}

function secondOf({ object, id, after }: Evidence['writes'][number]): string {
  return `${object} ${id} ${beginOf(after?.updatedAt ?? 0)}`
}

export function tallyLine(counts: Tally): string {
  const { states, versions, sameSecond, unseen, writes, webhooks, answered } = counts
  return `${writes} writes, ${webhooks} webhooks, ${answered} of them arrived; of ${states} states in ${tables.length} tables ${versions} are versions, ${sameSecond} went by within their second, ${unseen} nobody could have seen`
}
