/** What a CRM has to pull from: its objects, and the fields of one. */
import type { ReadableField, ReadableObject, SourceObject } from '../../connector/source.ts'
import { nearest } from '../../model/nearest.ts'
import { ofCrm } from '../workspace/crm-failure.ts'
import { appErrors } from '../errors.ts'
import type { Workspace } from '../workspace/workspace.ts'

export type { ReadableField, ReadableObject, SourceObject }

export async function readableObjects(
  workspace: Workspace,
  connection: string,
): Promise<readonly ReadableObject[]> {
  const { source } = await workspace.source(connection)
  return source.objects
}

/** Throws `app.request`, with the name that was probably meant, for an object that is not there. */
export async function readableFields(
  workspace: Workspace,
  connection: string,
  object: string,
): Promise<SourceObject> {
  const { source, reader } = await workspace.source(connection)
  const names = source.objects.map(({ name }) => name)
  if (names.includes(object)) return ofCrm(workspace, connection, reader.describe(object))
  const meant = nearest(object, names)
  const hint = meant === null ? '' : ` Did you mean ${meant}?`
  throw appErrors.request({
    message: `Connection ${connection}: there is no object ${object} to pull.${hint}`,
  })
}
