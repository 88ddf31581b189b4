/**
 * A property of our own to identify records by. Uniqueness can only be asked for when a property is
 * made, never later, and an account has room for ten such properties per object.
 */
import { RequestFailure } from '../connector.ts'
import { textIn } from '../http/json.ts'
import { type HubSpotApi, listAll, sendJson } from './api.ts'

export async function createUniqueField(
  api: HubSpotApi,
  object: string,
  field: { readonly name: string; readonly label: string },
): Promise<void> {
  const type = await api.typeOf(object)
  const path = `/crm/v3/properties/${encodeURIComponent(type)}`
  const groupName = await firstGroup(api, object, path)
  try {
    await sendJson(api, {
      method: 'POST',
      path,
      endpoint: 'POST /crm/v3/properties/{object}',
      effect: 'write',
      body: {
        ...field,
        groupName,
        type: 'string',
        fieldType: 'text',
        hasUniqueValue: true,
        description: 'Identifies the record for Syncline. Please do not edit.',
      },
    })
  } catch (error) {
    throw isTaken(error) ? taken(object, field.name, error) : error
  }
}

/** A property belongs to a group; every object has at least one. */
async function firstGroup(api: HubSpotApi, object: string, path: string): Promise<string> {
  const groups = await listAll(api, `${path}/groups`, 'GET /crm/v3/properties/{object}/groups')
  for (const group of groups) {
    const name = textIn(group, 'name')
    if (name !== null && group['archived'] !== true) return name
  }
  const message = `HubSpot names no group of properties for ${object}`
  throw new RequestFailure({ kind: 'invalid', reason: 'NO_GROUP', message })
}

function isTaken(error: unknown): error is RequestFailure {
  return error instanceof RequestFailure && error.status === 409
}

/** Bisecting, which a write's conflict would suggest, is nothing for a request without inputs. */
function taken(object: string, name: string, cause: RequestFailure): RequestFailure {
  return new RequestFailure({
    kind: 'invalid',
    status: cause.status,
    reason: cause.reason,
    message: `${object} has or had a property ${name}: ${cause.message}`,
    correlationId: cause.correlationId,
    cause,
  })
}
