/** Runs queries, page by page; every number is the text it was written with. */

import { NumberText, parseJsonLosslessly } from '../../core/change/json-value.ts'
import { RequestFailure } from '../connector.ts'
import { inParallel } from '../http/in-parallel.ts'
import { type Json, objectsIn, textIn } from '../http/json.ts'
import { askForRecords, jsonObject, type SalesforceApi, unreadable } from './api.ts'
import { cursorGone } from './errors.ts'
import { encoded } from './soql.ts'

export interface QueryOptions {
  readonly signal?: AbortSignal | undefined
  /** Shows records in the recycle bin, too. */
  readonly withDeleted?: boolean
}

interface Page {
  readonly records: readonly Json[]
  readonly total: number
  /** Below the API's version; null for the last page. */
  readonly next: string | null
}

/** All records of the queries, in no order. */
export async function queryAll(
  api: SalesforceApi,
  queries: readonly string[],
  options: QueryOptions = {},
): Promise<readonly Json[]> {
  const lists: (readonly Json[])[] = []
  await inParallel(queries, async (soql) => {
    lists.push(await recordsOf(api, soql, options))
  })
  return lists.flat()
}

/** The whole of a query. Where its cursor is gone before the last page, it begins anew, once. */
async function recordsOf(
  api: SalesforceApi,
  soql: string,
  options: QueryOptions,
): Promise<readonly Json[]> {
  try {
    return await allPages(api, soql, options)
  } catch (error) {
    if (!(error instanceof RequestFailure) || error.reason !== cursorGone) throw error
    return allPages(api, soql, options)
  }
}

async function allPages(
  api: SalesforceApi,
  soql: string,
  options: QueryOptions,
): Promise<readonly Json[]> {
  const records: Json[] = []
  for await (const page of pagesOf(api, soql, options)) records.push(...page.records)
  return records
}

async function* pagesOf(
  api: SalesforceApi,
  soql: string,
  { signal, withDeleted = false }: QueryOptions,
): AsyncGenerator<Page> {
  const resource = withDeleted ? '/queryAll' : '/query'
  let path: string | null = `${resource}?q=${encoded(soql)}`
  let seen = 0
  while (path !== null) {
    const isFirst = seen === 0
    const page: Page = await askForRecords(api, {
      method: 'GET',
      path,
      endpoint: isFirst ? `GET ${resource}` : `GET ${resource}/{locator}`,
      effect: 'read',
      signal,
      parse: (response) => {
        const read = pageOf(jsonObject(response, parseJsonLosslessly), api.base)
        if (read === null) throw unreadable(response, 'a page of a query')
        // A page that lacks records would make them look deleted.
        const isShort = read.next === null && seen + read.records.length !== read.total
        if (isShort || (read.next !== null && read.records.length === 0)) {
          throw unreadable(response, 'a whole page of a query')
        }
        return read
      },
    })
    seen += page.records.length
    yield page
    path = page.next
  }
}

function pageOf(body: Json, base: string): Page | null {
  const { totalSize } = body
  const total = totalSize instanceof NumberText ? Number(totalSize.text) : null
  if (!Array.isArray(body['records']) || total === null) return null
  const next = textIn(body, 'nextRecordsUrl')
  if ((next === null) !== (body['done'] === true)) return null
  if (next !== null && !next.startsWith(`${base}/`)) return null
  return { records: objectsIn(body, 'records'), total, next: next?.slice(base.length) ?? null }
}
