/** What there is to compare in two tables: refused before anything is read where there is nothing. */
import {
  type ColumnPair,
  type PairedColumns,
  type PairingRules,
  pairColumns,
} from '../../core/compare/pair-columns.ts'
import { type ComparedTable, type Source, sourceQuery } from '../../core/compare/statements.ts'
import { nearest } from '../../model/nearest.ts'
import type { Column } from '../../model/value.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import type { Which } from './both-sides.ts'
import { compareErrors } from './errors.ts'

/** A table of an opened warehouse. */
export interface OpenTable extends Source {
  readonly session: Session
  /** For messages: `warehouse:main.deals`. */
  readonly name: string
}

/** What names columns of either table. */
export interface CompareRules extends Pick<PairingRules, 'renamed' | 'ignored'> {
  /** Empty for `id`. */
  readonly keys: readonly string[]
}

export interface PreparedTables {
  readonly tables: readonly [OpenTable, OpenTable]
  readonly compared: readonly [ComparedTable, ComparedTable]
  readonly columns: PairedColumns
  /** Both sides may work at the same time. */
  readonly atOnce: boolean
}

export interface TableColumns {
  readonly tables: readonly [OpenTable, OpenTable]
  readonly left: readonly Column[]
  readonly right: readonly Column[]
}

/** The columns that there are; throws `compare.unknown_table`. */
export async function readColumns(tables: readonly [OpenTable, OpenTable]): Promise<TableColumns> {
  const [left, right] = await Promise.all([columnsOf(tables[0]), columnsOf(tables[1])])
  return { tables, left, right }
}

async function columnsOf(open: OpenTable): Promise<readonly Column[]> {
  const { session, dialect, table, name, where } = open
  const columns = await session.columns(table.schema, table.table)
  if (columns === null) {
    const found = await session.query({ text: dialect.tableNames(table.schema), parameters: [] })
    throw compareErrors.unknown_table({
      message: `There is no table ${name}${meaning(
        table.table,
        found.map(([one]) => one ?? ''),
      )}`,
    })
  }
  // A condition that does not fit is told before anything is counted, and can be nothing but one.
  return where === null ? columns : session.describe(sourceQuery(open))
}

/** Throws where rows can't be found by the key, or there is nothing in common. */
export function prepare(
  { tables, left, right }: TableColumns,
  rules: CompareRules,
): PreparedTables {
  const sameDialect = tables[0].dialect.name === tables[1].dialect.name
  const columns = pairColumns(left, right, { ...rules, sameDialect })
  if (columns.pairs.length === 0 && columns.unequalKinds.length === 0) {
    const names = tables.map(({ name }) => name).join(' and ')
    throw compareErrors.nothing_common({ message: `${names} have no column in common.` })
  }
  const names = rules.keys.length === 0 ? [usualKey] : rules.keys
  const keys = [...new Set(names.map((name) => keyPair(name, columns, tables, rules)))]
  const values = columns.pairs.filter((pair) => !keys.includes(pair))
  const side = (which: Which): ComparedTable => {
    const { dialect, table, where } = tables[which]
    return { dialect, table, where, side: which === 0 ? 'left' : 'right', keys, values }
  }
  const atOnce = tables[0].session !== tables[1].session
  return { tables, compared: [side(0), side(1)], columns, atOnce }
}

const usualKey = 'id'

/** By the left table's name or the right one's. */
function keyPair(
  name: string,
  { pairs, unequalKinds }: PairedColumns,
  tables: readonly [OpenTable, OpenTable],
  { keys }: CompareRules,
): ColumnPair {
  const pair = named(pairs, name)
  if (pair !== undefined && pair.as !== 'json') return pair
  const others = pair ?? named(unequalKinds, name)
  if (others !== undefined) {
    const { left, right } = others
    throw compareErrors.bad_key({
      message: `The column ${name} can not be a key: it is ${left.nativeType} in ${tables[0].name} and ${right.nativeType} in ${tables[1].name}.`,
    })
  }
  const where = `${tables[0].name} and ${tables[1].name}`
  const common = pairs.map(({ left }) => left.name)
  if (keys.length > 0) {
    throw compareErrors.unknown_column({
      message: `The key column ${name} is not in both ${where}${meaning(name, common)}`,
    })
  }
  throw compareErrors.no_key({ message: `${where} have no column ${name} in common.` })
}

function named<Pair extends { readonly left: Column; readonly right: Column }>(
  pairs: readonly Pair[],
  name: string,
): Pair | undefined {
  const isNamed = (match: (column: string) => boolean): Pair | undefined =>
    pairs.find(({ left }) => match(left.name)) ?? pairs.find(({ right }) => match(right.name))
  const lower = name.toLowerCase()
  return isNamed((column) => column === name) ?? isNamed((column) => column.toLowerCase() === lower)
}

/** Throws `compare.unknown_column` for a renaming or an ignored column that no table has. */
export function refuseUnknownColumns(
  found: readonly TableColumns[],
  { renamed, ignored }: CompareRules,
): void {
  const left = new Set(found.flatMap((one) => one.left.map(({ name }) => name)))
  const right = new Set(found.flatMap((one) => one.right.map(({ name }) => name)))
  for (const pair of renamed) {
    refuseUnknown(pair.left, left, 'the left side')
    refuseUnknown(pair.right, right, 'the right side')
  }
  for (const name of ignored) refuseUnknown(name, left.union(right), 'either side')
}

function refuseUnknown(name: string, known: ReadonlySet<string>, where: string): void {
  if (known.has(name)) return
  throw compareErrors.unknown_column({
    message: `There is no column ${name} on ${where}${meaning(name, known)}`,
  })
}

/** Ends a sentence about a name that is not there. */
export function meaning(name: string, candidates: Iterable<string>): string {
  const meant = nearest(name, candidates)
  return meant === null || meant === name ? '.' : `; did you mean ${meant}?`
}
