/** Whether a connection may do what its pushes need, on each object that they touch. */
import type { Connector } from '../../connector/connector.ts'
import type { Fault } from '../../engine/push/look/faults.ts'
import type { PushSync } from '../../model/sync.ts'
import { appErrors } from '../errors.ts'
import { ofCrm } from '../workspace/crm-failure.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { discoverFields } from './discover.ts'
import { faulty, type Finding, findings, fine } from './finding.ts'
import { needsOf, type ObjectNeeds, writes } from './push-needs.ts'

export interface Permissions {
  readonly findings: readonly Finding[]
  /** Whether a fault of a sync comes of a permission that is among the findings. */
  explains(fault: Fault): boolean
}

/** What several objects lack is told once. */
export async function checkPermissions(
  workspace: Workspace,
  connection: string,
  pushes: readonly PushSync[],
): Promise<Permissions> {
  if (pushes.length === 0) return { findings: [], explains: () => false }
  const { connector } = await workspace.crm(connection)
  const lacks: Lacks = { permissions: new Set(), fields: new Set() }
  const found: Finding[] = []
  for (const needs of needsOf(pushes, connector)) {
    found.push(...(await checkObject(workspace, connection, needs, lacks)))
  }
  return {
    findings: found,
    explains: ({ about, error }) => {
      if (error.kind === 'auth') return lacks.permissions.size > 0
      return about !== null && lacks.fields.has(fieldKey(connector, about.object, about.field))
    },
  }
}

interface Lacks {
  readonly permissions: Set<string>
  readonly fields: Set<string>
}

async function checkObject(
  workspace: Workspace,
  connection: string,
  { object, needs }: ObjectNeeds,
  lacks: Lacks,
): Promise<readonly Finding[]> {
  const subject = `connection ${connection}`
  const found = await findings(subject, async () => {
    const { connector, crm } = await workspace.crm(connection)
    const missing = await ofCrm(workspace, connection, crm.missingPermissions(object, needs))
    if (missing.length === 0) {
      // A scope may cover an object that is not there.
      const isThere = await isDescribed(workspace, connection, object)
      const may = `may ${writes(needs) ? 'read and write' : 'read'} ${object}`
      return isThere ? [fine(subject, may)] : []
    }
    const untold = missing.filter(({ permission }) => !lacks.permissions.has(permission))
    return untold.map(({ permission, why, remedy, field }) => {
      lacks.permissions.add(permission)
      if (field !== undefined) lacks.fields.add(fieldKey(connector, object, field))
      const message = `Connection ${connection} lacks ${permission}, ${why}.`
      return faulty(subject, appErrors.missing_permission({ message, remedy }))
    })
  })
  // An object that is not there is told of the syncs that name it, with the nearest that is.
  return found.filter(({ error }) => error?.code !== 'app.request')
}

async function isDescribed(
  workspace: Workspace,
  connection: string,
  object: string,
): Promise<boolean> {
  const trouble = await findings(`connection ${connection}`, async () => {
    await discoverFields(workspace, connection, object)
    return []
  })
  return trouble.length === 0
}

function fieldKey(
  { objectKey }: Pick<Connector<never>, 'objectKey'>,
  object: string,
  field: string,
): string {
  return `${objectKey(object)} ${field}`
}
