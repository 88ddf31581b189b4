/** Associations between records: their labels, reading, writing and removing them, in batches. */
import { type AssociationResult, RequestFailure } from '../connector.ts'
import { isObject, type Json, objectsIn, textIn } from '../http/json.ts'
import { type HubSpotApi, idIn, listAll, nextAfter, resultsBody } from './api.ts'
import { toApiError } from './error-body.ts'
import { rowResult } from './errors.ts'
import { associationPages } from './limits.ts'

/** A kind of association, in one direction; `label` is null for the unlabelled one. */
export interface AssociationType {
  readonly category: string
  readonly typeId: number
  readonly label: string | null
}

export interface Association {
  readonly toId: string
  readonly types: readonly AssociationType[]
}

export interface AssociationInput {
  readonly fromId: string
  readonly toId: string
  /** What the pair is to have besides what it has; empty for the unlabelled default. */
  readonly types: readonly Pick<AssociationType, 'category' | 'typeId'>[]
}

export interface AssociationOptions {
  readonly from: string
  readonly to: string
  readonly signal?: AbortSignal
  readonly beforeSend?: () => void
}

/** Every kind of association from one object to another that the account knows. */
export async function readLabels(
  api: HubSpotApi,
  from: string,
  to: string,
): Promise<readonly AssociationType[]> {
  const path = `${await pairPath(api, '/crm/v4/associations', from, to)}/labels`
  const endpoint = 'GET /crm/v4/associations/{from}/{to}/labels'
  return (await listAll(api, path, endpoint)).flatMap(toType)
}

/** The associations of each record, in the order of the ids; none is an empty list. */
export async function readAssociations(
  api: HubSpotApi,
  ids: readonly string[],
  options: AssociationOptions,
): Promise<ReadonlyMap<string, readonly Association[]>> {
  const found = new Map<string, Association[]>(ids.map((id) => [id, []]))
  let inputs: { readonly id: string; readonly after?: string }[] = [...found.keys()].map((id) => ({
    id,
  }))
  while (inputs.length > 0) {
    const page = inputs.slice(0, associationPages.read)
    const body = await send(api, 'batch/read', { inputs: page }, options, 'read')
    const more = objectsIn(body, 'results').flatMap((result) => {
      const fromId = isObject(result['from']) ? idIn(result['from'], 'id') : null
      if (fromId === null) return []
      found.get(fromId)?.push(...objectsIn(result, 'to').flatMap(toAssociation))
      const after = nextAfter(result)
      return after === null ? [] : [{ id: fromId, after }]
    })
    inputs = [...inputs.slice(associationPages.read), ...more]
  }
  return found
}

/**
 * Adds associations; existing ones of the pair stay. Results are matched by the pair of ids, so a
 * pair must not come twice in one call.
 */
export async function createAssociations(
  api: HubSpotApi,
  inputs: readonly AssociationInput[],
  options: AssociationOptions,
): Promise<readonly AssociationResult[]> {
  const results = new Map<AssociationInput, AssociationResult>()
  const labelled = inputs.filter((input) => input.types.length > 0)
  const unlabelled = inputs.filter((input) => input.types.length === 0)
  for (const [path, group] of [
    ['batch/create', labelled],
    ['batch/associate/default', unlabelled],
  ] as const) {
    for (let from = 0; from < group.length; from += associationPages.create) {
      const page = group.slice(from, from + associationPages.create)
      const body = await send(api, path, { inputs: page.map(pairBody) }, options, 'write')
      for (const input of page) results.set(input, resultOf(input, body))
    }
  }
  return inputs.map((input) => results.get(input) ?? { status: 'unaccounted' })
}

/** Removes every association between the pairs. The answer accounts for nothing. */
export async function archiveAssociations(
  api: HubSpotApi,
  pairs: readonly { readonly fromId: string; readonly toId: string }[],
  options: AssociationOptions,
): Promise<void> {
  for (let from = 0; from < pairs.length; from += associationPages.archive) {
    const page = pairs.slice(from, from + associationPages.archive)
    const inputs = page.map(({ fromId, toId }) => ({ from: { id: fromId }, to: [{ id: toId }] }))
    await send(api, 'batch/archive', { inputs }, options, 'write')
  }
}

/** Removes single labels of pairs; the pairs stay associated. The answer accounts for nothing. */
export async function archiveLabels(
  api: HubSpotApi,
  inputs: readonly AssociationInput[],
  options: AssociationOptions,
): Promise<void> {
  for (let from = 0; from < inputs.length; from += associationPages.archive) {
    const page = inputs.slice(from, from + associationPages.archive)
    await send(api, 'batch/labels/archive', { inputs: page.map(pairBody) }, options, 'write')
  }
}

async function send(
  api: HubSpotApi,
  path: string,
  body: Json,
  options: AssociationOptions,
  effect: 'read' | 'write',
): Promise<Json> {
  const base = await pairPath(api, '/crm/v4/associations', options.from, options.to)
  return api.client.call({
    method: 'POST',
    path: `${base}/${path}`,
    endpoint: `POST /crm/v4/associations/{from}/{to}/${path}`,
    body,
    effect,
    budgets: [api.associations, api.burst],
    corrected: api.burst,
    signal: options.signal,
    beforeSend: options.beforeSend,
    parse: (response) => (response.status === 204 ? {} : resultsBody(response)),
  })
}

async function pairPath(api: HubSpotApi, base: string, from: string, to: string): Promise<string> {
  const ends = [await api.typeOf(from), await api.typeOf(to)]
  return `${base}/${ends.map(encodeURIComponent).join('/')}`
}

function pairBody(input: AssociationInput): Json {
  const pair = { from: { id: input.fromId }, to: { id: input.toId } }
  if (input.types.length === 0) return pair
  const types = input.types.map(({ category, typeId }) => ({
    associationCategory: category,
    associationTypeId: typeId,
  }))
  return { ...pair, types }
}

/** A result names its pair, in either of the two spellings of the API. */
function resultOf(input: AssociationInput, body: Json): AssociationResult {
  const done = objectsIn(body, 'results').some(
    (result) => endOf(result, 'from') === input.fromId && endOf(result, 'to') === input.toId,
  )
  const error = objectsIn(body, 'errors')
    .map(toApiError)
    .find(({ context }) => {
      const named = Object.values(context).flat()
      return named.includes(input.fromId) && named.includes(input.toId)
    })
  if (error !== undefined && !done) {
    const row = rowResult(error)
    if (row.status === 'rejected') return row
    if (row.status === 'gone') return { ...row, status: 'rejected', reason: 'OBJECT_NOT_FOUND' }
  }
  return done && error === undefined ? { status: 'written' } : { status: 'unaccounted' }
}

function endOf(result: Json, end: 'from' | 'to'): string | null {
  const nested = result[end]
  return isObject(nested) ? idIn(nested, 'id') : idIn(result, `${end}ObjectId`)
}

function toAssociation(listed: Json): readonly Association[] {
  const toId = idIn(listed, 'toObjectId')
  return toId === null
    ? []
    : [{ toId, types: objectsIn(listed, 'associationTypes').flatMap(toType) }]
}

function toType(type: Json): readonly AssociationType[] {
  const typeId = Number(idIn(type, 'typeId'))
  const category = textIn(type, 'category')
  if (category === null || !Number.isInteger(typeId)) return []
  return [{ category, typeId, label: textIn(type, 'label') }]
}

/** The type that a label means, by what people call it; throws where there is none. */
export function typeOfLabel(types: readonly AssociationType[], label: string): AssociationType {
  const found = types.find((type) => type.label?.toLowerCase() === label.trim().toLowerCase())
  if (found !== undefined) return found
  const known = types.flatMap((type) => (type.label === null ? [] : [type.label])).join(', ')
  throw new RequestFailure({
    kind: 'invalid',
    reason: 'unknown_label',
    message: `HubSpot has no association label “${label}”; known are ${known || 'none'}`,
  })
}
