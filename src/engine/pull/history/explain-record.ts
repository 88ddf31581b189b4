/** The life of one pulled record: its versions, and the changes that they were made of (promise 9). */
import type { ReadableObject } from '../../../connector/source.ts'
import { changesOfKey } from '../../../core/history/views/changes-of-key.ts'
import type { Pin } from '../../../core/history/columns/pin.ts'
import { versionsOfKey } from '../../../core/history/views/views.ts'
import { unwrap } from '../../../core/history/log/wrapped.ts'
import { sharedTables } from '../../../core/sql/names.ts'
import type { PullSync } from '../../../model/sync.ts'
import type { Row } from '../../../model/value.ts'
import type { Warehouse } from '../../../warehouse/warehouse.ts'
import { underKeptName } from './kept-name.ts'
import { viewInput } from './prepare-object.ts'
import { knownObject } from './pulled-object.ts'

type Values = Readonly<Record<string, string | null>>

export interface RecordVersion {
  readonly start: string
  /** Null for the one that holds. */
  readonly end: string | null
  readonly mergedInto: string | null
  /** Its values can't be relied upon before the record is read again. */
  readonly dirty: boolean
  /** By column. */
  readonly values: Values
}

export interface RecordChange {
  readonly op: string
  readonly eventAt: string
  readonly shownAt: string
  readonly observedAt: string
  readonly loadedAt: string
  readonly origin: string
  readonly mergedInto: string | null
  readonly id: string
  /** What it knew, by column. */
  readonly values: Values
}

export interface RecordLife {
  readonly sync: string
  readonly object: string
  readonly key: string
  /** Oldest first. */
  readonly versions: readonly RecordVersion[]
  /** As they are sorted. */
  readonly changes: readonly RecordChange[]
}

/** Without versions and changes where nothing is known of the key. */
export function explainRecord(
  warehouse: Warehouse,
  workingSchema: string,
  sync: PullSync,
  object: ReadableObject,
  key: string,
): Promise<RecordLife> {
  const { dialect } = warehouse
  const named = { dialect, shared: sharedTables(workingSchema), sync, workingSchema }
  return warehouse.session(async (session) => {
    const context = await underKeptName(named, session)
    const known = await knownObject(context, session, object)
    const { isOurs, pins, tables } = known
    const life = { sync: sync.name, object: object.name, key }
    if (!isOurs) return { ...life, versions: [], changes: [] }
    const versions = await session.query(versionsOfKey(viewInput(context, known))(key))
    const changes = await session.query(changesOfKey(dialect, tables, pins)(key))
    return {
      ...life,
      versions: versions.map((row) => readVersion(row, pins)),
      changes: changes.map((row) => readChange(row, pins)),
    }
  })
}

function readVersion(
  [start, end, mergedInto, dirty, ...values]: Row,
  pins: readonly Pin[],
): RecordVersion {
  return {
    start: start ?? '',
    end: end ?? null,
    mergedInto: mergedInto ?? null,
    dirty: dirty === 'true',
    values: Object.fromEntries(pins.map(({ name }, index) => [name, values[index] ?? null])),
  }
}

function readChange(row: Row, pins: readonly Pin[]): RecordChange {
  const [op, eventAt, shownAt, observedAt, loadedAt, origin, mergedInto, id, ...wrapped] = row
  const values = pins.flatMap(({ name }, index): [string, string | null][] => {
    const value = unwrap(wrapped[index] ?? null)
    return value === undefined ? [] : [[name, value]]
  })
  return {
    op: op ?? '',
    eventAt: eventAt ?? '',
    shownAt: shownAt ?? '',
    observedAt: observedAt ?? '',
    loadedAt: loadedAt ?? '',
    origin: origin ?? '',
    mergedInto: mergedInto ?? null,
    id: id ?? '',
    values: Object.fromEntries(values),
  }
}
