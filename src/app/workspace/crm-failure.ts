/** A refusal or silence of the CRM outside of runs, as the error that a person sees. */
import { RequestFailure } from '../../connector/connector.ts'
import { errorNameOf, remedyOf } from '../../engine/failures.ts'
import { appErrors } from '../errors.ts'
import { namingLocalCrm } from '../local/local-crm.ts'
import type { Workspace } from './workspace.ts'

/** Awaits what was asked of the connection's CRM; failed requests become errors that name it. */
export async function ofCrm<T>(
  workspace: Workspace,
  connection: string,
  request: Promise<T>,
): Promise<T> {
  try {
    return await request
  } catch (error) {
    const named = namingLocalCrm(workspace.project.connections.get(connection), error)
    throw named instanceof RequestFailure ? described(connection, named) : named
  }
}

function described(connection: string, failure: RequestFailure): Error {
  return appErrors[errorNameOf(failure)]({
    message: `Connection ${connection}: ${failure.message}`,
    ...remedyOf(failure),
    cause: failure,
  })
}
