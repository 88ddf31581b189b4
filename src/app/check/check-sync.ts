/** Whether a push can do what it says: every name of its mapping compiled as a plan would, all faults at once. */
import { mappedColumns } from '../../core/mapping/mapping.ts'
import type { Fault } from '../../engine/push/look/faults.ts'
import { columnFaults } from '../../engine/push/look/mapping-faults.ts'
import { joinMapping } from '../../engine/push/look/metadata.ts'
import { refuseShared } from '../../engine/push/look/shared-object.ts'
import { describeModel } from '../../engine/push/plan/model-query.ts'
import { SynclineError } from '../../model/error.ts'
import type { ObjectSchema } from '../../model/field.ts'
import type { PushSync } from '../../model/sync.ts'
import type { Column } from '../../model/value.ts'
import { checkUniqueField } from './check-unique-field.ts'
import { discoverFields } from './discover.ts'
import { faulty, type Finding, findings } from './finding.ts'
import { siblingsOf } from '../push/open-collaborators.ts'
import type { Workspace } from '../workspace/workspace.ts'

export interface CheckSyncRequest {
  /** Whether the warehouse lets us in. */
  readonly readsModel: boolean
  /** Creates the unique field that is missing. */
  readonly fix: boolean
  /** Whether a fault follows from what was told of the connection. */
  readonly isTold: (fault: Fault) => boolean
}

export async function checkSync(
  workspace: Workspace,
  sync: PushSync,
  { readsModel, fix, isTold }: CheckSyncRequest,
): Promise<readonly Finding[]> {
  const subject = `sync ${sync.name}`
  const found = await findings(subject, async () => {
    // Also where nothing more is needed: a misspelt object is to be found here, not by the first run.
    const schema = await discoverFields(workspace, sync.crm, sync.object)
    const identified = await checkUniqueField(workspace, sync, schema, fix)
    const isIdentified = identified.findings.every(({ error }) => error === null)
    // A match field that is missing is told with what to do about it.
    const isMatch = ({ about }: Fault): boolean =>
      !isIdentified && about?.object === sync.object && about.field === sync.match?.field
    const joined = await findings(subject, async () => {
      const columns = readsModel ? await modelColumns(workspace, sync) : null
      const faults = await faultsOf(workspace, sync, { schema: identified.schema, columns })
      return faults
        .filter((fault) => !isTold(fault) && !isMatch(fault))
        .map(({ error }) => faulty(subject, error))
    })
    const shared = await findings(subject, async () => {
      const { crm } = await workspace.crm(sync.crm)
      await refuseShared({ crm, siblings: siblingsOf(workspace.project, sync), sync })
      return []
    })
    return [...identified.findings, ...joined, ...shared]
  })
  return found.filter(({ error }) => error === null || !isTold({ about: null, error }))
}

interface KnownNames {
  readonly schema: ObjectSchema
  /** Null where the model can't be read. */
  readonly columns: readonly Column[] | null
}

async function faultsOf(
  workspace: Workspace,
  sync: PushSync,
  { schema, columns }: KnownNames,
): Promise<readonly Fault[]> {
  const { connector, crm } = await workspace.crm(sync.crm)
  const { faults } = await joinMapping({ sync, connector, crm }, schema, columns ?? named(sync))
  return columns === null ? faults : [...columnFaults(sync, columns), ...faults]
}

/** Null where the model can't be read, which is told of the warehouse. */
async function modelColumns(
  workspace: Workspace,
  sync: PushSync,
): Promise<readonly Column[] | null> {
  try {
    const warehouse = await workspace.warehouse(sync.warehouse)
    return await warehouse.session((session) => describeModel(sync, session, warehouse.dialect))
  } catch (error) {
    if (error instanceof SynclineError) return null
    throw error
  }
}

/** Stand-ins of which nothing is known but the name; a text fits every field. */
function named(sync: PushSync): readonly Column[] {
  return mappedColumns(sync).map((name) => ({ name, kind: 'text', nativeType: '' }))
}
