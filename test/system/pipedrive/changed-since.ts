/**
 * Which records a read of what changed has to show, and which it may, by Pipedrive's own rules: lists that take
 * `updated_since` have what changed in that second or later, deleted deals included; rows without a time of change are in
 * none of them. The other lists have everything. Shares no code with src/.
 */
import type { Kept, Table } from './columns.ts'

const takingSince: readonly Table[] = ['deals', 'organizations', 'persons']
const withDeleted: readonly Table[] = ['deals']

/** A read may go back further than to the start of the one before it, by the hour that something may show late, but not to the beginning. */
const furthestBackMs = 3_600_000 + 300_000

export interface Listed {
  readonly table: Table
  /** By the CRM's clock. */
  readonly since: number
  /** The records as they were when the first page was asked for. */
  readonly atStart: ReadonlyMap<string, Kept>
  /** As they are after the last page. */
  readonly atEnd: ReadonlyMap<string, Kept>
  readonly shown: ReadonlySet<string>
}

/** What is wrong with the pages; nothing where they are as they have to be. */
export function wronglyListed(listed: Listed): readonly string[] {
  const { table, since, atStart, atEnd, shown } = listed
  const missing = [...atStart.values()].filter(
    (record) =>
      !shown.has(record.id) && mustShow(table, record, since) && atEnd.get(record.id) === record,
  )
  const old = [...shown].filter((key) => {
    const record = atEnd.get(key)
    return takingSince.includes(table) && (record?.updatedAt ?? 0) < since - furthestBackMs
  })
  return [
    ...missing.map(({ id }) => `${table} ${id} changed and was not shown`),
    ...old.map((key) => `${table} ${key} was shown although it had not changed for long`),
  ]
}

function mustShow(table: Table, { deletedAt, updatedAt }: Kept, since: number): boolean {
  if (deletedAt !== null && !withDeleted.includes(table)) return false
  return !takingSince.includes(table) || (updatedAt !== null && updatedAt >= since)
}
