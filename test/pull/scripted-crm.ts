/** A CRM that a test scripts, object by object: what it shows, when, and in how many pages. */
import type {
  CrmReader,
  FetchedRecord,
  ReadableField,
  ReadableObject,
  ReadRecord,
  RecordPage,
  SourceObject,
  Subscriptions,
} from '../../src/connector/source.ts'
import { addMicroseconds } from '../../src/core/change/instant.ts'
import type { Change, KnownValue } from '../../src/model/change.ts'
import type { Subscription } from '../../src/model/subscription.ts'

export type Values = Readonly<Record<string, KnownValue | null>>

/** As much of a CRM as one object is. */
export interface ScriptedCrm {
  readonly object: ReadableObject
  readonly reader: CrmReader
  /** What is there, by key; a test changes it as it likes. */
  readonly records: Map<string, ReadRecord>
  /** Keys that went up in another. */
  readonly mergedInto: Map<string, string>
  /** All of the account, by id. */
  readonly subscriptions: Map<string, Subscription>
  /** The number of the last one that it was asked to make. */
  lastSubscription: number
  fields: readonly ReadableField[]
  /** The CRM's clock. */
  now: string
  /** Asked before each page is given; may throw, or change what is there. */
  beforePage: (page: number) => void | Promise<void>
  account: string
  put(key: string, updatedAt: string | null, values: Values): void
}

const recordsPerPage = 3

export const text = (value: string): KnownValue => ({ kind: 'text', text: value })
export const integer = (value: number | bigint): KnownValue => ({
  kind: 'integer',
  text: String(value),
})

/** A webhook's news of some fields of a deal. */
export function heard(key: string, eventAt: string, fields: Change['fields']): Change {
  return {
    id: `${key} ${eventAt}`,
    object: 'deals',
    key,
    op: 'update',
    fields,
    partial: true,
    eventAt,
    shownAt: eventAt,
    rank: 0,
    sequence: 0n,
    observedAt: eventAt,
    origin: 'webhook',
    mergedInto: null,
  }
}

export const deals = {
  name: 'deals',
  singular: 'deal',
  label: 'Deals',
  keyKind: 'integer',
} as const satisfies ReadableObject

/** `02T08:00:00`, of March 2026, as an instant. */
export const march = (time: string): string => `2026-03-${time}.000000Z`

/** Deals 1 to 4, as they are since the first of March. */
export function crmOfFourDeals(value = 1): ScriptedCrm {
  const crm = scriptedCrm()
  for (const key of ['1', '2', '3', '4']) {
    crm.put(key, march('01T10:00:00'), { title: text(`deal ${key}`), value: integer(value) })
  }
  return crm
}

export function scriptedCrm(object: ReadableObject = deals): ScriptedCrm {
  const crm: ScriptedCrm = {
    object,
    records: new Map(),
    mergedInto: new Map(),
    subscriptions: new Map(),
    lastSubscription: 1_000,
    fields: [
      { name: 'title', label: 'Title', kind: 'text' },
      { name: 'value', label: 'Value', kind: 'integer' },
    ],
    now: '2026-03-02T00:00:00.000000Z',
    beforePage: () => undefined,
    account: 'acme',
    put: (key, updatedAt, values) =>
      crm.records.set(key, {
        key,
        updatedAt,
        isDeleted: false,
        fields: new Map(Object.entries(values)),
      }),
    reader: {
      account: () => Promise.resolve({ id: crm.account, name: 'Acme', timeZone: null }),
      describe: () =>
        Promise.resolve<SourceObject>({ ...object, fields: crm.fields, resolution: 'second' }),
      list: (_object, { after, since }) =>
        Promise.try(() => pageOf(crm, Number(after ?? 0), since)),
      fetch: (_object, keys) =>
        Promise.resolve({
          askedAt: crm.now,
          records: new Map(keys.map((key) => [key, fetched(crm, key)])),
        }),
      subscriptions: subscriptionsOf(() => crm),
      calls: () => [],
      close: () => Promise.resolve(),
    },
  }
  return crm
}

/** Another that holds the same, and goes on by itself. */
export function copyOf(crm: ScriptedCrm): ScriptedCrm {
  const copy = scriptedCrm(crm.object)
  const { put, reader } = copy
  return Object.assign(copy, crm, {
    records: new Map(crm.records),
    mergedInto: new Map(crm.mergedInto),
    subscriptions: new Map(crm.subscriptions),
    put,
    reader,
  })
}

function subscriptionsOf(crm: () => ScriptedCrm): Subscriptions {
  return {
    list: () => Promise.resolve([...crm().subscriptions.values()]),
    create: (wanted) => {
      crm().lastSubscription += 1
      const id = `${crm().lastSubscription}`
      const made = { ...wanted, id, tellsAll: true, isActive: true, lastDelivery: null }
      crm().subscriptions.set(made.id, made)
      return Promise.resolve(made)
    },
    delete: (id) => {
      crm().subscriptions.delete(id)
      return Promise.resolve()
    },
  }
}

/** Of a CRM with these objects; the first one tells whose it is. */
export function joinedReader(crms: readonly [ScriptedCrm, ...ScriptedCrm[]]): CrmReader {
  const readerOf = (name: string): CrmReader => {
    const found = crms.find(({ object }) => object.name === name)
    if (found === undefined) throw new Error(`the scripted CRM has no ${name}`)
    return found.reader
  }
  return {
    ...crms[0].reader,
    describe: (name) => readerOf(name).describe(name),
    list: (object, options) => readerOf(object.name).list(object, options),
    fetch: (object, ...asked) => readerOf(object.name).fetch(object, ...asked),
  }
}

async function pageOf(crm: ScriptedCrm, page: number, since: string | null): Promise<RecordPage> {
  await crm.beforePage(page)
  const from = page * recordsPerPage
  const all = [...crm.records.values()].filter(
    ({ updatedAt }) => since === null || (updatedAt !== null && updatedAt >= since),
  )
  const askedAt = crm.now
  crm.now = addMicroseconds(crm.now, 1_000_000n)
  return {
    records: all.slice(from, from + recordsPerPage),
    next: all.length > from + recordsPerPage ? String(page + 1) : null,
    askedAt,
  }
}

function fetched(crm: ScriptedCrm, key: string): FetchedRecord {
  const record = crm.records.get(key)
  if (record !== undefined) return { state: 'found', record }
  return { state: 'gone', mergedInto: crm.mergedInto.get(key) ?? null }
}
