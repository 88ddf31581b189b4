/** Where records went that people merged, by a value that they had: they keep it in the recycle bin, and name the one that stays. */
import { textIn } from '../http/json.ts'
import type { ReadOptions } from '../connector.ts'
import type { SalesforceApi } from './api.ts'
import { queryAll } from './query.ts'
import { selectionsOf } from './soql.ts'
import { fromWire, lookupKey } from './values.ts'

export async function mergedAway(
  api: SalesforceApi,
  field: string,
  values: readonly string[],
  { object, signal }: Omit<ReadOptions, 'fields'>,
): Promise<ReadonlyMap<string, string>> {
  const sobject = await api.sobject(object)
  const by = sobject.fields.get(field.toLowerCase())
  if (by === undefined || !sobject.fields.has('masterrecordid')) return new Map()
  const fields = [by.name, 'MasterRecordId']
  const selection = { object: sobject.name, fields, by, and: 'IsDeleted = true' }
  const queries = selectionsOf(selection, values)
  const records = await queryAll(api, queries, { signal, withDeleted: true })
  const masters = new Map<string, string>()
  for (const record of records) {
    const value = fromWire(by, record[by.name])
    const master = textIn(record, 'MasterRecordId')
    if (value !== null && master !== null) masters.set(lookupKey(by, value), master)
  }
  return new Map(
    values.flatMap((value) => {
      const master = masters.get(lookupKey(by, value))
      return master === undefined ? [] : [[value, master] as const]
    }),
  )
}
