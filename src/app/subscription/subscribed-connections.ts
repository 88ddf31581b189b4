/** Which connections are to send webhooks, of what, and to where. */
import type { Connection, Project } from '../../config/project.ts'
import { sources } from '../../connector/registry.ts'
import { subscriptionName } from '../../core/subscription/decide-subscriptions.ts'
import type { DeliveryTerms, WantedSubscription } from '../../model/subscription.ts'
import { isOf, type PullSync } from '../../model/sync.ts'
import { crmConnections } from '../workspace/crm-connection.ts'

export interface SubscribedConnection {
  readonly connection: Connection
  readonly terms: DeliveryTerms
  /** Where all its webhooks lead, without the secret that the path may end in. */
  readonly address: string
  /** Those that take webhooks; with none, what was made before is removed. */
  readonly pulls: readonly PullSync[]
  /** For each object of these. */
  readonly wanted: readonly WantedSubscription[]
  /** False while a sync that can't be read, or that only others know of, may be a pull that wants them. */
  readonly knowsAll: boolean
}

/** Where the server has a public address: without one no pull may have webhooks, and none were made. */
export function subscribedConnections(project: Project): readonly SubscribedConnection[] {
  const { publicUrl } = project.server
  if (publicUrl === null) return []
  return crmConnections(project).flatMap((connection) => {
    const terms = sources.get(connection.type)?.subscriptions ?? null
    if (terms === null) return []
    const found = subscribed(project, connection, terms, publicUrl)
    // Nothing is wanted, and what there may be from before is not to be touched.
    return connection.writable || found.pulls.length > 0 ? [found] : []
  })
}

function subscribed(
  { badSyncs, environment, server, syncs }: Project,
  connection: Connection,
  terms: DeliveryTerms,
  publicUrl: string,
): SubscribedConnection {
  const { basicAuth: auth, pathSecret } = server
  const pulls = syncs
    .filter((sync) => isOf('pull', sync))
    .filter(({ crm, webhooks }) => crm === connection.name && webhooks)
  const address = `${publicUrl}/webhooks/${connection.name}`
  const url = pathSecret === null ? address : `${address}/${pathSecret}`
  const name = subscriptionName(environment)
  const objects = new Set(pulls.flatMap((pull) => pull.objects))
  const wanted = [...objects].map((object) => ({ object, name, url, auth }))
  return { connection, terms, address, pulls, wanted, knowsAll: badSyncs.length === 0 }
}
