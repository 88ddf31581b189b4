/** What went up in a record by merges: merged records stay in the recycle bin and name the one that stays. */
import { textIn } from '../http/json.ts'
import type { ReadOptions } from '../connector.ts'
import type { SalesforceApi } from './api.ts'
import { queryAll } from './query.ts'
import { selectionsOf } from './soql.ts'

export async function absorbed(
  api: SalesforceApi,
  ids: readonly string[],
  { object, signal }: Omit<ReadOptions, 'fields'>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const sobject = await api.sobject(object)
  const by = sobject.fields.get('masterrecordid')
  const found = new Map<string, string[]>()
  if (by === undefined) return found
  /** By each id of this round, the record that it went up in in the end. */
  let masters: ReadonlyMap<string, string> = new Map(ids.map((id) => [id, id]))
  while (masters.size > 0) {
    const selection = { object: sobject.name, fields: ['Id', by.name], by, and: 'IsDeleted = true' }
    const queries = selectionsOf(selection, [...masters.keys()])
    const next = new Map<string, string>()
    for (const record of await queryAll(api, queries, { signal, withDeleted: true })) {
      const [id, into] = [textIn(record, 'Id'), textIn(record, by.name)]
      const master = masters.get(into ?? '')
      if (id === null || master === undefined) continue
      found.set(master, [...(found.get(master) ?? []), id])
      next.set(id, master)
    }
    masters = next
  }
  return found
}
