/** Whether a connection's webhooks are there, or may be made; with `fix` they are. */
import type { Connection } from '../../config/project.ts'
import { isFailing, type SubscriptionPlan } from '../../core/subscription/decide-subscriptions.ts'
import { SynclineError } from '../../model/error.ts'
import { appErrors } from '../errors.ts'
import { faulty, type Finding, findings, fine } from './finding.ts'
import { objectNames, planSubscriptions } from '../subscription/make-subscriptions.ts'
import {
  type SubscribedConnection,
  subscribedConnections,
} from '../subscription/subscribed-connections.ts'
import { SubscriptionTurns } from '../subscription/subscription-turns.ts'
import { anotherName } from '../process-name.ts'
import { systemClock } from '../system-clock.ts'
import { keeperText, recordOf } from '../subscription/webhook-status.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** Of all its pulls, whichever were chosen: webhooks are the connection's. */
export async function checkSubscriptions(
  workspace: Workspace,
  connection: Connection,
  fix: boolean,
): Promise<readonly Finding[]> {
  const target = subscribedConnections(workspace.project).find(
    (one) => one.connection === connection,
  )
  if (target === undefined || target.pulls.length === 0) return []
  const subject = `connection ${connection.name}`
  if (connection.notWritableBecause !== null) {
    return [fine(subject, `no webhook is made here: ${connection.notWritableBecause}`)]
  }
  return findings(subject, async () => {
    const plan = await permitted(connection, planSubscriptions(workspace, target))
    if (plan.created.length + plan.removed.length === 0) return [fine(subject, thereText(plan))]
    if (!fix) return [fine(subject, `\`serve\` and \`check --fix\` ${dueText(plan)}`)]
    return make(workspace, target, plan)
  })
}

/** Whoever got so far is let in: what is refused is a right. */
async function permitted(
  { name }: Connection,
  asked: Promise<SubscriptionPlan>,
): Promise<SubscriptionPlan> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof SynclineError) || error.code !== 'app.refused') throw error
    throw appErrors.missing_permission({
      message: `Connection ${name} may not see to webhooks. ${error.message}`,
      remedy: 'Give the app the scope, or the connection the credential of an administrator.',
      cause: error,
    })
  }
}

async function keeperOf(workspace: Workspace, { name }: Connection): Promise<string> {
  const record = await recordOf(await workspace.ledger(), name)
  return (record && keeperText(record, systemClock.now())) ?? 'another process'
}

/** The state remembers that nobody received meanwhile, and what is to be read for that. */
function turnsOf(workspace: Workspace, target: SubscribedConnection): SubscriptionTurns {
  return new SubscriptionTurns({
    workspace: { ...workspace, owner: anotherName(workspace.owner) },
    target,
    clock: systemClock,
    receives: () => false,
    onBegun: () => undefined,
  })
}

async function makeWithin(
  turns: SubscriptionTurns,
  plan: SubscriptionPlan,
): ReturnType<SubscriptionTurns['make']> {
  if ((await turns.take()) === 'theirs') return null
  try {
    return await turns.make(plan)
  } finally {
    await turns.leave()
  }
}

async function make(
  workspace: Workspace,
  target: SubscribedConnection,
  plan: SubscriptionPlan,
): Promise<readonly Finding[]> {
  const subject = `connection ${target.connection.name}`
  const turns = turnsOf(workspace, target)
  const done = await makeWithin(turns, plan)
  if (done === null) {
    return [fine(subject, `${await keeperOf(workspace, target.connection)} sees to its webhooks`)]
  }
  const { created, removed, failed } = done
  const made = created.length > 0 ? [`webhooks of ${objectNames(created)} made`] : []
  const gone = removed.length > 0 ? [`${removed.length} webhooks removed`] : []
  const told = [...made, ...gone]
  return [
    ...(told.length > 0 ? [fine(subject, told.join(', '))] : []),
    ...failed.map((error) => {
      if (error instanceof SynclineError) return faulty(subject, error)
      throw error
    }),
  ]
}

function dueText({ created, removed }: SubscriptionPlan): string {
  const making = created.length > 0 ? [`make webhooks of ${objectNames(created)}`] : []
  const removing = removed.length > 0 ? [`remove ${removed.length} webhooks`] : []
  return [...making, ...removing].join(' and ')
}

function thereText({ kept }: SubscriptionPlan): string {
  const failing = kept.filter(isFailing)
  const trouble = failing.length > 0 ? `; the last of ${objectNames(failing)} did not arrive` : ''
  return `webhooks of ${objectNames(kept)} are there${trouble}`
}
