/** The daily limit that all private apps of an account share, and how much of it is used. */
import type { BudgetUsage } from '../connector.ts'
import { type Json, objectsIn, textIn } from '../http/json.ts'
import { type HubSpotApi, resultsBody } from './api.ts'

const path = '/account-info/v3/api-usage/daily/private-apps'

/** Entries that HubSpot could not count just now are left out. */
export async function readUsage(api: HubSpotApi): Promise<readonly BudgetUsage[]> {
  const body = await api.client.call({
    method: 'GET',
    path,
    endpoint: `GET ${path}`,
    effect: 'read',
    budgets: [api.burst],
    corrected: api.burst,
    parse: resultsBody,
  })
  return objectsIn(body, 'results').flatMap((entry) => {
    const [used, max] = [entry['currentUsage'], entry['usageLimit']]
    if (typeof used !== 'number' || typeof max !== 'number') return []
    const [resetsAt, countedAt] = [timeIn(entry, 'resetsAt'), timeIn(entry, 'collectedAt')]
    return [{ name: 'daily', used, max, resetsAt, countedAt }]
  })
}

function timeIn(entry: Json, name: string): number | null {
  const at = Date.parse(textIn(entry, name) ?? '')
  return Number.isNaN(at) ? null : at
}
