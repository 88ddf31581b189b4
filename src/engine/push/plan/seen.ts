/** A record as the plan saw it, for rows whose outcome rests on it and that no request will test. */
import { type CompiledMapping, recordFields } from '../../../core/mapping/mapping.ts'
import type { CrmRecord } from '../../../core/plan/crm-record.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import { digestOf } from './fingerprint.ts'

/** The row with what it rests on; `record` is absent where the CRM has none. */
export function withSeen(
  row: PlanRow,
  record: CrmRecord | undefined,
  mapping: CompiledMapping,
): PlanRow {
  if (row.status === null || row.presence === null) return row
  return { ...row, seen: seenOf(record, mapping) }
}

/** Equal for records of the same id with the same values in the mapped fields, and for none. */
export function seenOf(record: CrmRecord | undefined, mapping: CompiledMapping): string {
  if (record === undefined) return 'gone'
  const names = recordFields(mapping)
    .map(({ field }) => field.name)
    .toSorted((a, b) => (a < b ? -1 : 1))
  const values = names.map((name) => [name, record.values[name] ?? null])
  return digestOf(JSON.stringify([record.id, values]))
}
