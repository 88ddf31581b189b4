/**
 * Lists in the fields of records (a person's addresses, a deal's labels, who takes part in an activity) as tables
 * of their own: a view with a row for each element of each active version, and one for each element of each version.
 *
 * A part that is not of its column's kind is null there. Beside it stands the element as it is, digit by digit as in the
 * whole list in the record's own column.
 */
import type { ElementKind, ListElements } from '../../../model/field.ts'
import type { Dialect, TableName } from '../../sql/dialect.ts'
import { fit, tableReference } from '../../sql/names.ts'
import type { Statement } from '../../sql/statement.ts'
import { statement } from '../../sql/working-schema.ts'
import type { Pin } from '../columns/pin.ts'
import { shownVersions, type ViewInput } from './views.ts'

export interface PinnedList {
  /** The column with the lists. */
  readonly pin: Pin
  readonly elements: ListElements
  /** The column whose lists have, at the same places, what people call the elements; null where there is none. */
  readonly labels: string | null
}

export interface ListInput extends ViewInput, PinnedList {
  /** What one record is called: `deal`. */
  readonly singular: string
}

/** Tells a view of ours from what somebody else made under its name. */
export const elementColumn = '_element'

/** `deals__label_ids`, `deals_history__label_ids`. */
export function listTables({
  dialect,
  tables,
  pin,
}: Pick<ListInput, 'dialect' | 'tables' | 'pin'>): {
  readonly history: TableName
  readonly current: TableName
} {
  const own = [tables.past, tables.latest].map(({ table }) => table)
  const named = ({ schema, table }: TableName): TableName => {
    const name = `${table}__${pin.name}`
    return {
      schema,
      table: fit(own.includes(name) ? `${name}_` : name, dialect.maxIdentifierBytes),
    }
  }
  return { history: named(tables.history), current: named(tables.current) }
}

/** Names of the columns, in order. Parts that are new come last. */
export function listColumns(input: ListInput): readonly string[] {
  return columnsOf(input).map(([name]) => name)
}

export function createListViews(input: ListInput): Statement[] {
  const { dialect } = input
  const { quote } = dialect
  const views = listTables(input)
  const versions = shownVersions(input)
  const { from } = elementsOf(input)
  const columns = columnsOf(input).map(([name, value]) => `${value} as ${quote(name)}`)
  return (['history', 'current'] as const).map((which) =>
    statement(
      `create or replace view ${tableReference(dialect, views[which])} as select ${columns.join(', ')} from (${versions[which]}) as r ${from}`,
    ),
  )
}

export function dropListViews(input: ListInput): Statement[] {
  return Object.values(listTables(input)).map((view) =>
    statement(`drop view if exists ${tableReference(input.dialect, view)}`),
  )
}

function elementsOf({ dialect, pin }: ListInput): ReturnType<Dialect['list']['elements']> {
  return dialect.list.elements(`r.${dialect.quote(pin.name)}`)
}

function columnsOf(input: ListInput): readonly (readonly [name: string, value: string])[] {
  const { dialect, preset, key, singular } = input
  const { element, place, text } = elementsOf(input)
  const kept = Object.keys(preset.columns).map(
    (name) => [name, `r.${dialect.quote(name)}`] as const,
  )
  return [
    [`${singular}_id`, `r.${dialect.quote(key.name)}`],
    ...kept,
    ['_position', `cast(${place} as ${dialect.types.bigint})`],
    [elementColumn, element],
    ...partsOf(input, text, place),
  ]
}

function partsOf(
  { dialect, elements, labels }: ListInput,
  text: ReturnType<typeof elementsOf>['text'],
  place: string,
): readonly (readonly [name: string, value: string])[] {
  const { list, quote } = dialect
  if ('parts' in elements) {
    return Object.entries(elements.parts).map(
      ([part, kind]) => [part, typed(dialect, text(part), kind)] as const,
    )
  }
  const value = ['value', typed(dialect, text(null), elements.kind)] as const
  const label =
    labels === null ? [] : [['label', list.textAt(`r.${quote(labels)}`, place)] as const]
  return [value, ...label]
}

/** What every warehouse holds exactly: some read numbers as doubles, of which 15 digits are what the CRM wrote. */
const patterns: Readonly<Record<Exclude<ElementKind, 'text'>, string>> = {
  integer: '-?[0-9]{1,18}',
  decimal: '-?([0-9]{1,15}|[0-9]{1,13}[.][0-9]{1,2}|[0-9]{1,9}[.][0-9]{1,6})',
  boolean: 'true|false',
}

function typed(dialect: Dialect, text: string, kind: ElementKind): string {
  if (kind === 'text') return text
  const nativeType = dialect.fieldTypes[kind]
  const value = dialect.fromCanonical(text, { name: '', nativeType, ...dialect.kindOf(nativeType) })
  return `case when ${dialect.matches(text, patterns[kind])} then ${value} end`
}
