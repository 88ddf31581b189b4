/** A table of versions that another tool wrote: which of its columns say what, and how its rows are read. */
import type { ChangeOrigin, KnownValue } from '../../model/change.ts'
import type { Column } from '../../model/value.ts'
import { type Preset, type ShownPart, shownParts } from '../history/columns/presets.ts'
import { createScratch } from '../history/tables/scratch.ts'
import type { HistoryTables } from '../history/tables/tables.ts'
import type { Dialect, TableName } from '../sql/dialect.ts'
import { tableReference } from '../sql/names.ts'
import type { Statement } from '../sql/statement.ts'
import { statement } from '../sql/working-schema.ts'
import type { MatchedColumn } from './match-columns.ts'

export interface OldTable {
  readonly name: TableName
  readonly key: Column
  readonly keyKind: 'integer' | 'text'
  readonly start: Column
  readonly end: Column
  /** Whether the version is the active one; null where the table doesn't say. */
  readonly active: Column | null
  /** The survivor of a merge; null where the table doesn't tell it. */
  readonly mergedInto: Column | null
  readonly columns: readonly ReadColumn[]
}

export interface ReadColumn extends MatchedColumn {
  /** What its values are read as. */
  readonly kind: KnownValue['kind']
}

/** The first column of a field is read as what the field is; a further one holds what the first could not. */
export function readColumns(matched: readonly MatchedColumn[]): readonly ReadColumn[] {
  const fields = new Set<string>()
  return matched.map(({ column, field }) => {
    const isFurther = fields.has(field.name) && column.kind !== 'unsupported'
    fields.add(field.name)
    return { column, field, kind: isFurther ? column.kind : field.kind }
  })
}

/** Columns that say when a version held, by their parts in a preset, as far as the table has them. */
export function partsIn(
  preset: Preset,
  columns: readonly Column[],
): Readonly<Partial<Record<ShownPart, Column>>> {
  const parts: Partial<Record<ShownPart, Column>> = {}
  for (const part of shownParts) {
    const [name] = Object.entries(preset.columns).find(([, one]) => one === part) ?? []
    const column = columns.find((one) => one.name.toLowerCase() === name)
    if (column !== undefined) parts[part] = column
  }
  return parts
}

/**
 * `[id, start, end, active, merged into, own from, …matched columns]`, the rows of a record one after the other.
 * `own from` is when the first change happened that the CRM itself told of the record, from the table of
 * `createOwn`; null where there is none.
 */
export function oldRows(dialect: Dialect, table: OldTable, own: TableName | null): Statement {
  const { quote } = dialect
  const textOf = (column: Column | null): string =>
    column === null
      ? `cast(null as ${dialect.types.text})`
      : dialect.canonicalText(`v.${quote(column.name)}`, column)
  const key = textOf(table.key)
  const columns = [
    key,
    ...[table.start, table.end, table.active, table.mergedInto].map(textOf),
    own === null ? textOf(null) : `o.${quote('_own_from')}`,
    ...table.columns.map(({ column }) => textOf(column)),
  ]
  const joined =
    own === null
      ? ''
      : ` left join ${tableReference(dialect, own)} as o on o.${quote('_key')} = ${key}`
  return statement(
    `select ${columns.join(', ')} from ${tableReference(dialect, table.name)} as v${joined} order by ${dialect.byteOrder(key)}`,
  )
}

/** Since when the CRM itself told of each record; of what was taken over it knows nothing. */
export function createOwn(dialect: Dialect, { changes, own }: HistoryTables): Statement[] {
  const { literal, quote } = dialect
  const first = dialect.canonicalText(`min(l.${quote('_event_at')})`, { kind: 'timestamp_tz' })
  const query = `select l.${quote('_key')} as ${quote('_key')}, ${first} as ${quote('_own_from')} from ${tableReference(dialect, changes)} as l where l.${quote('_origin')} <> ${literal(takenOver)} group by l.${quote('_key')}`
  return createScratch(dialect, own, query, '_key')
}

/** `[number of versions in the log that were taken over]` */
export function countTakenOver(dialect: Dialect, { changes }: HistoryTables): Statement {
  const { literal, quote, toText } = dialect
  return statement(
    `select ${toText('count(*)')} from ${tableReference(dialect, changes)} as l where l.${quote('_origin')} = ${literal(takenOver)} and l.${quote('_op')} = ${literal('read')}`,
  )
}

const takenOver: ChangeOrigin = 'takeover'
