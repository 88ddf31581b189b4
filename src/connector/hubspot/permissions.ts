/**
 * Finds out what a credential may do by asking for next to nothing: a refusal names the scopes that
 * are missing. A batch update without inputs changes nothing, whatever else HubSpot thinks of it.
 */
import { type MissingPermission, type PushNeeds, RequestFailure } from '../connector.ts'
import { type HubSpotApi, objectPath } from './api.ts'

interface Probe {
  readonly why: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly endpoint: string
  readonly body?: unknown
}

export async function missingPermissions(
  api: HubSpotApi,
  object: string,
  needs: PushNeeds,
): Promise<readonly MissingPermission[]> {
  const type = await api.typeOf(object)
  const missing: MissingPermission[] = []
  const probes = [...probesOf(type, object, needs), ...listProbes(type, object, needs)]
  for (const probe of probes) {
    for (const permission of await missingFor(api, probe)) {
      if (missing.some((known) => known.permission === permission)) continue
      const remedy = `Add the scope ${permission} to the app in HubSpot and use its renewed token.`
      missing.push({ permission, why: probe.why, remedy })
    }
  }
  return missing
}

function probesOf(type: string, object: string, needs: PushNeeds): readonly Probe[] {
  const { creates, updates, deletes, associates } = needs
  const writes = creates || updates || deletes
  const read: readonly Probe[] = [
    {
      why: `to read the properties of ${object}`,
      method: 'GET',
      path: `/crm/v3/properties/${encodeURIComponent(type)}`,
      endpoint: 'GET /crm/v3/properties/{object}',
    },
    {
      why: `to read ${object}`,
      method: 'GET',
      path: `${objectPath(type)}?limit=1`,
      endpoint: 'GET /crm/v3/objects/{object}',
    },
  ]
  if (!writes && !associates) return read
  return [
    ...read,
    {
      // Whoever links records may write those at both ends.
      why: writes ? `to write ${object}` : `to associate other records with ${object}`,
      method: 'POST',
      path: `${objectPath(type)}/batch/update`,
      endpoint: 'POST /crm/v3/objects/{object}/batch/update',
      body: { inputs: [] },
    },
  ]
}

function listProbes(type: string, object: string, { lists }: PushNeeds): readonly Probe[] {
  const probes: Probe[] = []
  if (lists.includes('owners')) {
    const path = '/crm/v3/owners?limit=1'
    probes.push({ why: 'to look up owners', method: 'GET', path, endpoint: 'GET /crm/v3/owners' })
  }
  if (lists.includes('pipelines') || lists.includes('stages')) {
    probes.push({
      why: `to look up pipelines and stages of ${object}`,
      method: 'GET',
      path: `/crm/v3/pipelines/${encodeURIComponent(type)}`,
      endpoint: 'GET /crm/v3/pipelines/{object}',
    })
  }
  return probes
}

async function missingFor(api: HubSpotApi, probe: Probe): Promise<readonly string[]> {
  const { method, path, endpoint, body } = probe
  try {
    await api.client.call({
      method,
      path,
      endpoint,
      body,
      effect: 'read',
      budgets: [api.burst],
      corrected: api.burst,
      accepts: [400],
      parse: () => null,
    })
    return []
  } catch (error) {
    if (!(error instanceof RequestFailure) || error.status !== 403) throw error
    const scopes = /Required: (.*)\./.exec(error.message)?.[1]?.split(', ')
    return scopes ?? [`(HubSpot named none) ${error.message}`]
  }
}
