/**
 * Compares two tables, of one warehouse or of two. Each warehouse counts its rows and sums up their digests in
 * buckets; only the rows of buckets that differ are read, in the same order from both sides, so that memory stays
 * flat and the cost follows the difference. Nothing is written.
 */
import { bucketCount, bucketDigits, rowsPerBucket } from '../../core/compare/buckets.ts'
import { type ColumnPair, pairName } from '../../core/compare/pair-columns.ts'
import {
  type ComparedTable,
  comparedRow,
  readBuckets,
  readRows,
} from '../../core/compare/statements.ts'
import type { Statement } from '../../core/sql/statement.ts'
import type { Row } from '../../model/value.ts'
import { bothSides, type Which } from './both-sides.ts'
import { chooseReading, compareBuckets, type Reading } from './compare-buckets.ts'
import {
  type ComparedColumns,
  type CompareProgress,
  type RowCounts,
  type SampleRow,
  sampleKinds,
  type TableComparison,
  type TypedPair,
} from './comparison.ts'
import { countTable } from './count-rows.ts'
import { mergeSorted, type Pages } from './merge-sorted.ts'
import type { PreparedTables } from './prepare.ts'
import { RowTally } from './row-tally.ts'

export interface CompareOptions {
  /** Rows of each kind to show. */
  readonly samples: number
  readonly progress: (event: CompareProgress) => void
  readonly signal: AbortSignal
  /** Rows that a bucket has on average; the engine's own number when absent. */
  readonly rowsPerBucket?: number
  /** Buckets that one statement asks for; the engine's own number when absent. */
  readonly bucketsPerRead?: number
}

/** Some warehouses take no list that is much longer, and no statement. */
const bucketsPerRead = 20_000

const pageRows = 2048

/** Throws the reason of `signal` when it is aborted. */
export async function compareTables(
  prepared: PreparedTables,
  options: CompareOptions,
): Promise<TableComparison> {
  const { tables, compared, atOnce } = prepared
  const { signal, progress } = options
  progress({ at: 'counting' })
  const counted = await bothSides(atOnce, (which) =>
    countTable(tables[which].session, compared[which]),
  )
  signal.throwIfAborted()
  progress({ at: 'hashing' })
  const digits = bucketDigits(
    Math.max(...counted.map(({ rows }) => rows)),
    options.rowsPerBucket ?? rowsPerBucket,
  )
  const sums = bothPages(prepared, signal, (table) => readBuckets(table, digits))
  const buckets = await compareBuckets(sums, atOnce)
  const { keys, values } = compared[0]
  const tally = new RowTally([...keys, ...values], keys.length, options.samples)
  const reading = chooseReading(buckets, digits, options.bucketsPerRead ?? bucketsPerRead)
  const rowsRead = await compareRows(prepared, reading, digits, tally, options)
  const rows = balanced(tally.counts, reading.equalUnread)
  const columns = comparedColumns(prepared)
  return {
    equal: areAllCompared(columns) && rows.equal === rows.left && rows.equal === rows.right,
    key: keys.map(pairName),
    columns,
    rows,
    keys: { left: counted[0].keys, right: counted[1].keys },
    byColumn: tally.byColumn(),
    samples: tally.samples.toSorted((a, b) => rank(a) - rank(b)),
    buckets: { total: bucketCount(digits), differing: buckets.differing.length, rowsRead },
  }
}

/** Not with what was counted at first: a table may change while it is compared, and sums must balance. */
function balanced(
  { equal: read, differing, onlyLeft, onlyRight }: RowTally['counts'],
  equalUnread: number,
): RowCounts {
  const equal = read + equalUnread
  return {
    left: equal + differing + onlyLeft,
    right: equal + differing + onlyRight,
    equal,
    differing,
    onlyLeft,
    onlyRight,
  }
}

function areAllCompared({ onlyLeft, onlyRight, notCompared }: ComparedColumns): boolean {
  return [onlyLeft, onlyRight, notCompared].every((list) => list.length === 0)
}

/** Reads the chosen rows into the tally; gives back how many there were. */
async function compareRows(
  prepared: PreparedTables,
  reading: Reading,
  digits: number,
  tally: RowTally,
  options: CompareOptions,
): Promise<number> {
  const { signal, progress } = options
  let rows = 0
  const tell = (): void => progress({ at: 'reading', rows, of: reading.rows })
  for (const chosen of reading.lists) {
    tell()
    const statementOf = (table: ComparedTable): Statement => readRows(table, digits, chosen)
    const pages = bothPages(prepared, signal, statementOf, tell)
    await mergeSorted(
      pages,
      { ordered: comparedRow.texts, atOnce: prepared.atOnce },
      (left, right) => {
        rows += Number(left !== null) + Number(right !== null)
        tally.take(left, right)
      },
    )
  }
  tally.end()
  return rows
}

function bothPages(
  { tables, compared }: PreparedTables,
  signal: AbortSignal,
  statementOf: (table: ComparedTable) => Statement,
  onPage: () => void = () => undefined,
): readonly [Pages, Pages] {
  const pagesOf = (which: Which): Pages =>
    stoppable(tables[which].session.stream(statementOf(compared[which]), pageRows), signal, onPage)
  return [pagesOf(0), pagesOf(1)]
}

async function* stoppable(
  pages: Pages,
  signal: AbortSignal,
  onPage: () => void,
): AsyncGenerator<readonly Row[]> {
  for await (const page of pages) {
    signal.throwIfAborted()
    onPage()
    yield page
  }
}

function comparedColumns({
  compared: [{ keys, values }],
  columns,
}: PreparedTables): ComparedColumns {
  const names = (list: readonly { readonly name: string }[]): readonly string[] =>
    list.map(({ name }) => name)
  return {
    compared: keys.length + values.length,
    onlyLeft: names(columns.onlyLeft),
    onlyRight: names(columns.onlyRight),
    notCompared: columns.unequalKinds.map(typedPair),
    otherKinds: columns.pairs.filter(({ left, right }) => left.kind !== right.kind).map(typedPair),
  }
}

/** Those of one kind stay in the order in which they were found. */
function rank({ kind }: SampleRow): number {
  return sampleKinds.indexOf(kind)
}

function typedPair(pair: Pick<ColumnPair, 'left' | 'right'>): TypedPair {
  return { column: pairName(pair), left: pair.left.nativeType, right: pair.right.nativeType }
}
