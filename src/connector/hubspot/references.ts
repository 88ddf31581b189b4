/** The lists that fields refer to: owners, and the pipelines of an object with their stages. */
import type { ReferenceList } from '../../model/reference-list.ts'
import { type ReferenceEntry, RequestFailure } from '../connector.ts'
import { type Json, objectsIn, textIn } from '../http/json.ts'
import { type HubSpotApi, idIn, listAll } from './api.ts'
import { ownersPageSize } from './limits.ts'
import { typeIdOf } from './values.ts'

/**
 * Standard objects without pipelines. Others have some, custom ones where the account has made any:
 * https://developers.hubspot.com/docs/api/crm/pipelines
 */
const withoutPipelines = ['contacts', 'companies', 'products', 'line_items', 'quotes'].map(typeIdOf)
/** Every account has a pipeline of each of these. */
const surelyWithPipelines = ['deals', 'tickets'].map(typeIdOf)

const hasPipelines = (object: string): boolean => !withoutPipelines.includes(typeIdOf(object))

/** What `references` takes. */
export const referenceLists: readonly ReferenceList[] = [
  { name: 'owners', names: ['email', 'name'], has: () => true },
  { name: 'pipelines', names: ['label'], has: hasPipelines },
  { name: 'stages', names: ['label'], has: hasPipelines },
]

export async function references(
  api: HubSpotApi,
  list: string,
  object: string,
): Promise<readonly ReferenceEntry[]> {
  switch (list) {
    case 'owners':
      return owners(api)
    case 'pipelines':
      return (await pipelines(api, object)).flatMap((pipeline) =>
        entry(pipeline, labelOf(pipeline)),
      )
    case 'stages':
      return (await pipelines(api, object)).flatMap(stagesOf)
    default:
      throw new RequestFailure({
        kind: 'invalid',
        reason: 'unknown_list',
        message: `HubSpot has no list “${list}”; known are ${referenceLists.map(({ name }) => name).join(', ')}`,
      })
  }
}

/** Archived owners are left out: a record can't be given to them. */
async function owners(api: HubSpotApi): Promise<readonly ReferenceEntry[]> {
  const path = `/crm/v3/owners?limit=${ownersPageSize}&archived=false`
  const list = await listSome(api, path, 'GET /crm/v3/owners')
  return list
    .filter((owner) => owner['archived'] !== true)
    .flatMap((owner) => {
      const email = textIn(owner, 'email')
      const name = [textIn(owner, 'firstName'), textIn(owner, 'lastName')].filter(Boolean).join(' ')
      return entry(owner, {
        ...(email === null ? {} : { email: email.toLowerCase() }),
        ...(name === '' ? {} : { name }),
      })
    })
}

async function pipelines(api: HubSpotApi, object: string): Promise<readonly Json[]> {
  const type = await api.typeOf(object)
  const path = `/crm/v3/pipelines/${encodeURIComponent(type)}?archived=false`
  const endpoint = 'GET /crm/v3/pipelines/{object}'
  const isSure = surelyWithPipelines.includes(typeIdOf(type))
  const list = isSure ? await listSome(api, path, endpoint) : await listAll(api, path, endpoint)
  const active = list.filter((pipeline) => pipeline['archived'] !== true)
  if (active.length > 0 || isSure) return active
  const message = `HubSpot has no pipelines of ${object}`
  throw new RequestFailure({ kind: 'invalid', reason: 'no_pipelines', message })
}

/**
 * Whoever looks a name up means a list that has some: an account has an owner, and a pipeline of deals. An empty answer
 * went wrong, and would reject every row for good.
 */
async function listSome(api: HubSpotApi, path: string, endpoint: string): Promise<readonly Json[]> {
  const list = await listAll(api, path, endpoint)
  if (list.length > 0) return list
  const message = `HubSpot answered ${endpoint} with an empty list`
  throw new RequestFailure({ kind: 'unknown', status: 200, reason: 'unreadable', message })
}

function stagesOf(pipeline: Json): readonly ReferenceEntry[] {
  const id = idIn(pipeline, 'id')
  if (id === null) return []
  const parent = { list: 'pipelines', id }
  return objectsIn(pipeline, 'stages')
    .filter((stage) => stage['archived'] !== true)
    .flatMap((stage) => entry(stage, labelOf(stage)).map((found) => ({ ...found, parent })))
}

function labelOf(named: Json): Readonly<Record<string, string>> {
  const label = textIn(named, 'label')
  return label === null ? {} : { label }
}

function entry(
  listed: Json,
  names: Readonly<Record<string, string>>,
): readonly { readonly id: string; readonly names: Readonly<Record<string, string>> }[] {
  const id = idIn(listed, 'id')
  return id === null ? [] : [{ id, names }]
}
