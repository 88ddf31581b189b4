/** One pulled object in a warehouse, to be loaded with changes and asked for its history. */
import { createHistory } from '../../src/core/history/tables/create.ts'
import { latestColumns, pastColumns } from '../../src/core/history/columns/own-columns.ts'
import { logRow } from '../../src/core/history/log/log-row.ts'
import { placeFields, placesOf } from '../../src/core/history/columns/place-fields.ts'
import { rebuild } from '../../src/core/history/fold/merge.ts'
import { presets } from '../../src/core/history/columns/presets.ts'
import type { HistoryForm, PresetName } from '../../src/model/sync.ts'
import { historyTables, type HistoryTables } from '../../src/core/history/tables/tables.ts'
import { createViews } from '../../src/core/history/views/views.ts'
import type { Dialect, TableName } from '../../src/core/sql/dialect.ts'
import { tableReference } from '../../src/core/sql/names.ts'
import { statement, workingColumns } from '../../src/core/sql/working-schema.ts'
import { loadChanges, type LoadCounts } from '../../src/engine/pull/history/load-changes.ts'
import type { Change, KnownValue } from '../../src/model/change.ts'
import type { Column, Row } from '../../src/model/value.ts'
import type { Session } from '../../src/warehouse/warehouse.ts'
import { emptyWarehouse, type WarehouseName } from '../support/empty-warehouse.ts'
import type { OracleChange, OracleVersion } from './oracle.ts'

export interface FieldColumn {
  readonly name: string
  readonly kind: 'text' | 'integer' | 'decimal' | 'boolean' | 'timestamp_tz' | 'json'
}

export interface PulledObject {
  readonly dialect: Dialect
  readonly tables: HistoryTables
  readonly fields: readonly Column[]
  load(changes: readonly OracleChange[]): Promise<LoadCounts>
  /** Versions as the view `history` shows them under the preset `cdc`, by key and beginning. */
  history(form?: HistoryForm): Promise<readonly OracleVersion[]>
  /** Rows of `current`: key, dirty, values. */
  current(): Promise<readonly Row[]>
  /** Every column of what the merges keep. */
  kept(): Promise<readonly Row[]>
  /** The same, made anew from the log alone. */
  rebuilt(slices: number): Promise<readonly Row[]>
  show(form: HistoryForm, preset: PresetName): Promise<void>
  work<T>(job: (session: Session) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export async function openPulledObject(
  warehouseName: WarehouseName,
  columns: readonly FieldColumn[],
): Promise<PulledObject> {
  const { warehouse, clean } = await emptyWarehouse(warehouseName)
  const { dialect } = warehouse
  const tables = historyTables(dialect, {
    schema: 'crm',
    changes: 'deals_changes',
    history: 'deals_history',
    current: 'deals',
    workingSchema: 'crm',
    scratch: 'pull__deals',
  })
  const fields = columns.map(({ name, kind }): Column => {
    const nativeType = dialect.fieldTypes[kind]
    return { name, nativeType, ...dialect.kindOf(nativeType) }
  })
  const work: PulledObject['work'] = (job) => warehouse.session(job)
  const show = async (form: HistoryForm, preset: PresetName): Promise<void> => {
    const key: Column = { name: 'id', kind: 'text', nativeType: dialect.types.text }
    const input = { dialect, tables, fields, form, preset: presets[preset], key }
    await work((session) => session.execute(createViews(input)))
  }
  const rowsOf = (
    name: TableName,
    own: readonly Column[],
    filter = '',
  ): Promise<readonly Row[]> => {
    const texts = own.map((column) => dialect.canonicalText(dialect.quote(column.name), column))
    const text = `select ${texts.join(', ')} from ${tableReference(dialect, name)}${filter}`
    return work((session) => session.query(statement(text)))
  }
  const kept = async (): Promise<readonly Row[]> => {
    const rows = [
      ...(await rowsOf(tables.past, [...workingColumns(dialect, pastColumns), ...fields])),
      ...(await rowsOf(tables.latest, [...workingColumns(dialect, latestColumns), ...fields])),
    ]
    return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  await work((session) => session.execute(createHistory(dialect, tables, fields)))
  await show('table', 'cdc')
  return {
    dialect,
    tables,
    fields,
    show,
    work,
    kept,
    load: (changes) =>
      work((session) =>
        loadChanges(
          session,
          { dialect, tables, fields, form: 'table', sortBytes: warehouse.sortBytes, fence: [] },
          [changes.map((change) => stagingRow(dialect, change, fields))],
        ),
      ),
    history: async (form = 'table') => {
      await show(form, 'cdc')
      const shown = workingColumns(dialect, {
        id: 'text',
        _cdc_start: 'timestamp_tz',
        _cdc_end: 'timestamp_tz',
        _merged_into: 'text',
        _dirty: 'boolean',
      })
      const rows = await rowsOf(tables.history, [...shown, ...fields])
      return rows.map(readVersion).toSorted(byKeyAndStart)
    },
    current: async () => {
      const shown = workingColumns(dialect, { id: 'text', _dirty: 'boolean' })
      const rows = await rowsOf(tables.current, [...shown, ...fields])
      return rows.toSorted((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1))
    },
    rebuilt: async (slices) => {
      const { fold, place } = rebuild({ dialect, tables, fields }, slices)
      await work((session) => session.execute(place, fold))
      return kept()
    },
    close: clean,
  }
}

function stagingRow(dialect: Dialect, change: OracleChange, fields: readonly Column[]): Row {
  const { fields: texts, sequence, ...rest } = change
  const pinned = new Map(fields.map((field) => [field.name, [field]]))
  const known: Change = {
    ...rest,
    object: 'deals',
    sequence: BigInt(sequence),
    origin: 'replay',
    fields: new Map(
      Object.entries(texts).map(([name, text]) => [name, knownAs(text, pinned.get(name)?.[0])]),
    ),
  }
  const places = placesOf(fields.map((column) => ({ ...column, field: column.name })))
  const placed = placeFields(known.fields, places, dialect)
  if (placed.homeless.size > 0) throw new Error('a value has no column that can hold it')
  return logRow(known, placed.texts, '2026-04-01T00:00:00.000000Z')
}

function knownAs(text: string | null, column: Column | undefined): KnownValue | null {
  if (text === null) return null
  if (column === undefined || column.kind === 'unsupported') throw new Error('no such column')
  return { kind: column.kind, text }
}

function readVersion([key, start, end, mergedInto, dirty, ...values]: Row): OracleVersion {
  return {
    key: key ?? '',
    start: start ?? '',
    end: end ?? null,
    mergedInto: mergedInto ?? null,
    dirty: dirty === 'true',
    values,
  }
}

export function byKeyAndStart(a: OracleVersion, b: OracleVersion): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1
  return a.start < b.start ? -1 : 1
}
