/** The requests of the org's rolling day, as far as they are ours to use. */
import type { BudgetUsage } from '../connector.ts'
import { isObject } from '../http/json.ts'
import { ask, jsonObject, type SalesforceApi } from './api.ts'

export function readUsage(api: SalesforceApi): Promise<readonly BudgetUsage[]> {
  return ask(api, {
    method: 'GET',
    path: '/limits',
    endpoint: 'GET /limits',
    effect: 'read',
    parse: (response) => {
      const daily = jsonObject(response)['DailyApiRequests']
      if (!isObject(daily)) return []
      const { Max: max, Remaining: left } = daily
      if (typeof max !== 'number' || typeof left !== 'number') return []
      // A rolling day has no moment at which it begins anew.
      api.daily.note(max - left, max)
      return api.daily.usage()
    },
  })
}
