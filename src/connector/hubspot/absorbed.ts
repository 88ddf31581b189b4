/** What went up in a record by merges: HubSpot keeps the ids of all of them in the one that stays. */
import type { ReadOptions } from '../connector.ts'
import type { HubSpotApi } from './api.ts'
import { readById } from './read.ts'

const property = 'hs_merged_object_ids'

export async function absorbed(
  api: HubSpotApi,
  ids: readonly string[],
  options: Omit<ReadOptions, 'fields'>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const records = await readById(api, ids, { ...options, fields: [property] })
  return new Map(
    [...records].flatMap(([asked, { id, values }]) => {
      const merged = (values[property] ?? '').split(';').filter(Boolean)
      return id === asked && merged.length > 0 ? [[id, merged] as const] : []
    }),
  )
}
