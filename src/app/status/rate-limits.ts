/** What a CRM allows, how much of it is used, and what our runs asked of it. */
import type { Connection } from '../../config/project.ts'
import type { BudgetUsage, HeldLimit } from '../../connector/connector.ts'
import { heldLimits } from '../../connector/http/held-limits.ts'
import { SynclineError } from '../../model/error.ts'
import { callsSince, type EndpointCount, totalCalls } from '../call-counts.ts'
import { callsOfToday } from './connection-usage.ts'
import { type LimitShares, sharesOf } from './limit-shares.ts'
import { ofCrm } from '../workspace/crm-failure.ts'
import { reachedCrm } from '../workspace/reached-crm.ts'
import type { Workspace } from '../workspace/workspace.ts'

export type { BudgetUsage, LimitShares }

export interface LimitStanding extends HeldLimit {
  /** Null where processes don't share it, or the state does not tell. */
  readonly by: LimitShares | null
}

export interface ConnectionLimits {
  readonly connection: string
  readonly account: { readonly id: string; readonly name: string }
  /** As they hold for this connection, by its options and by what the CRM's answers told. */
  readonly limits: readonly LimitStanding[]
  /** What is used of budgets that the vendor counts, by whomever; null where it tells nobody. */
  readonly usage: readonly BudgetUsage[] | null
  /** Calls of this project's runs since midnight UTC; null where the warehouse can't be asked. */
  readonly ours: number | null
  /** Of those, what the connection's `max_calls_per_day` allows; null where it sets none. */
  readonly mostOfOurs: number | null
  /** Why usage or our own calls are not known. */
  readonly unknown: readonly SynclineError[]
  /** What this look itself took. */
  readonly calls: readonly EndpointCount[]
}

export async function connectionLimits(
  workspace: Workspace,
  connection: Connection,
  now: number,
): Promise<ConnectionLimits> {
  const { name } = connection
  const unknown: SynclineError[] = []
  // The limits are worth telling where one of the two can't be found out.
  const orUnknown = async <T>(answer: Promise<T>): Promise<T | null> => {
    try {
      return await answer
    } catch (error) {
      if (!(error instanceof SynclineError)) throw error
      unknown.push(error)
      return null
    }
  }
  // Before anything is asked, and with it used.
  const budgets = await orUnknown(workspace.ledger().then((ledger) => ledger.budgets()))
  const { declared, crm } = await reachedCrm(workspace, connection)
  const before = crm.calls()
  const { id, name: label } = await ofCrm(workspace, name, crm.account())
  const asked = crm.usage === undefined ? null : ofCrm(workspace, name, crm.usage())
  const usage = asked === null ? null : await orUnknown(asked)
  const calls = callsSince(before, crm.calls())
  // Last, as each answer tells something of them.
  const held = crm.limits?.() ?? heldLimits(declared, {})
  return {
    connection: name,
    account: { id, name: label },
    limits: held.map((limit) => {
      if (limit.budget === null || budgets === null) return { ...limit, by: null }
      const record = budgets.find(({ budget }) => budget === limit.budget)
      return { ...limit, by: sharesOf(record, limit, totalCalls(calls), now) }
    }),
    usage,
    ours: await orUnknown(callsOfToday(workspace, name, now)),
    mostOfOurs: connection.maxCallsPerDay,
    unknown,
    calls,
  }
}
