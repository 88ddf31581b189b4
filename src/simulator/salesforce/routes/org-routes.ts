/** What describes the org: versions, resources, objects, limits. */
import { reply, typeParam, versionPath } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import { describeBriefly, describeFully } from './describe.ts'
import type { WireDescribe, WireGlobal, WireLimits } from '../wire/wire.ts'

/** Newest last, as Salesforce lists them. */
export const apiVersions = Array.from({ length: 68 - 31 }, (_, index) => 31 + index)

const seasons = ['Spring', 'Summer', 'Winter'] as const

export function versions(): Reply<readonly { label: string; url: string; version: string }[]> {
  const list = apiVersions.map((number) => ({
    label: label(number),
    url: `/services/data/v${number}.0`,
    version: `${number}.0`,
  }))
  return reply(200, list)
}

/** Three releases a year; version 67 is Summer '26. */
function label(version: number): string {
  const releases = version - 66
  const year = 26 + Math.floor(releases / 3)
  const season = seasons[((releases % 3) + 3) % 3] ?? 'Spring'
  // Winter is named for the year that it leads into.
  return `${season} '${season === 'Winter' ? year + 1 : year}`
}

export function resources(call: Call): Reply<Readonly<Record<string, string>>> {
  const base = versionPath(call)
  const names = ['sobjects', 'query', 'queryAll', 'limits', 'composite', 'jobs']
  return reply(200, {
    ...Object.fromEntries(names.map((name) => [name, `${base}/${name}`])),
    identity: `${call.base}/id/${call.org.id}/${call.origin.userId}`,
  })
}

export function describeGlobal(call: Call): Reply<WireGlobal> {
  const readable = call.org.types().filter((type) => call.permissions.may(type, 'read'))
  const sobjects = readable.map((type) =>
    describeBriefly(type, call.permissions, versionPath(call)),
  )
  return reply(200, { encoding: 'UTF-8', maxBatchSize: 200, sobjects })
}

/** 304 where the schema is as old as the caller's copy; a change of permissions goes unnoticed. */
export function describeObject(call: Call): Reply<WireDescribe> {
  const type = typeParam(call)
  const since = Date.parse(call.headers['if-modified-since'] ?? '')
  const changedAt = Math.floor(call.org.schemaChangedAt / 1000) * 1000
  if (!Number.isNaN(since) && changedAt <= since) return { status: 304, body: null }
  return reply(200, describeFully(call.org, type, call.permissions, versionPath(call)))
}

/** Asking counts, too. */
export function limits(call: Call): Reply<WireLimits> {
  const { requests, bulkBatches } = call.limits
  const left = (most: number, used: number) => ({ Max: most, Remaining: Math.max(0, most - used) })
  const untouched = (most: number) => left(most, 0)
  return reply(200, {
    ConcurrentAsyncGetReportInstances: untouched(200),
    DailyApiRequests: left(call.limits.maxRequests(), requests.used(call.now)),
    DailyBulkApiBatches: left(call.limits.maxBulkBatches(), bulkBatches.used(call.now)),
    DailyBulkV2QueryFileStorageMB: untouched(976_562),
    DailyBulkV2QueryJobs: untouched(10_000),
    DailyDeliveredPlatformEvents: untouched(10_000),
    DataStorageMB: left(call.limits.maxStorageMB(), Math.ceil(call.org.usedStorageMB())),
  })
}
