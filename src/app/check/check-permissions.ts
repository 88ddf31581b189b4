/** Whether a connection may do what its pushes need, on each object that they touch. */
import type { Connector, MissingPermission } from '../../connector/connector.ts'
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
  /** Whether the lack of a permission keeps all of the object from us. */
  hides(object: string): boolean
}

/** What several objects lack is told once, and not beside a permission that includes it. */
export async function checkPermissions(
  workspace: Workspace,
  connection: string,
  pushes: readonly PushSync[],
): Promise<Permissions> {
  if (pushes.length === 0) return { findings: [], explains: () => false, hides: () => false }
  const { connector } = await workspace.crm(connection)
  const looks: ObjectLook[] = []
  for (const needs of needsOf(pushes, connector)) {
    looks.push(await lookAtObject(workspace, connection, needs))
  }
  const all = looks.flatMap(({ missing }) => missing)
  const fields = new Set(
    looks.flatMap(({ object, missing }) =>
      missing.flatMap(({ field }) =>
        field === undefined ? [] : [fieldKey(connector, object, field)],
      ),
    ),
  )
  const hidden = new Set(
    all.flatMap(({ hides }) => (hides === undefined ? [] : [connector.objectKey(hides)])),
  )
  const hides = (object: string): boolean => hidden.has(connector.objectKey(object))
  return {
    findings: looks.flatMap((look) => [
      ...look.findings,
      ...look.missing.filter(isToldAmong(all)).map((each) => lacking(connection, each)),
    ]),
    explains: ({ about, error }) => {
      if (error.kind === 'auth') return all.length > 0
      if (about === null) return false
      return hides(about.object) || fields.has(fieldKey(connector, about.object, about.field))
    },
    hides,
  }
}

interface ObjectLook {
  readonly object: string
  readonly missing: readonly MissingPermission[]
  /** What was found besides. */
  readonly findings: readonly Finding[]
}

async function lookAtObject(
  workspace: Workspace,
  connection: string,
  { object, needs }: ObjectNeeds,
): Promise<ObjectLook> {
  const subject = `connection ${connection}`
  let missing: readonly MissingPermission[] = []
  const found = await findings(subject, async () => {
    const { crm } = await workspace.crm(connection)
    missing = await ofCrm(workspace, connection, crm.missingPermissions(object, needs))
    // A scope may cover an object that is not there.
    if (missing.length > 0 || !(await isDescribed(workspace, connection, object))) return []
    return [fine(subject, `may ${writes(needs) ? 'read and write' : 'read'} ${object}`)]
  })
  // An object that is not there is told of the syncs that name it, with the nearest that is.
  return { object, missing, findings: found.filter(({ error }) => error?.code !== 'app.request') }
}

/** The first of those with the same permission, unless one of more includes it. */
function isToldAmong(all: readonly MissingPermission[]): (one: MissingPermission) => boolean {
  const included = new Set(all.flatMap(({ includes = [] }) => includes))
  const firsts = new Map(all.toReversed().map((each) => [each.permission, each]))
  return (one) => firsts.get(one.permission) === one && !included.has(one.permission)
}

function lacking(connection: string, { permission, why, remedy }: MissingPermission): Finding {
  const message = `Connection ${connection} lacks ${permission}, ${why}.`
  return faulty(`connection ${connection}`, appErrors.missing_permission({ message, remedy }))
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
