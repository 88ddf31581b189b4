/**
 * Records by their ids, in the cheapest way: one by one or, from so many on, by a list. What a list leaves out
 * may be archived or gone, which only a read of its own tells.
 */
import { askedAt } from '../http/asked-at.ts'
import type { Answer } from '../http/client.ts'
import { inParallel } from '../http/in-parallel.ts'
import { unreadable } from '../http/json.ts'
import type { Fetched, FetchedRecord, ReadRecord, SourceObject } from '../source.ts'
import { ask, dataList, dataObject, type PipedriveApi } from './api.ts'
import { problemIn } from './error-body.ts'
import { pages } from './limits.ts'
import type { PipedriveObject } from './objects.ts'
import { asked, readPage } from './read.ts'
import { toRecord } from './record.ts'
import { requiredObject } from './schema.ts'

interface Fetching {
  readonly api: PipedriveApi
  readonly object: PipedriveObject
  readonly schema: SourceObject
  readonly signal: AbortSignal | undefined
  readonly found: Map<string, FetchedRecord>
  /** When each answer was asked for. */
  readonly times: string[]
}

/** Before every answer: of no request nothing else can be said. */
const earliest = '0001-01-01T00:00:00.000000Z'

export async function fetchRecords(
  api: PipedriveApi,
  schema: SourceObject,
  keys: readonly string[],
  { signal }: { readonly signal?: AbortSignal },
): Promise<Fetched> {
  const object = requiredObject(schema.name)
  const fetching: Fetching = { api, object, schema, signal, found: new Map(), times: [] }
  const { found, times } = fetching
  const wanted = new Set(keys)
  for (const key of wanted) {
    if (!isId(object, key)) found.set(key, { state: 'gone', mergedInto: null })
  }
  await fetchTogether(fetching, left(fetching, wanted))
  await inParallel(left(fetching, wanted), (key) => fetchOne(fetching, key))
  const [first = earliest] = times.toSorted()
  // A list of everything gives more than was asked for.
  const records = new Map([...found].filter(([key]) => wanted.has(key)))
  return { records, askedAt: first }
}

function left({ found }: Fetching, wanted: ReadonlySet<string>): readonly string[] {
  return [...wanted].filter((key) => !found.has(key))
}

/** What could be no id would only be refused. */
function isId({ name }: PipedriveObject, key: string): boolean {
  return name === 'leads' ? key !== '' : /^\d+$/.test(key)
}

/** As many as a list gives for fewer tokens than they cost one by one. */
async function fetchTogether(fetching: Fetching, keys: readonly string[]): Promise<void> {
  const { object } = fetching
  const [list] = object.lists
  const isWorth = (count: number): boolean => count * object.cost > list.cost
  if (object.several === 'whole' && isWorth(keys.length)) await fetchWhole(fetching)
  if (object.several !== 'ids') return
  for (let from = 0; from < keys.length; from += pages.ids) {
    const part = keys.slice(from, from + pages.ids)
    if (isWorth(part.length)) await fetchByIds(fetching, part)
  }
}

async function fetchWhole(fetching: Fetching): Promise<void> {
  const { api, schema, signal } = fetching
  let after: string | null = null
  do {
    const options = { after, since: null, ...(signal === undefined ? {} : { signal }) }
    const page = await readPage(api, schema, options)
    keep(fetching, page.records, page.askedAt)
    after = page.next
  } while (after !== null)
}

async function fetchByIds(fetching: Fetching, keys: readonly string[]): Promise<void> {
  const { api, object, schema, signal } = fetching
  const [list] = object.lists
  const query = new URLSearchParams({
    ids: keys.join(','),
    limit: String(pages.ids),
    ...object.withDeleted,
    ...including(object, schema),
  })
  const { records, at } = await ask(api, {
    path: `${list.path}?${query.toString()}`,
    endpoint: `GET ${list.path}?ids`,
    scopes: object.scopes,
    cost: list.cost,
    signal,
    parse: (answer) => ({
      records: dataList(answer).records.map((record) => toRecord(object, schema, record, answer)),
      at: askedAt(answer),
    }),
  })
  keep(fetching, records, at)
}

function keep({ found, times }: Fetching, records: readonly ReadRecord[], at: string): void {
  for (const record of records) found.set(record.key, { state: 'found', record })
  times.push(at)
}

async function fetchOne(fetching: Fetching, key: string): Promise<void> {
  const { api, object, schema, signal, found, times } = fetching
  const query = new URLSearchParams(including(object, schema)).toString()
  const { record, at } = await ask(api, {
    path: `${object.path}/${encodeURIComponent(key)}${query === '' ? '' : `?${query}`}`,
    endpoint: `GET ${object.path}/{id}`,
    scopes: object.scopes,
    cost: object.cost,
    accepts: [404],
    signal,
    parse: (answer) => ({ record: recordIn(fetching, answer, key), at: askedAt(answer) }),
  })
  found.set(key, record)
  times.push(at)
}

function recordIn({ object, schema }: Fetching, answer: Answer, key: string): FetchedRecord {
  if (answer.status === 404) {
    // A gateway's 404 is not Pipedrive's: by it, records would look deleted.
    if (problemIn(answer.body) === null) throw unreadable('Pipedrive', answer, 'of its own')
    return { state: 'gone', mergedInto: null }
  }
  const record = toRecord(object, schema, dataObject(answer), answer)
  // Another record answers for this one: it went up in that.
  if (record.key !== key) return { state: 'gone', mergedInto: record.key }
  return { state: 'found', record }
}

function including(
  object: PipedriveObject,
  schema: SourceObject,
): Readonly<Record<string, string>> {
  const include = asked(object, schema)
  return include === '' ? {} : { include_fields: include }
}
