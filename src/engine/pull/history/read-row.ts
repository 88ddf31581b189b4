/** A record that the CRM showed, as a row of what a read found. */
import type { FieldUse } from '../../../core/change/choose-fields.ts'
import { readRank, timeOfRead, timeOfUnexplained } from '../../../core/change/event-time.ts'
import type { ColumnTexts } from '../../../core/history/log/log-row.ts'
import type { KnownValue, Resolution } from '../../../model/change.ts'
import type { Row } from '../../../model/value.ts'
import type { ReadRecord } from '../../../connector/source.ts'
import { hashed } from '../hashed.ts'

/** What a read found of a key, in the terms of `readColumns`. */
export interface Finding {
  readonly key: string
  readonly op: 'read' | 'delete' | 'merge'
  readonly fields: ReadonlyMap<string, KnownValue | null>
  /** The record's own timestamp; null where it has none or is gone. */
  readonly updatedAt: string | null
  readonly askedAt: string
  readonly mergedInto: string | null
}

export function findingOf(record: ReadRecord, askedAt: string): Finding {
  const { key, updatedAt, isDeleted } = record
  const fields = isDeleted ? new Map<string, never>() : record.fields
  return { key, op: isDeleted ? 'delete' : 'read', fields, updatedAt, askedAt, mergedInto: null }
}

export function findingOfGone(key: string, mergedInto: string | null, askedAt: string): Finding {
  const op = mergedInto === null ? 'delete' : 'merge'
  return { key, op, fields: new Map(), updatedAt: null, askedAt, mergedInto }
}

export function readRow(
  { key, op, updatedAt, askedAt, mergedInto }: Omit<Finding, 'fields'>,
  resolution: Resolution,
  texts: ColumnTexts,
): Row {
  const explained = updatedAt === null ? null : timeOfRead(updatedAt, resolution, askedAt)
  const unexplained =
    updatedAt === null ? askedAt : timeOfUnexplained(updatedAt, resolution, askedAt).eventAt
  return [
    key,
    op,
    explained?.eventAt ?? null,
    explained?.shownAt ?? null,
    String(explained?.rank ?? readRank),
    unexplained,
    askedAt,
    mergedInto,
    ...texts,
  ]
}

/** What is kept of a record's fields: promise 8 for those that are hashed, and nothing of those that are left. */
export function keptFields(
  fields: ReadonlyMap<string, KnownValue | null>,
  useOf: (field: string) => FieldUse,
  hashSecret: string | null,
): ReadonlyMap<string, KnownValue | null> {
  if (fields.keys().every((name) => useOf(name) === 'kept')) return fields
  const kept = new Map<string, KnownValue | null>()
  for (const [name, value] of fields) {
    const use = useOf(name)
    if (use === 'left') continue
    kept.set(name, use === 'hashed' && value !== null ? hashed(value, hashSecret) : value)
  }
  return kept
}
