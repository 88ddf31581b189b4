/** A version of a record as another tool's table has it, taken out of its row. */
import type { KnownValue } from '../../model/change.ts'
import type { Column, Row } from '../../model/value.ts'
import { instantInStored, OldValueProblem, readOldValue } from './old-value.ts'
import type { OldTable, ReadColumn } from './old-table.ts'

export interface OldVersion {
  /** Of its row in the order in which the table was read, from 1. */
  readonly number: number
  /** The record's id in the CRM. */
  readonly key: string
  /** Canonical instant. */
  readonly start: string
  /** As the table shows it, by the preset's convention; null for one that is open. */
  readonly end: string | null
  /** What the table says; null where it has no such column. */
  readonly isActive: boolean | null
  readonly mergedInto: string | null
  /** Null where a value can't be read. */
  readonly fields: ReadonlyMap<string, KnownValue | null> | null
  /** Why `fields` is null, as a sentence that tells no value. */
  readonly problem: string | null
}

export const versionReasons = [
  'version.no_key',
  'version.bad_time',
  'version.empty',
  'version.same_start',
  'version.value',
  'version.overtaken',
  'version.erased',
] as const
export type VersionReason = (typeof versionReasons)[number]

/** Why a row is no version that could be taken over. */
export interface LeftRow {
  readonly number: number
  readonly key: string | null
  readonly reason: VersionReason
  readonly message: string
}

/** What every tool that has no null here writes for an open end. */
const openFrom = '9999-01-01'

/** `row` is one of `oldRows`. */
export function readOldVersion(table: OldTable, row: Row, number: number): OldVersion | LeftRow {
  const [keyText = null, startText, endText, activeText, mergedInto = null, , ...texts] = row
  const left = (key: string | null, reason: VersionReason, message: string): LeftRow => ({
    number,
    key,
    reason,
    message,
  })
  const key = keyIn(table, keyText)
  if (key === null) return left(null, 'version.no_key', 'The row has no id of a record.')
  const start = timeIn(table.start, startText ?? null)
  if (start === null || start === undefined) {
    return left(key, 'version.bad_time', `${table.start.name} is no time to the microsecond`)
  }
  const end = timeIn(table.end, endText ?? null)
  if (end === undefined) {
    return left(key, 'version.bad_time', `${table.end.name} is no time to the microsecond`)
  }
  const active = activeText ?? null
  return {
    number,
    key,
    start,
    end: end !== null && end >= openFrom ? null : end,
    isActive: active === null ? null : active === 'true' || active === '1',
    mergedInto,
    ...valuesIn(table.columns, texts),
  }
}

function keyIn({ key, keyKind }: OldTable, text: string | null): string | null {
  if (text === null || text === '') return null
  return orNull(() => readOldValue({ text, kind: key.kind }, keyKind)?.text ?? null)
}

/** Undefined for what is no time. */
function timeIn({ kind }: Column, text: string | null): string | null | undefined {
  if (text === null) return null
  return orNull(() => instantInStored({ text, kind })) ?? undefined
}

function orNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof OldValueProblem) return null
    throw error
  }
}

/** Of several columns of a field, the first one with a value has it. */
function valuesIn(
  columns: readonly ReadColumn[],
  texts: readonly (string | null)[],
): Pick<OldVersion, 'fields' | 'problem'> {
  const fields = new Map<string, KnownValue | null>()
  for (const [place, { column, field, kind }] of columns.entries()) {
    const known = fields.get(field.name) ?? null
    if (known !== null) continue
    const text = texts[place] ?? null
    try {
      const value = text === null ? null : readOldValue({ text, kind: column.kind }, kind)
      fields.set(field.name, value)
    } catch (error) {
      if (!(error instanceof OldValueProblem)) throw error
      return { fields: null, problem: `${column.name} ${error.message}` }
    }
  }
  return { fields, problem: null }
}
