/**
 * Of a row that names other records Salesforce may tell by one code that its own record was deleted, or one that it
 * refers to. So its own is looked at.
 */
import { type RecordsById, RequestFailure } from '../connector.ts'
import type { WriteOptions, WriteResult } from '../write.ts'
import type { SalesforceApi } from './api.ts'
import { ofDeleted } from './errors.ts'
import { readById } from './read.ts'
import { recordId } from './record-id.ts'

/** The results of an update; those of rows whose records are not there say so. */
export async function withGone(
  api: SalesforceApi,
  ids: readonly string[],
  results: readonly WriteResult[],
  options: WriteOptions,
): Promise<readonly WriteResult[]> {
  const doubtful = ids.filter((_id, at) => isOfDeleted(results[at]))
  if (doubtful.length === 0) return results
  const found = await looked(api, doubtful, options)
  if (found === null) return results
  return results.map((result, at) => {
    const id = ids[at] ?? ''
    // A read follows merges, and a write does not.
    const isThere = found.get(id)?.id === recordId(id)
    return isThere || !isOfDeleted(result) ? result : { status: 'gone', message: result.message }
  })
}

function isOfDeleted(
  result: WriteResult | undefined,
): result is Extract<WriteResult, { status: 'rejected' }> {
  return result?.status === 'rejected' && ofDeleted.includes(result.reason)
}

/** Null where it can't be read. The write was answered all the same: its rows stay refused, and are tried again. */
async function looked(
  api: SalesforceApi,
  ids: readonly string[],
  { object, signal }: WriteOptions,
): Promise<RecordsById | null> {
  const options = { object, fields: [], ...(signal === undefined ? {} : { signal }) }
  try {
    return await readById(api, ids, options)
  } catch (error) {
    if (error instanceof RequestFailure) return null
    throw error
  }
}
