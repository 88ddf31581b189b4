/** Use case: a connection's webhooks are looked at, and made or removed as its pulls want them. */
import type { Subscriptions } from '../../connector/source.ts'
import {
  decideSubscriptions,
  type SubscriptionPlan,
} from '../../core/subscription/decide-subscriptions.ts'
import { refuseOtherAccount } from '../../engine/pull/account.ts'
import type {
  KeptSubscription,
  Subscription,
  WantedSubscription,
} from '../../model/subscription.ts'
import { ofCrm } from '../workspace/crm-failure.ts'
import { appErrors } from '../errors.ts'
import type { SubscribedConnection } from './subscribed-connections.ts'
import type { Workspace } from '../workspace/workspace.ts'

export interface MadeSubscriptions {
  /** All that there are now, those just made included. */
  readonly found: readonly Subscription[]
  readonly created: readonly Subscription[]
  readonly removed: readonly Subscription[]
  /** What kept others from being made or removed, one for each. */
  readonly failed: readonly unknown[]
}

/** Throws where the CRM can't be asked, and where its account is another than the one that was pulled from. */
export async function planSubscriptions(
  workspace: Workspace,
  target: SubscribedConnection,
): Promise<SubscriptionPlan> {
  const { address, connection, knowsAll, wanted } = target
  await refuseOtherAccounts(workspace, target)
  const subscriptions = await subscriptionsOf(workspace, connection.name)
  const present = await ofCrm(workspace, connection.name, subscriptions.list())
  const plan = decideSubscriptions(wanted, present, address)
  if (knowsAll) return plan
  const objects = wanted.map(({ object }) => object)
  return { ...plan, removed: plan.removed.filter(({ object }) => objects.includes(object ?? '')) }
}

/** Makes before it removes: what replaces another is there before that goes. */
export async function makeSubscriptions(
  workspace: Workspace,
  { connection }: SubscribedConnection,
  plan: SubscriptionPlan,
): Promise<MadeSubscriptions> {
  const subscriptions = await subscriptionsOf(workspace, connection.name)
  const failed: unknown[] = []
  const created: Subscription[] = []
  const removed: Subscription[] = []
  const unmade = new Set<string | null>()
  for (const wanted of plan.created) {
    try {
      created.push(await ofCrm(workspace, connection.name, subscriptions.create(wanted)))
    } catch (error) {
      unmade.add(wanted.object)
      failed.push(error)
    }
  }
  for (const one of plan.removed.filter(({ object }) => !unmade.has(object))) {
    try {
      await ofCrm(workspace, connection.name, subscriptions.delete(one.id))
      removed.push(one)
    } catch (error) {
      failed.push(error)
    }
  }
  return { found: [...plan.kept, ...created], created, removed, failed }
}

/** What the state keeps of them: neither address nor password (promise 8). */
export function keptOf(found: readonly Subscription[]): readonly KeptSubscription[] {
  return found.flatMap(({ id, object, lastDelivery }) =>
    object === null ? [] : [{ id, object, lastDelivery }],
  )
}

export function objectNames(
  of: readonly Pick<Subscription | WantedSubscription, 'object'>[],
): string {
  return of.map(({ object }) => object).join(', ')
}

/** To make a webhook is to write into the CRM. */
export function requireWritable({ connection }: SubscribedConnection): void {
  const { name, notWritableBecause } = connection
  if (notWritableBecause === null) return
  throw appErrors.webhooks_withheld({
    message: `Connection ${name}: no webhook is made or removed here. ${notWritableBecause}`,
  })
}

/** Another company's webhooks would tell of other records by the same ids. */
async function refuseOtherAccounts(
  workspace: Workspace,
  { connection, pulls }: SubscribedConnection,
): Promise<void> {
  const ledger = await workspace.ledger()
  const { reader } = await workspace.source(connection.name)
  const account = await ofCrm(workspace, connection.name, reader.account())
  for (const sync of pulls) {
    refuseOtherAccount(sync, account, (await ledger.sync(sync.name)).accountId)
  }
}

async function subscriptionsOf(workspace: Workspace, connection: string): Promise<Subscriptions> {
  const { reader } = await workspace.source(connection)
  if (reader.subscriptions !== undefined) return reader.subscriptions
  throw new Error(`the source of ${connection} declares subscriptions that its reader lacks`)
}
