/**
 * Where the fold of a touched key begins. A key whose news is all later than what was met goes on from its last
 * version. A late change folds anew from the version before it, and reads the log from that version's
 * beginning on. So the cost follows the keys that changed, not the log.
 */
import type { Column } from '../../../model/value.ts'
import type { Dialect } from '../../sql/dialect.ts'
import { tableReference } from '../../sql/names.ts'
import type { Statement } from '../../sql/statement.ts'
import { statement } from '../../sql/working-schema.ts'
import { latestColumns, listed, namesOf, pastColumns } from '../columns/own-columns.ts'
import type { FoldedField } from './folded-field.ts'
import { isWhollyKnown } from './known-fields.ts'
import { createScratch } from '../tables/scratch.ts'
import type { HistoryTables } from '../tables/tables.ts'

/** Before every change. */
const earliest = '0001-01-01T00:00:00.000000Z'

/** An instant of ours as a native value. */
export function instantLiteral(dialect: Dialect, instant: string): string {
  return dialect.fromCanonical(dialect.literal(instant), {
    name: '',
    kind: 'timestamp_tz',
    nativeType: dialect.types.timestamp_tz,
  })
}

/**
 * One row for each touched key that is folded: `_from_at`, behind which its changes are read, and the version that stands at
 * that time, if there is one.
 */
export function createBase(
  dialect: Dialect,
  tables: HistoryTables,
  fields: readonly Column[],
  hasLate: boolean,
): Statement[] {
  const query = `${goingOn(dialect, tables, fields)} union all ${anew(dialect, tables, fields, hasLate)}`
  return createScratch(dialect, tables.base, query, '_key')
}

/** `[keys, TouchedKeys.lateFrom, TouchedKeys.versions]` */
export function baseBounds(
  dialect: Dialect,
  tables: HistoryTables,
  fields: readonly FoldedField[],
): Statement {
  const { quote } = dialect
  const late = `min(case when ${quote('_kind')} = 'late' then ${quote('_from_at')} end)`
  const marks = [quote('_marks'), `coalesce(${quote('_last_marks')}, ${quote('_marks')})`]
  const isWhole = marks.map((each) => isWhollyKnown(each, fields)).join(' and ')
  const versions = `count(${quote('_event_at')})`
  const known = `case when ${versions} = 0 then 'none' when ${versions} = count(case when ${quote('_event_at')} is not null and ${isWhole} then 1 end) then 'whole' else 'partly known' end`
  const bounds = [
    dialect.toText('count(*)'),
    dialect.canonicalText(late, { kind: 'timestamp_tz' }),
    known,
  ]
  return statement(`select ${bounds.join(', ')} from ${tableReference(dialect, tables.base)}`)
}

function goingOn(dialect: Dialect, tables: HistoryTables, fields: readonly Column[]): string {
  const { quote } = dialect
  // Everything behind `_through` is news.
  return `select ${touched(dialect)}, v.${quote('_through')} as ${quote('_from_at')}, ${listed(dialect, versionColumns(fields), 'v')} from ${tableReference(dialect, tables.touched)} as t join ${tableReference(dialect, tables.latest)} as v on v.${quote('_key')} = t.${quote('_key')} where t.${quote('_kind')} = 'next'`
}

function anew(
  dialect: Dialect,
  tables: HistoryTables,
  fields: readonly Column[],
  hasLate: boolean,
): string {
  const { quote } = dialect
  const [key, kind, at] = [quote('_key'), quote('_kind'), quote('_event_at')]
  const from = `coalesce(v.${at}, ${instantLiteral(dialect, earliest)})`
  const columns = versionColumns(fields).map((name) =>
    carriesOn(name)
      ? `cast(null as ${dialect.types[latestColumns[name]]}) as ${quote(name)}`
      : `v.${quote(name)}`,
  )
  return `select ${touched(dialect)}, ${from} as ${quote('_from_at')}, ${columns.join(', ')} from ${tableReference(dialect, tables.touched)} as t left join (${hasLate ? lastBefore(dialect, tables, fields) : noVersion(dialect, tables, fields)}) as v on v.${key} = t.${key} and v.${quote('_place')} = 1 where t.${kind} in ('new', 'late')`
}

/** The versions of late keys that begin before their first news, the last one of each in first place. */
function lastBefore(dialect: Dialect, tables: HistoryTables, fields: readonly Column[]): string {
  const { quote } = dialect
  const [key, at] = [quote('_key'), quote('_event_at')]
  const names = namesOf(pastColumns, fields)
  const before = (table: string): string =>
    `select ${listed(dialect, names, 'p')} from ${table} as p join ${tableReference(dialect, tables.touched)} as t on t.${key} = p.${key} where t.${quote('_kind')} = 'late' and p.${at} < t.${quote('_first_at')}`
  const all = [tables.past, tables.latest]
    .map((table) => before(tableReference(dialect, table)))
    .join(' union all ')
  return `select ${listed(dialect, names, 'p')}, row_number() over (partition by p.${key} order by p.${at} desc) as ${quote('_place')} from (${all}) as p`
}

/** The same columns without a row, and without a look at the versions. */
function noVersion(dialect: Dialect, tables: HistoryTables, fields: readonly Column[]): string {
  const names = listed(dialect, namesOf(pastColumns, fields), 'p')
  return `select ${names}, 1 as ${dialect.quote('_place')} from ${tableReference(dialect, tables.latest)} as p where 1 = 0`
}

function touched({ quote }: Dialect): string {
  return `t.${quote('_key')} as ${quote('_key')}, t.${quote('_kind')} as ${quote('_kind')}`
}

/** Without the key, and without `_through`, which `_from_at` is. */
function versionColumns(fields: readonly Column[]): readonly string[] {
  return namesOf(latestColumns, fields).filter((name) => name !== '_key' && name !== '_through')
}

const carriedOn = ['_end_event_at', '_last_marks'] as const

/** Only a version that the fold goes on from knows what came after its beginning. */
function carriesOn(name: string): name is (typeof carriedOn)[number] {
  return carriedOn.some((one) => one === name)
}
