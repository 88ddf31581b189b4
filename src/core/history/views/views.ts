/**
 * What people query: every version, and the active ones, with the columns of a preset. `table` shows what the
 * merges keep, `view` folds the log when it is asked: the same rows.
 */
import type { HistoryForm } from '../../../model/sync.ts'
import type { Column } from '../../../model/value.ts'
import type { Dialect } from '../../sql/dialect.ts'
import { tableReference } from '../../sql/names.ts'
import type { Statement } from '../../sql/statement.ts'
import { statement } from '../../sql/working-schema.ts'
import { instantLiteral } from '../fold/base.ts'
import { listed, namesOf, pastColumns } from '../columns/own-columns.ts'
import { foldQuery } from '../fold/fold.ts'
import type { FoldedField } from '../fold/folded-field.ts'
import { isDirty, marksIn } from '../log/marks.ts'
import type { Preset, ShownPart } from '../columns/presets.ts'
import type { HistoryTables } from '../tables/tables.ts'

export interface ViewInput {
  readonly dialect: Dialect
  readonly tables: HistoryTables
  readonly fields: readonly FoldedField[]
  readonly form: HistoryForm
  readonly preset: Preset
  /** How the record's id is shown. */
  readonly key: Column
}

/** Names of the columns that the views show, in order. New fields come last. */
export function shownColumns({ fields, preset, key }: ViewInput): readonly string[] {
  const own = [key.name, ...Object.keys(preset.columns), '_dirty', '_merged_into']
  return [...own, ...fields.map(({ name }) => name).filter((name) => name !== key.name)]
}

/** For views whose columns got other names or another order, which not every warehouse replaces. */
export function dropViews({ dialect, tables }: Pick<ViewInput, 'dialect' | 'tables'>): Statement[] {
  return [tables.current, tables.history].map((view) =>
    statement(`drop view if exists ${tableReference(dialect, view)}`),
  )
}

/** The queries behind the two views. */
export function shownVersions(input: ViewInput): {
  readonly history: string
  readonly current: string
} {
  return {
    history: shown(input, historyOf(input)),
    current: `${shown(input, activeOf(input))} where v.${input.dialect.quote('_end')} is null`,
  }
}

export function createViews(input: ViewInput): Statement[] {
  const { dialect, tables } = input
  const { history, current } = shownVersions(input)
  return [
    statement(`create or replace view ${tableReference(dialect, tables.history)} as ${history}`),
    statement(`create or replace view ${tableReference(dialect, tables.current)} as ${current}`),
  ]
}

function historyOf(input: ViewInput): string {
  const { dialect, tables, fields, form } = input
  if (form === 'view') return foldedVersions(input)
  const { quote } = dialect
  const names = namesOf(pastColumns, fields)
  const past = `select ${listed(dialect, names, 'p')}, cast(null as ${dialect.types.text}) as ${quote('_last_marks')} from ${tableReference(dialect, tables.past)} as p`
  return `${past} union all ${latestVersions(input)}`
}

function activeOf(input: ViewInput): string {
  return input.form === 'view' ? foldedVersions(input) : latestVersions(input)
}

function latestVersions({ dialect, tables, fields }: ViewInput): string {
  const { quote } = dialect
  const names = [...namesOf(pastColumns, fields), '_last_marks']
  return `select ${listed(dialect, names, 'l')} from ${tableReference(dialect, tables.latest)} as l where l.${quote('_event_at')} is not null`
}

function foldedVersions({ dialect, tables, fields }: ViewInput): string {
  const { quote } = dialect
  const folded = foldQuery({ dialect, tables, fields, scope: 'all', slice: null })
  const names = namesOf(pastColumns, fields)
  return `select ${listed(dialect, names, 'f')}, case when f.${quote('_is_last')} then f.${quote('_last_marks')} end as ${quote('_last_marks')} from (${folded}) as f where f.${quote('_is_version')}`
}

function shown(input: ViewInput, versions: string): string {
  const { dialect, fields, preset, key } = input
  const { quote } = dialect
  const columns = [
    `${dialect.fromCanonical(`v.${quote('_key')}`, key)} as ${quote(key.name)}`,
    ...Object.entries(preset.columns).map(
      ([name, part]) => `${shownPart(input, part)} as ${quote(name)}`,
    ),
    // Only of the last version one may ask whether it can be relied upon: those before it are past.
    `case when v.${quote('_last_marks')} is null then false else ${isDirty(marksIn(`v.${quote('_last_marks')}`))} end as ${quote('_dirty')}`,
    `v.${quote('_merged_into')} as ${quote('_merged_into')}`,
    ...fields
      .filter(({ name }) => name !== key.name)
      .map(({ name }) => `v.${quote(name)} as ${quote(name)}`),
  ]
  return `select ${columns.join(', ')} from (${versions}) as v`
}

function shownPart({ dialect, preset }: ViewInput, part: ShownPart): string {
  const { quote } = dialect
  const [start, end] = [`v.${quote('_start')}`, `v.${quote('_end')}`]
  switch (part) {
    case 'start':
    case 'updated':
      return start
    case 'end':
      return shownEnd(dialect, preset, start, end)
    case 'active':
      return `${end} is null`
    case 'active_number':
      return `case when ${end} is null then 1 else 0 end`
    case 'version_id':
      return dialect.digest(
        dialect.concat([
          `v.${quote('_key')}`,
          `'|'`,
          dialect.canonicalText(start, { kind: 'timestamp_tz' }),
        ]),
      )
    default:
      return part satisfies never
  }
}

function shownEnd(dialect: Dialect, preset: Preset, start: string, end: string): string {
  const closed = `v.${dialect.quote('_closed')}`
  const last =
    preset.endsAt === 'next_start'
      ? end
      : // No version ends before it begins, however short it was; a record's own end is no other's beginning.
        `case when ${closed} then ${end} when ${end} is not null then greatest(${dialect.justBefore(end, preset.endsAt)}, ${start}) end`
  if (preset.openEnd === null) return last
  return `coalesce(${last}, ${instantLiteral(dialect, preset.openEnd)})`
}

/** Versions of one key, oldest first: `[start, end, merged into, dirty, …fields]`. */
export function versionsOfKey(input: Omit<ViewInput, 'preset'>): (key: string) => Statement {
  const { dialect, fields } = input
  const { quote } = dialect
  const instant = (name: string): string =>
    dialect.canonicalText(`v.${quote(name)}`, { kind: 'timestamp_tz' })
  const dirty = `case when v.${quote('_last_marks')} is null then false else ${isDirty(marksIn(`v.${quote('_last_marks')}`))} end`
  const columns = [
    instant('_start'),
    instant('_end'),
    `v.${quote('_merged_into')}`,
    dialect.canonicalText(`(${dirty})`, { kind: 'boolean' }),
    ...fields.map((field) => dialect.canonicalText(`v.${quote(field.name)}`, field)),
  ]
  const versions = historyOf({
    ...input,
    preset: { columns: {}, endsAt: 'next_start', openEnd: null },
  })
  const text = `select ${columns.join(', ')} from (${versions}) as v where v.${quote('_key')} = ${dialect.placeholder(1)} order by v.${quote('_event_at')}`
  return (key) => ({ text, parameters: [key] })
}
