/** SOQL over HTTP, page by page. */
import { refused } from '../wire/api-error.ts'
import { param, reply, versionPath } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import { answer } from './query.ts'
import { parseSoql } from '../soql/parse.ts'
import type { WireQueryResult, WireRecord } from '../wire/wire.ts'

const mostCharacters = 100_000

export function query(call: Call): Reply<WireQueryResult> {
  return run(call, false)
}

/** Deleted records, too. */
export function queryAll(call: Call): Reply<WireQueryResult> {
  return run(call, true)
}

export function queryMore(call: Call): Reply<WireQueryResult> {
  const { cursor, locator, from } = call.cursors.find(
    param(call, 'locator'),
    call.origin.userId,
    call.now,
  )
  return reply(
    200,
    page(call, cursor.records, cursor.pageSize, from, () => locator),
  )
}

function run(call: Call, withDeleted: boolean): Reply<WireQueryResult> {
  const soql = call.query.get('q')
  if (soql === null || soql === '')
    throw refused('MALFORMED_QUERY', 'A query string must be specified')
  if (soql.length > mostCharacters) {
    const message = `SOQL statements cannot be longer than ${mostCharacters} characters.`
    throw refused('QUERY_TOO_COMPLICATED', message)
  }
  const { total, records } = answer(call, parseSoql(soql), withDeleted)
  if (records === null) return reply(200, { totalSize: total, done: true, records: [] })
  const pageSize = batchSize(call)
  return reply(
    200,
    page(call, records, pageSize, 0, () =>
      call.cursors.open({ userId: call.origin.userId, records, pageSize, openedAt: call.now }),
    ),
  )
}

function page(
  call: Call,
  records: readonly WireRecord[],
  size: number,
  from: number,
  locator: () => string,
): WireQueryResult {
  const next = from + size
  const shown = records.slice(from, next)
  if (next >= records.length) return { totalSize: records.length, done: true, records: shown }
  return {
    totalSize: records.length,
    done: false,
    nextRecordsUrl: `${versionPath(call)}/query/${locator()}-${next}`,
    records: shown,
  }
}

function batchSize({ headers }: Call): number {
  const asked = /batchSize=(\d+)/i.exec(headers['sforce-query-options'] ?? '')?.[1]
  return asked === undefined ? 2000 : Math.min(2000, Math.max(200, Number(asked)))
}
