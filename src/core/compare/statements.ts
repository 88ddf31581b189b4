/**
 * What is asked of each of two tables that are compared. Rows fall into buckets by the digest of their key, so
 * that a warehouse tells of many rows at once how many they are and what the sum of their digests is; only rows
 * of buckets that differ are read.
 *
 * A row's digest covers its key, too: two rows of one bucket that had swapped their values would have the same sum
 * otherwise. Nothing here writes.
 */
import type { Column } from '../../model/value.ts'
import type { Dialect, TableName } from '../sql/dialect.ts'
import { tableReference } from '../sql/names.ts'
import type { Statement } from '../sql/statement.ts'
import { statement } from '../sql/working-schema.ts'
import { comparedText, isFreeText } from './compared-text.ts'
import type { ColumnPair } from './pair-columns.ts'

/** What rows are taken from. */
export interface Source {
  readonly dialect: Dialect
  readonly table: TableName
  /** A condition in the warehouse's own SQL; null for all rows. */
  readonly where: string | null
}

export const sides = ['left', 'right'] as const
export type Side = (typeof sides)[number]

/** One of the two tables, by the columns that are compared. */
export interface ComparedTable extends Source {
  readonly side: Side
  readonly keys: readonly ColumnPair[]
  readonly values: readonly ColumnPair[]
}

/** A query of all columns of the rows. */
export function sourceQuery(source: Source): string {
  return `select * from ${relation(source)}`
}

/** `[rows, rows with a null in the key]` */
export function countRows(table: ComparedTable): Statement {
  const { toText } = table.dialect
  const isNull = keyColumns(table).map((key) => `${key} is null`)
  const counts = ['count(*)', `count(case when ${isNull.join(' or ')} then 1 end)`]
  return statement(`select ${counts.map(toText).join(', ')} from ${relation(table)}`)
}

/** `[keys that several rows have, those rows]` */
export function countDuplicates(table: ComparedTable): Statement {
  const { quote, toText } = table.dialect
  const copies = quote('copies')
  const keys = `select count(*) as ${copies} from ${relation(table)} group by ${keyColumns(table).join(', ')} having count(*) > 1`
  const counts = ['count(*)', `coalesce(sum(d.${copies}), 0)`]
  return statement(`select ${counts.map(toText).join(', ')} from (${keys}) as d`)
}

/** Where the columns of a bucket stand in its row. */
export const bucketRow = { bucket: 0, rows: 1, sum: 2 } as const

/** How many digits of a row's digest are summed up: what a 64-bit integer holds. */
const summedDigits = 15

/** All buckets with rows, in their order. A bucket is the first digits of the digest of the key. */
export function readBuckets(table: ComparedTable, digits: number): Statement {
  const { dialect } = table
  const { quote, toText } = dialect
  const [bucket, part] = [quote('bucket'), quote('part')]
  const parts = `select ${bucketOf(dialect, digits)} as ${bucket}, substr(d.${quote('row_digest')}, 1, ${summedDigits}) as ${part} from (${digested(table)}) as d`
  return statement(
    `select b.${bucket}, ${toText('count(*)')}, ${toText(dialect.sumOfHex(`b.${part}`))} from (${parts}) as b group by b.${bucket} order by ${dialect.byteOrder(`b.${bucket}`)}`,
  )
}

/** Where the columns of a compared row stand; the texts of keys and values follow. */
export const comparedRow = { keyDigest: 0, rowDigest: 1, texts: 2 } as const

/** The rows of some buckets, or of all for null, by their digests. */
export function readRows(
  table: ComparedTable,
  digits: number,
  buckets: readonly string[] | null,
): Statement {
  const { dialect } = table
  const { quote } = dialect
  const chosen = buckets?.map((bucket) => `'${bucket}'`).join(', ')
  const filter = chosen === undefined ? '' : ` where ${bucketOf(dialect, digits)} in (${chosen})`
  const order = ['key_digest', 'row_digest'].map((name) => dialect.byteOrder(`d.${quote(name)}`))
  return statement(
    `select d.* from (${digested(table)}) as d${filter} order by ${order.join(', ')}`,
  )
}

function relation({ dialect, table, where }: Source): string {
  const all = tableReference(dialect, table)
  // The line ends before the bracket, or a comment at the end of the condition would take it along.
  return where === null ? `${all} as r` : `(select * from ${all} where (${where}\n)) as r`
}

function bucketOf({ quote }: Dialect, digits: number): string {
  return `substr(d.${quote('key_digest')}, 1, ${digits})`
}

function keyColumns({ dialect, keys, side }: ComparedTable): readonly string[] {
  return keys.map((pair) => `r.${dialect.quote(pair[side].name)}`)
}

/** Each row's digests, and the texts that they are of. */
function digested(table: ComparedTable): string {
  const { dialect, keys, values, side } = table
  const { quote } = dialect
  const pairs = [...keys, ...values]
  const texts = pairs.map((pair, index) => {
    const column: Column = pair[side]
    const text = comparedText(dialect, `r.${quote(column.name)}`, column, pair.as)
    return `${text} as ${quote(textName(index))}`
  })
  const marked = pairs.map((pair, index) =>
    separated(dialect, `t.${quote(textName(index))}`, isFreeText(pair)),
  )
  const digests = [
    `${dialect.digest(joined(dialect, marked.slice(0, keys.length)))} as ${quote('key_digest')}`,
    `${dialect.digest(joined(dialect, marked))} as ${quote('row_digest')}`,
  ]
  return `select ${digests.join(', ')}, t.* from (select ${texts.join(', ')} from ${relation(table)}) as t`
}

function textName(index: number): string {
  return `t${index}`
}

/** No two lists of texts and nulls give the same text: what may hold a comma is told with its length. */
function separated(dialect: Dialect, text: string, isFree: boolean): string {
  const told = isFree ? dialect.concat([dialect.toText(`length(${text})`), `':'`, text]) : text
  return dialect.concat([`coalesce(${told}, '')`, `','`])
}

/** A sum of a thousand terms is nested a thousand deep, which warehouses refuse. */
const termsPerSum = 16

function joined(dialect: Dialect, texts: readonly string[]): string {
  if (texts.length <= termsPerSum) return dialect.concat(texts)
  const groups: string[] = []
  for (let at = 0; at < texts.length; at += termsPerSum) {
    groups.push(dialect.concat(texts.slice(at, at + termsPerSum)))
  }
  return joined(dialect, groups)
}
