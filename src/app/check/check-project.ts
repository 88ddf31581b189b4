/**
 * Whether everything is there that the project's syncs need: connections, permissions, a field that tells
 * records apart, objects that can be read, a warehouse that can be worked in, a state. Asks; writes no record.
 */
import type { Connection, Project } from '../../config/project.ts'
import type { Account } from '../../connector/connector.ts'
import { signatureOf } from '../../connector/registry.ts'
import { isOf, type Sync } from '../../model/sync.ts'
import { checkPermissions } from './check-permissions.ts'
import { checkPull } from './check-pull.ts'
import { checkSubscriptions } from './check-subscriptions.ts'
import { checkSync } from './check-sync.ts'
import { checkWarehouse } from './check-warehouse.ts'
import { crmConnections } from '../workspace/crm-connection.ts'
import { ofCrm } from '../workspace/crm-failure.ts'
import { faulty, type Finding, findings, fine, warned } from './finding.ts'
import { alarmOf, journalStanding } from '../status/journal-standing.ts'
import { systemClock } from '../system-clock.ts'
import { reachedCrm } from '../workspace/reached-crm.ts'
import type { Workspace } from '../workspace/workspace.ts'

export interface CheckRequest {
  /** Those whose needs are looked at. */
  readonly syncs: readonly Sync[]
  /** Looks at connections that none of these syncs uses, too. */
  readonly everything: boolean
  /** Creates what is missing and may be created. */
  readonly fix: boolean
}

export async function checkProject(
  workspace: Workspace,
  request: CheckRequest,
): Promise<readonly Finding[]> {
  const { project } = workspace
  const found: Finding[] = [...(await checkState(workspace))]
  if (request.everything) found.push(...checkServer(project))
  if (request.syncs.some((sync) => isOf('pull', sync)))
    found.push(...(await checkJournal(workspace)))
  const shut = new Set<string>()
  const isMeant = (syncs: readonly Sync[]): boolean => request.everything || syncs.length > 0
  for (const { name, role } of project.connections.values()) {
    const syncs = request.syncs.filter((sync) => sync.warehouse === name)
    if (role !== 'warehouse' || !isMeant(syncs)) continue
    const looked = await checkWarehouse(workspace, name, syncs)
    found.push(...looked.findings)
    if (!looked.isOpen) shut.add(name)
  }
  for (const connection of crmConnections(project)) {
    const syncs = request.syncs.filter((sync) => sync.crm === connection.name)
    if (!isMeant(syncs)) continue
    found.push(...(await checkCrm(workspace, connection, { syncs, shut, fix: request.fix })))
  }
  return found
}

async function checkState(workspace: Workspace): Promise<readonly Finding[]> {
  return findings('state', async () => {
    const ledger = await workspace.ledger()
    await ledger.stateId()
    return [fine('state', `open (${workspace.project.state.kind})`)]
  })
}

/** What waits is kept, and in no table yet. */
async function checkJournal(workspace: Workspace): Promise<readonly Finding[]> {
  return findings('journal', async () => {
    const standing = await journalStanding(workspace, systemClock.now())
    if (standing === null) return []
    const alarm = alarmOf(standing)
    if (alarm !== null) return [faulty('journal', alarm)]
    return [fine('journal', `${standing.entries} entries wait (${standing.bytes} bytes)`)]
  })
}

/** Nothing of it is wrong: what has no secret is left out by `serve`. */
function checkServer(project: Project): readonly Finding[] {
  const { pathSecret, basicAuth, runToken } = project.server
  const lacking = pathSecret === null ? 'path_secret' : 'basic_auth'
  const isHalf = (pathSecret === null) !== (basicAuth === null)
  return [
    runToken === null
      ? fine('server', 'runs no sync on request: `server.run_token` is not set')
      : fine('server', 'runs syncs on request'),
    // A path stands in logs of proxies, a password in none; who reads one of them still lacks the other.
    ...(isHalf && takesUnsigned(project)
      ? [
          warned(
            'server',
            `one secret alone stands before webhooks: set \`server.${lacking}\`, too`,
          ),
        ]
      : []),
  ]
}

/** Whether some pull's CRM sends webhooks that it doesn't sign. */
function takesUnsigned({ connections, syncs }: Project): boolean {
  const pulled = new Set(syncs.flatMap((sync) => (isOf('pull', sync) ? [sync.crm] : [])))
  return [...connections.values()].some(
    ({ name, options, type }) => pulled.has(name) && signatureOf(type, options) === null,
  )
}

interface CrmLook extends Pick<CheckRequest, 'syncs' | 'fix'> {
  /** Warehouses that nothing more is asked of. */
  readonly shut: ReadonlySet<string>
}

async function checkCrm(
  workspace: Workspace,
  connection: Connection,
  { syncs, shut, fix }: CrmLook,
): Promise<readonly Finding[]> {
  const { name, notWritableBecause, syncTypes } = connection
  const subject = `connection ${name}`
  const reached = await findings(subject, async () => {
    const { crm } = await reachedCrm(workspace, connection)
    const account = await ofCrm(workspace, name, crm.account())
    const isHeldBack = notWritableBecause !== null && syncTypes.includes('push')
    const readOnly = isHeldBack ? `; read-only: ${notWritableBecause}` : ''
    return [fine(subject, `reaches ${accountText(account)}${readOnly}`)]
  })
  // Who can't get in can't be asked for anything else.
  if (reached.some(({ error }) => error !== null)) return reached
  const found = [...reached]
  const pushes = syncs.filter((sync) => isOf('push', sync))
  const permissions = await checkPermissions(workspace, name, pushes)
  found.push(...permissions.findings)
  for (const sync of syncs) {
    // Of an object that does not show there is nothing more to look at.
    if (sync.type === 'push' && permissions.hides(sync.object)) continue
    const look =
      sync.type === 'push'
        ? checkSync(workspace, sync, {
            readsModel: !shut.has(sync.warehouse),
            fix,
            isTold: permissions.explains,
          })
        : checkPull(workspace, sync)
    found.push(...(await look))
  }
  if (syncs.some((sync) => isOf('pull', sync) && sync.webhooks)) {
    found.push(...(await checkSubscriptions(workspace, connection, fix)))
  }
  return found
}

/** `Acme Ltd (id 77, Europe/Berlin)`; an id that is part of the name is told once. */
function accountText({ id, name, timeZone }: Account): string {
  const known = [
    ...(name.includes(id) ? [] : [`id ${id}`]),
    ...(timeZone === null ? [] : [timeZone]),
  ]
  return known.length === 0 ? name : `${name} (${known.join(', ')})`
}
