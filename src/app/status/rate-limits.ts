/** What a CRM allows, how much of it is used, and what our runs asked of it. */
import type { Connection } from '../../config/project.ts'
import type { BudgetUsage, HeldLimit } from '../../connector/connector.ts'
import { heldLimits } from '../../connector/http/held-limits.ts'
import { SynclineError } from '../../model/error.ts'
import { callsSince, type EndpointCount } from '../call-counts.ts'
import { callsOfToday } from './connection-usage.ts'
import { ofCrm } from '../workspace/crm-failure.ts'
import { reachedCrm } from '../workspace/reached-crm.ts'
import type { Workspace } from '../workspace/workspace.ts'

export type { BudgetUsage }

export interface ConnectionLimits {
  readonly connection: string
  readonly account: { readonly id: string; readonly name: string }
  /** As they hold for this connection, by its options and by what the CRM's answers told. */
  readonly limits: readonly HeldLimit[]
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
  const { declared, crm } = await reachedCrm(workspace, connection)
  const before = crm.calls()
  const { id, name: label } = await ofCrm(workspace, name, crm.account())
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
  const asked = crm.usage === undefined ? null : ofCrm(workspace, name, crm.usage())
  const usage = asked === null ? null : await orUnknown(asked)
  return {
    connection: name,
    account: { id, name: label },
    // Last, as each answer tells something of them.
    limits: crm.limits?.() ?? heldLimits(declared, {}),
    usage,
    ours: await orUnknown(callsOfToday(workspace, name, now)),
    mostOfOurs: connection.maxCallsPerDay,
    unknown,
    calls: callsSince(before, crm.calls()),
  }
}
