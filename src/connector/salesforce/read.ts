/**
 * Reads by id and by value. Plain fields of known records come by collections, which take 2,000 ids;
 * parents' fields and lookups by queries, which see every record saved before them.
 */
import type { CrmValue } from '../../model/operation.ts'
import {
  type ReadOptions,
  type RecordsById,
  type RecordsByValue,
  type RemoteRecord,
  RequestFailure,
} from '../connector.ts'
import { isObject, type Json, textIn } from '../http/json.ts'
import { askForRecords, jsonList, type SalesforceApi, unreadable } from './api.ts'
import { parseJsonLosslessly } from '../../core/change/json-value.ts'
import { pages, soqlPages } from './limits.ts'
import { queryAll } from './query.ts'
import { recordId } from './record-id.ts'
import { parentKeysOf } from './schema.ts'
import type { SField, SObject } from './sobject.ts'
import { encoded, selectionsOf } from './soql.ts'
import { fromWire, lookupKey } from './values.ts'

/** The asked fields that exist, by what they are asked as. */
interface Asked {
  readonly sobject: SObject
  readonly own: ReadonlyMap<string, SField>
  /** `Account.External_Id__c`: relationship and field of the parent. */
  readonly ofParents: ReadonlyMap<string, { readonly relationship: string; readonly key: SField }>
}

export async function readById(
  api: SalesforceApi,
  ids: readonly string[],
  options: ReadOptions,
): Promise<RecordsById> {
  const asked = await askedFields(api, options)
  const wanted = new Map(ids.flatMap((id) => [[id, recordId(id)] as const]))
  const known = [...new Set([...wanted.values()].filter((id) => id !== null))]
  const found = await foundById(api, asked, known, options)
  const survivors = await survivorsOf(
    api,
    asked.sobject,
    known.filter((id) => !found.has(id)),
    options,
  )
  const unread = [...new Set(survivors.values())].filter((id) => !found.has(id))
  for (const [id, record] of await foundById(api, asked, unread, options)) found.set(id, record)
  const records = new Map<string, RemoteRecord>()
  for (const [id, long] of wanted) {
    const record = found.get(survivors.get(long ?? '') ?? long ?? '')
    if (record !== undefined) records.set(id, record)
  }
  return records
}

async function askedFields(api: SalesforceApi, options: ReadOptions): Promise<Asked> {
  const sobject = await api.sobject(options.object)
  const own = new Map<string, SField>()
  const parents = options.fields.filter((name) => name.includes('.'))
  for (const name of options.fields) {
    const field = sobject.fields.get(name.toLowerCase())
    if (field !== undefined) own.set(name, field)
  }
  const keys = parents.length === 0 ? [] : await parentKeysOf(api, sobject)
  const ofParents = new Map(
    keys.filter(({ name }) => parents.includes(name)).map((parent) => [parent.name, parent]),
  )
  return { sobject, own, ofParents }
}

async function foundById(
  api: SalesforceApi,
  asked: Asked,
  ids: readonly string[],
  { signal }: ReadOptions,
): Promise<Map<string, RemoteRecord>> {
  const found = new Map<string, RemoteRecord>()
  for (let from = 0; from < ids.length; from += pages.read) {
    const page = ids.slice(from, from + pages.read)
    for (const record of await readCollection(api, asked, page, signal)) {
      found.set(record.id, record)
    }
  }
  if (asked.ofParents.size === 0 || found.size === 0) return found
  const fields = ['Id', ...asked.ofParents.keys()]
  const by = idOf(asked.sobject)
  const queries = selectionsOf({ object: asked.sobject.name, fields, by }, [...found.keys()])
  const complete = new Map<string, RemoteRecord>()
  for (const record of await queryAll(api, queries, { signal })) {
    const { id, values } = toRemote({ ...asked, own: new Map() }, record)
    const plain = found.get(id)
    if (plain !== undefined) complete.set(id, { id, values: { ...plain.values, ...values } })
  }
  return complete
}

/** Records of at most 2,000 ids; those that are gone are left out. */
function readCollection(
  api: SalesforceApi,
  asked: Asked,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly RemoteRecord[]> {
  const fields = [...new Set(['Id', ...[...asked.own.values()].map(({ name }) => name)])]
  return askForRecords(api, {
    method: 'POST',
    path: `/composite/sobjects/${asked.sobject.name}`,
    endpoint: 'POST /composite/sobjects/{object}',
    body: { ids, fields },
    effect: 'read',
    signal,
    parse: (response) => {
      const list = jsonList(response, parseJsonLosslessly)
      // Null stands for a record that is gone: an answer of another length would take one for it.
      if (list.length !== ids.length) throw unreadable(response, 'a list of as many records')
      return list.flatMap((record) => (isObject(record) ? [toRemote(asked, record)] : []))
    },
  })
}

/** The records that merged ones went up in, through all merges since. */
async function survivorsOf(
  api: SalesforceApi,
  sobject: SObject,
  ids: readonly string[],
  { signal }: ReadOptions,
): Promise<ReadonlyMap<string, string>> {
  const survivors = new Map<string, string>()
  if (!sobject.fields.has('masterrecordid')) return survivors
  const fields = ['Id', 'MasterRecordId']
  const selection = { object: sobject.name, fields, by: idOf(sobject), and: 'IsDeleted = true' }
  let open = ids
  while (open.length > 0) {
    const queries = selectionsOf(selection, open)
    const masters = new Map<string, string>()
    for (const record of await queryAll(api, queries, { signal, withDeleted: true })) {
      const master = textIn(record, 'MasterRecordId')
      if (master !== null) masters.set(textIn(record, 'Id') ?? '', master)
    }
    for (const id of ids) {
      const next = masters.get(survivors.get(id) ?? id)
      if (next !== undefined) survivors.set(id, next)
    }
    open = [...new Set(masters.values())]
  }
  return survivors
}

export async function readByValue(
  api: SalesforceApi,
  field: string,
  values: readonly string[],
  options: ReadOptions,
): Promise<RecordsByValue> {
  const sobject = await api.sobject(options.object)
  const by = sobject.fields.get(field.toLowerCase())
  if (by === undefined) throw noField(sobject.name, field)
  const asked = await askedFields(api, options)
  const names = [...asked.own.keys(), ...asked.ofParents.keys()]
  const isShort = encoded(names.join(',')).length <= soqlPages.encodedFields
  const fields = [...new Set(['Id', by.name, ...(isShort ? names : [])])]
  const queries = selectionsOf({ object: sobject.name, fields, by }, values)
  const found = new Map<string, RemoteRecord[]>()
  const records = await queryAll(api, queries, { signal: options.signal })
  const whole = isShort ? null : await foundById(api, asked, records.map(idIn), options)
  for (const record of records) {
    const value = fromWire(by, record[by.name])
    const remote = whole === null ? toRemote(asked, record) : whole.get(idIn(record))
    if (value === null || remote === undefined) continue
    const key = lookupKey(by, value)
    found.set(key, [...(found.get(key) ?? []), remote])
  }
  return new Map(
    values.flatMap((value) => {
      const list = found.get(lookupKey(by, value))
      return list === undefined ? [] : [[value, list] as const]
    }),
  )
}

function noField(object: string, field: string): RequestFailure {
  const message = `${object} has no field ${field}, or the user may not see it`
  return new RequestFailure({ kind: 'invalid', reason: 'INVALID_FIELD', message })
}

function idOf(sobject: SObject): SField {
  const id = sobject.fields.get('id')
  if (id === undefined) throw noField(sobject.name, 'Id')
  return id
}

function idIn(record: Json): string {
  return recordId(textIn(record, 'Id') ?? '') ?? ''
}

function toRemote({ own, ofParents }: Asked, record: Json): RemoteRecord {
  const values: Record<string, CrmValue> = {}
  for (const [name, field] of own) {
    if (field.name in record) values[name] = fromWire(field, record[field.name])
  }
  for (const [name, { relationship, key }] of ofParents) {
    const parent = record[relationship]
    values[name] = isObject(parent) ? fromWire(key, parent[key.name]) : null
  }
  return { id: idIn(record), values }
}
