/** What the org's rolling day has left: requests, as far as they are ours to use, and batches of jobs. */
import type { BudgetUsage } from '../connector.ts'
import type { KnownLimit } from '../http/held-limits.ts'
import { isObject, type Json } from '../http/json.ts'
import { ask, jsonObject, type SalesforceApi } from './api.ts'

export interface OrgUsage {
  readonly requests: readonly BudgetUsage[]
  /** Empty where Salesforce does not tell. */
  readonly batches: KnownLimit
}

export function readUsage(api: SalesforceApi): Promise<OrgUsage> {
  return ask(api, {
    method: 'GET',
    path: '/limits',
    endpoint: 'GET /limits',
    effect: 'read',
    parse: (response) => {
      const body = jsonObject(response)
      const { max, remaining } = limitIn(body, 'DailyApiRequests')
      const batches = limitIn(body, 'DailyBulkApiBatches')
      if (max === undefined || remaining === undefined) return { requests: [], batches }
      // A rolling day has no moment at which it begins anew.
      api.daily.note(max - remaining, max)
      return { requests: api.daily.usage(), batches }
    },
  })
}

function limitIn(body: Json, name: string): KnownLimit {
  const told = body[name]
  if (!isObject(told)) return {}
  const { Max: max, Remaining: remaining } = told
  return typeof max === 'number' && typeof remaining === 'number' ? { max, remaining } : {}
}
