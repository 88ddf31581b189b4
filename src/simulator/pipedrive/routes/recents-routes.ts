/** What changed lately: at most a month back, and without rows that have no time of change. */
import { badRequest } from '../wire/api-error.ts'
import { type Call, type Reply, listParam, reply, userOf } from '../request/call.ts'
import { legacyRecord } from '../views/legacy-view.ts'
import type { ObjectName } from '../wire/objects.ts'
import type { StoredRecord } from '../store/records.ts'
import { sliceOf } from './start-page.ts'
import { readSpaced, secondOf, spacedTime } from '../wire/times.ts'
import { canSee } from '../store/visibility.ts'
import type { WireRecent, WireRecents } from '../wire/wire.ts'

const recentObjects: readonly ObjectName[] = [
  'activity',
  'deal',
  'note',
  'organization',
  'person',
  'pipeline',
  'product',
  'stage',
  'user',
]

const monthMs = 30 * 86_400_000

interface Change {
  readonly object: ObjectName
  readonly record: StoredRecord
  readonly at: number
}

export function listRecents(call: Call): Reply<WireRecents> {
  const since = readSpaced(call.query.get('since_timestamp') ?? '')
  if (since === null) throw badRequest('since_timestamp must be YYYY-MM-DD HH:MM:SS')
  const { items, pagination } = sliceOf(call, changesSince(call, since))
  const last = items.at(-1)
  return reply(200, {
    success: true,
    data: items.map((change) => viewChange(call, change)),
    additional_data: {
      since_timestamp: spacedTime(since),
      last_timestamp_on_page: last === undefined ? null : spacedTime(last.at),
      pagination,
    },
  })
}

function changesSince(call: Call, since: number): readonly Change[] {
  const { company, now } = call
  const from = Math.max(since, secondOf(now - monthMs))
  const found: Change[] = []
  for (const object of objectsIn(call)) {
    for (const record of company.table(object).all()) {
      const at = record.updatedAt === null ? null : secondOf(record.updatedAt)
      if (at === null || at < from) continue
      if (canSee(company, userOf(call), object, record)) found.push({ object, record, at })
    }
  }
  return found.toSorted((a, b) => a.at - b.at || Number(a.record.id) - Number(b.record.id))
}

function objectsIn({ query }: Call): readonly ObjectName[] {
  const items = listParam(query, 'items')
  return items.length === 0 ? recentObjects : recentObjects.filter((one) => items.includes(one))
}

function viewChange({ company }: Call, { object, record }: Change): WireRecent {
  const data = record.deletedAt === null ? legacyRecord(company, object, record) : null
  return { item: object, id: Number(record.id), data }
}
