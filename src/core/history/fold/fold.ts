/**
 * The fold: versions out of changes, as one query of window functions (promise 3). What it answers for a key
 * depends on the set of its changes alone, since it begins with a sort that leaves no two in doubt.
 */
import type { Dialect, WindowOrder } from '../../sql/dialect.ts'
import { type latestColumns, listed } from '../columns/own-columns.ts'
import { exactly } from './exactly.ts'
import { type FoldInput, foldSource, seen, sortColumns, survivor, toldAt } from './fold-source.ts'
import { mergedSteps, moreColumn } from './fold-more.ts'
import { isUnknown, knownLetters, letterOf } from './known-fields.ts'
import { isAlive, markNames, marksIn, marksText } from '../log/marks.ts'
import { unwrapped, wrappedText } from '../log/wrapped.ts'

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
    ['beside', besideNext(input)],
    ['versions', closed(input)],
  ] as const
  const named = steps.map(([name, query]) => `${name} as (${query})`)
  return `with ${named.join(', ')} ${shown(input)}`
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
  const names = [...markNames, survivor, seen, ...fields.map(({ name }) => name)]
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
    listed(dialect, ['_key', '_event_at', '_shown_at', toldAt, seen], null),
    `${dialect.concat([marksText(dialect, marks), knownLetters(dialect, fields)])} as ${quote('_marks')}`,
    `${isAlive(marks)} as ${quote('_alive')}`,
    `case when ${quote(survivor)} <> '' then ${wrappedText(quote(survivor))} end as ${quote('_merged_into')}`,
    ...fields.map(
      (field) => `${unwrapped(dialect, quote(field.name), field)} as ${quote(field.name)}`,
    ),
  ]
  return `select ${columns.join(', ')} from carried where ${dialect.distinct(quote('_next_at'), quote('_event_at'))}`
}

/** Each state beside the next one; what was met first and last goes to all states of the key. */
function besideNext({ dialect, fields }: FoldInput): string {
  const { quote } = dialect
  const window = byInstant(dialect)
  const all = `${window} rows between unbounded preceding and unbounded following`
  const columns = [
    ...['_event_at', '_shown_at', '_alive', '_marks', seen].map(
      (name) => `lead(${quote(name)}) over (${window}) as ${quote(`_next${name}`)}`,
    ),
    ...['_event_at', '_shown_at', '_marks'].map(
      (name) => `first_value(${quote(name)}) over (${all}) as ${quote(`_first${name}`)}`,
    ),
    ...['_event_at', '_marks', toldAt].map(
      (name) => `last_value(${quote(name)}) over (${all}) as ${quote(`_last${name}`)}`,
    ),
    ...fields.map(
      (field, index) =>
        `lead(${exactly(dialect, quote(field.name), field)}) over (${window}) as ${quote(nextColumn(index))}`,
    ),
  ]
  return `select s.*, ${columns.join(', ')} from states as s`
}

/** No field's column begins with an underscore. */
function nextColumn(index: number): string {
  return `_next_${index}`
}

/**
 * Whether the next state is another one than this: never null. Where a read is the first to tell of a field, nothing is another:
 * what it tells completes what stands. An event that does so tells that the field was set then.
 */
function differs({ dialect, fields }: FoldInput): string {
  const { quote, distinct } = dialect
  const alive = quote('_alive')
  const changed = fields.map((field, index) => {
    const value = quote(field.name)
    const unknown = isUnknown(value, letterOf(quote('_marks'), fields, field))
    const isOther = distinct(exactly(dialect, value, field), quote(nextColumn(index)))
    return `(${isOther} and not (${unknown} and coalesce(${quote(`_next${seen}`)}, '0') = '1'))`
  })
  const conditions = [
    `${quote('_next_event_at')} is null`,
    distinct(alive, quote('_next_alive')),
    ...(changed.length === 0 ? [] : [`(${alive} and (${changed.join(' or ')}))`]),
  ]
  return conditions.join(' or ')
}

/**
 * Equal neighbours are one: the last of them stays, which knows what all of them knew, and which the next version, or an end of the
 * record, follows. It gets its beginning from the one before it.
 */
function closed(input: FoldInput): string {
  const { quote } = input.dialect
  const window = byInstant(input.dialect)
  const beside = (how: 'lag' | 'lead', name: string, rows: 1 | 2): string =>
    `${how}(${quote(name)}, ${rows}) over (${window})`
  const begun = (name: string): string =>
    `coalesce(${beside('lag', `_next${name}`, 1)}, ${quote(`_first${name}`)})`
  const parts: Readonly<Record<string, string>> = {
    _begun_event_at: begun('_event_at'),
    _begun_shown_at: begun('_shown_at'),
    _begun_marks: begun('_marks'),
    _previous_at: `case when ${beside('lag', '_next_event_at', 1)} is not null then coalesce(${beside('lag', '_next_event_at', 2)}, ${quote('_first_event_at')}) end`,
    _second_at: beside('lead', '_next_event_at', 1),
    _next_merged_into: beside('lead', '_merged_into', 1),
  }
  const columns = Object.entries(parts).map(([name, value]) => `${value} as ${quote(name)}`)
  return `select b.*, ${columns.join(', ')} from beside as b where ${differs(input)}`
}

function shown({ dialect, fields }: FoldInput): string {
  const { quote } = dialect
  const [at, from, next] = [
    quote('_begun_event_at'),
    quote('_begun_shown_at'),
    quote('_next_event_at'),
  ]
  const [previous, nextShown] = [quote('_previous_at'), quote('_next_shown_at')]
  const lastMarks = marksIn(quote('_last_marks'))
  // Ends and versions alternate, but for versions that follow each other.
  const isFinal = `(${next} is null or (not ${quote('_next_alive')} and ${quote('_second_at')} is null))`
  const own: Record<keyof typeof latestColumns, string> = {
    _key: quote('_key'),
    _event_at: at,
    // A read shows the CRM's timestamp, unless an event within the same instant began a version already.
    _start: `case when ${previous} is null or ${from} > ${previous} then ${from} else ${at} end`,
    _end: `case when ${nextShown} > ${at} then ${nextShown} else ${next} end`,
    _closed: `not coalesce(${quote('_next_alive')}, true)`,
    // Whoever was named until the record came back: a delete may be told before its merge.
    _merged_into: `case when not ${quote('_next_alive')} then ${quote('_next_merged_into')} end`,
    _marks: quote('_begun_marks'),
    _end_event_at: next,
    _last_marks: quote('_last_marks'),
    // A closed record that told something in the instant of its end, or later, is more than its version.
    _through: `case when ${isAlive(lastMarks)} or (${quote('_alive')} and ${quote(`_last${toldAt}`)} < ${next}) then ${quote('_last_event_at')} end`,
  }
  const columns = [
    ...Object.entries(own).map(([name, value]) => `${value} as ${quote(name)}`),
    `${quote('_alive')} as ${quote('_is_version')}`,
    `${quote('_alive')} and ${isFinal} as ${quote('_is_last')}`,
    ...fields.map(({ name }) => quote(name)),
  ]
  return `select ${columns.join(', ')} from versions where ${quote('_alive')} or (${isFinal} and ${previous} is null)`
}
