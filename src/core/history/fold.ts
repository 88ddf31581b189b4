/**
 * The fold: versions out of changes, as one query of window functions (promise 3). What it answers for a key
 * depends on the set of its changes alone, since it begins with a sort that leaves no two in doubt.
 */
import type { Dialect, WindowOrder } from '../sql/dialect.ts'
import { type latestColumns, listed } from './columns.ts'
import { exactly } from './exactly.ts'
import { type FoldInput, foldSource, sortColumns, survivor, toldAt } from './fold-source.ts'
import { mergedSteps, moreColumn } from './fold-more.ts'
import { isAlive, markNames, marksIn, marksText } from './marks.ts'
import { unwrapped, wrappedText } from './wrapped.ts'

/**
 * Rows with `latestColumns`, `_is_version`, `_is_last` and the fields: every version of a key, in `_is_last` the
 * last one; for a key that never had a version one row that is none.
 */
export function foldQuery(input: FoldInput): string {
  const { dialect, fields } = input
  const more = moreColumn(fields)
  const isCounted = dialect.lastKnown.countsRows || more !== null
  const known = [
    ['source', foldSource(input)] as const,
    ...(isCounted ? [['counted', counted(dialect)] as const] : []),
    ...(more === null ? [] : mergedSteps(input, more)),
  ]
  const steps = [
    ...known,
    ['carried', carried(input, known.at(-1)?.[0] ?? 'source')],
    ['states', states(input)],
    ['compared', compared(input)],
    ['boundaries', boundaries(input)],
  ] as const
  const named = steps.map(([name, query]) => `${name} as (${query})`)
  return `with ${named.join(', ')} ${versions(input)}`
}

function byChange({ quote }: Dialect): WindowOrder {
  return { partition: quote('_key'), order: sortColumns.map((name) => quote(name)).join(', ') }
}

function byInstant({ quote }: Dialect): string {
  return `partition by ${quote('_key')} order by ${quote('_event_at')}`
}

/** With each change's place among those of its key. */
function counted(dialect: Dialect): string {
  const { partition, order } = byChange(dialect)
  return `select s.*, row_number() over (partition by ${partition} order by ${order}) as ${dialect.quote('_position')} from source as s`
}

/**
 * What was known after each change. Values of fields that it doesn't mention come from the last change that did,
 * before an instant is reduced to its last change: what the others of that instant knew is not lost.
 */
function carried({ dialect, fields }: FoldInput, from: string): string {
  const { quote, lastKnown } = dialect
  const window: WindowOrder = lastKnown.countsRows
    ? { partition: quote('_key'), order: quote('_position') }
    : byChange(dialect)
  const names = [...markNames, survivor, ...fields.map(({ name }) => name)]
  const columns = [
    listed(dialect, ['_key', '_event_at', '_shown_at'], null),
    ...names.map(
      (name) =>
        `${lastKnown.expression(quote(name), window, quote('_position'))} as ${quote(name)}`,
    ),
    `lead(${quote('_event_at')}) over (partition by ${window.partition} order by ${window.order}) as ${quote('_next_at')}`,
    `cast(${lastKnown.expression(quote(toldAt), window, quote('_position'))} as ${dialect.types.timestamp_tz}) as ${quote(toldAt)}`,
  ]
  return `select ${columns.join(', ')} from ${from}`
}

/** The last of each instant, in the columns' own types. */
function states({ dialect, fields }: FoldInput): string {
  const { quote } = dialect
  const marks = { presence: quote('presence'), knowledge: quote('knowledge'), news: quote('news') }
  const columns = [
    listed(dialect, ['_key', '_event_at', '_shown_at', toldAt], null),
    `${marksText(dialect, marks)} as ${quote('_marks')}`,
    `${isAlive(marks)} as ${quote('_alive')}`,
    `case when ${quote(survivor)} <> '' then ${wrappedText(quote(survivor))} end as ${quote('_merged_into')}`,
    ...fields.map(
      (field) => `${unwrapped(dialect, quote(field.name), field)} as ${quote(field.name)}`,
    ),
  ]
  return `select ${columns.join(', ')} from carried where ${dialect.distinct(quote('_next_at'), quote('_event_at'))}`
}

/** Each state beside the one before it; what was met last goes to all states of the key. */
function compared({ dialect, fields }: FoldInput): string {
  const { quote, distinct } = dialect
  const before = (expression: string): string => `lag(${expression}) over (${byInstant(dialect)})`
  const last = (name: string): string =>
    `last_value(${quote(name)}) over (${byInstant(dialect)} rows between unbounded preceding and unbounded following)`
  const changed = fields.map((field) => {
    const value = exactly(dialect, quote(field.name), field)
    return distinct(value, before(value))
  })
  const alive = quote('_alive')
  const differs = [
    `${before(quote('_event_at'))} is null`,
    distinct(alive, before(alive)),
    ...(changed.length === 0 ? [] : [`(${alive} and (${changed.join(' or ')}))`]),
  ]
  return `select s.*, ${last('_marks')} as ${quote('_last_marks')}, ${last('_event_at')} as ${quote('_last_at')}, ${last(toldAt)} as ${quote('_last_told_at')}, ${last('_merged_into')} as ${quote('_last_merged_into')}, ${before(quote('_merged_into'))} as ${quote('_before_merged_into')}, ${differs.join(' or ')} as ${quote('_differs')} from states as s`
}

/** Equal neighbours are one; what remains is where a version begins, or a record ends. */
function boundaries({ dialect }: FoldInput): string {
  const { quote } = dialect
  const window = byInstant(dialect)
  const beside = (how: 'lag' | 'lead', name: string, rows: 1 | 2): string =>
    `${how}(${quote(name)}, ${rows}) over (${window})`
  const parts: Readonly<Record<string, string>> = {
    _previous_at: beside('lag', '_event_at', 1),
    _next_at: beside('lead', '_event_at', 1),
    _next_shown_at: beside('lead', '_shown_at', 1),
    _next_alive: beside('lead', '_alive', 1),
    _second_at: beside('lead', '_event_at', 2),
    _second_before_merged_into: beside('lead', '_before_merged_into', 2),
  }
  const columns = Object.entries(parts).map(([name, value]) => `${value} as ${quote(name)}`)
  return `select c.*, ${columns.join(', ')} from compared as c where ${quote('_differs')}`
}

function versions({ dialect, fields }: FoldInput): string {
  const { quote } = dialect
  const [at, shown, next] = [quote('_event_at'), quote('_shown_at'), quote('_next_at')]
  const [previous, nextShown] = [quote('_previous_at'), quote('_next_shown_at')]
  const lastMarks = marksIn(quote('_last_marks'))
  // Ends and versions alternate, but for versions that follow each other.
  const isFinal = `(${next} is null or (not ${quote('_next_alive')} and ${quote('_second_at')} is null))`
  const own: Record<keyof typeof latestColumns, string> = {
    _key: quote('_key'),
    _event_at: at,
    // A read shows the CRM's timestamp, unless an event within the same instant began a version already.
    _start: `case when ${previous} is null or ${shown} > ${previous} then ${shown} else ${at} end`,
    _end: `case when ${nextShown} > ${at} then ${nextShown} else ${next} end`,
    _closed: `not coalesce(${quote('_next_alive')}, true)`,
    // Whoever was named until the record came back: a delete may be told before its merge.
    _merged_into: `case when not ${quote('_next_alive')} then case when ${quote('_second_at')} is null then ${quote('_last_merged_into')} else ${quote('_second_before_merged_into')} end end`,
    _marks: quote('_marks'),
    _end_event_at: next,
    _last_marks: quote('_last_marks'),
    // A closed record that told something in the instant of its end, or later, is more than its version.
    _through: `case when ${isAlive(lastMarks)} or (${quote('_alive')} and ${quote('_last_told_at')} < ${next}) then ${quote('_last_at')} end`,
  }
  const columns = [
    ...Object.entries(own).map(([name, value]) => `${value} as ${quote(name)}`),
    `${quote('_alive')} as ${quote('_is_version')}`,
    `${quote('_alive')} and ${isFinal} as ${quote('_is_last')}`,
    ...fields.map(({ name }) => quote(name)),
  ]
  return `select ${columns.join(', ')} from boundaries where ${quote('_alive')} or (${isFinal} and ${previous} is null)`
}
