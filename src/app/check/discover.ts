/** What a CRM has to push to: its objects, and the fields of one. */
import type { Field, FieldOption, ObjectSchema } from '../../model/field.ts'
import { SynclineError } from '../../model/error.ts'
import { nearest } from '../../model/nearest.ts'
import { ofCrm } from '../workspace/crm-failure.ts'
import { appErrors } from '../errors.ts'
import type { Workspace } from '../workspace/workspace.ts'

export interface DiscoveredObject {
  readonly name: string
  readonly label: string
}

export type { Field, FieldOption, ObjectSchema }

export async function discoverObjects(
  workspace: Workspace,
  connection: string,
): Promise<readonly DiscoveredObject[]> {
  const { crm } = await workspace.crm(connection)
  return ofCrm(workspace, connection, crm.objects())
}

/** Throws `app.request`, with the name that was probably meant, for an object that is not there. */
export async function discoverFields(
  workspace: Workspace,
  connection: string,
  object: string,
): Promise<ObjectSchema> {
  const { crm } = await workspace.crm(connection)
  try {
    return await ofCrm(workspace, connection, crm.describe(object))
  } catch (error) {
    if (!(error instanceof SynclineError) || error.code !== 'app.request') throw error
    const objects = await discoverObjects(workspace, connection)
    const meant = nearest(
      object,
      objects.map((each) => each.name),
    )
    throw meant === null || meant === object
      ? error
      : appErrors.request({
          message: `${error.message.replace(/\.$/, '')}; did you mean ${meant}?`,
          cause: error,
        })
  }
}
