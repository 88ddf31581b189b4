/** What comparing two tables found. */
import type { Side } from '../../core/compare/statements.ts'

export interface TableComparison {
  /** Pairs of columns as `pairName` tells them. */
  readonly key: readonly string[]
  readonly columns: ComparedColumns
  /** Rows of `left` = equal + differing + onlyLeft; of `right` likewise. */
  readonly rows: RowCounts
  readonly keys: Readonly<Record<Side, KeyCounts>>
  /** Rows by column that differs in them; without columns that nowhere do. */
  readonly byColumn: Readonly<Record<string, number>>
  readonly samples: readonly SampleRow[]
  readonly buckets: BucketCounts
  /** Nothing differs: no row, and no column is missing on a side or was left uncompared. */
  readonly equal: boolean
}

export interface ComparedColumns {
  readonly compared: number
  readonly onlyLeft: readonly string[]
  readonly onlyRight: readonly string[]
  /** Their values can't be equal. */
  readonly notCompared: readonly TypedPair[]
  /** Compared, though their kinds differ. */
  readonly otherKinds: readonly TypedPair[]
}

export interface TypedPair {
  readonly column: string
  /** The warehouses' own types. */
  readonly left: string
  readonly right: string
}

export interface RowCounts {
  readonly left: number
  readonly right: number
  readonly equal: number
  readonly differing: number
  readonly onlyLeft: number
  readonly onlyRight: number
}

export interface KeyCounts {
  /** Rows with a null in a key column. */
  readonly nullRows: number
  /** Keys that several rows have, and how many rows that are. */
  readonly duplicateKeys: number
  readonly duplicateRows: number
}

export interface BucketCounts {
  readonly total: number
  readonly differing: number
  /** Rows of both sides that were read. */
  readonly rowsRead: number
}

export const sampleKinds = ['differing', 'only_left', 'only_right'] as const
export type SampleKind = (typeof sampleKinds)[number]

export interface SampleRow {
  readonly kind: SampleKind
  readonly key: Readonly<Record<string, string | null>>
  /** False where other rows have the same key, which are compared as a set. */
  readonly unique: boolean
  /** Of a row that differs the columns that do; else all. A side without the row is absent. */
  readonly values: Readonly<Record<string, Readonly<Partial<Record<Side, string | null>>>>>
}

export type CompareProgress =
  | { readonly at: 'counting' | 'hashing' }
  | { readonly at: 'reading'; readonly rows: number; readonly of: number }
