/**
 * How a warehouse's SQL differs, as data and small text functions. Builders in this folder take a
 * dialect and never ask which one it is.
 */
import type { Column, ValueKind } from '../../model/value.ts'

export interface Dialect {
  readonly name: 'duckdb' | 'postgres' | 'bigquery' | 'snowflake'
  /** Longest identifier, in bytes. */
  readonly maxIdentifierBytes: number
  /** Whether names of columns that differ in case alone are one, also where they are quoted. */
  readonly foldsNames: boolean
  /** `"a"` or `` `a` ``, with the quote character escaped. */
  quote(identifier: string): string
  /** Placeholder of the n-th parameter, from 1. */
  placeholder(position: number): string
  /** A text as a literal of this dialect (only for constants of our own, never for data). */
  literal(text: string): string
  /** The native type that working tables use for a kind when there is no model column behind it. */
  readonly types: Readonly<Record<'text' | 'bigint' | 'boolean' | 'timestamp_tz', string>>
  /** The native type that holds every usual value of a kind: what a pulled field's column declares. */
  readonly fieldTypes: Readonly<Record<Exclude<ValueKind, 'unsupported'>, string>>
  /** Whether texts hold U+0000, and JSON halves of surrogate pairs, escaped: held-text.ts. */
  readonly texts: { readonly holdZero: boolean; readonly halvesInJson: boolean }
  /** Maps a native type name, as the warehouse reports it, to a kind and scale. */
  kindOf(nativeType: string): { readonly kind: ValueKind; readonly scale?: number }
  /** An expression that gives the column's canonical text (model/value.ts), null for null. */
  canonicalText(expression: string, column: Pick<Column, 'kind' | 'scale'>): string
  /**
   * An expression to compare by: equal exactly when the values are the same to a person. Doubles
   * are rounded to 15 significant digits (parallel sums differ in the last bit), JSON and arrays
   * become text.
   */
  comparable(expression: string, column: Pick<Column, 'kind' | 'scale'>): string
  /** Null-safe inequality of two expressions. */
  distinct(left: string, right: string): string
  /** Hex digest of a text expression, the same for equal texts: `md5(…)`. */
  digest(expression: string): string
  /** Concatenates text expressions, none of which may be null. */
  concat(expressions: readonly string[]): string
  /** An integer expression as text, a text expression as 64-bit integer. */
  toText(expression: string): string
  /** Makes a schema unless it is there. Who may make none can be given one: looking at it takes no right to. */
  createSchema(schema: string): string
  /** Statements that replace a table by a query's rows, whatever stood there, atomically together. */
  createTableAs(table: string, query: string): readonly string[]
  /**
   * As `createTableAs`, for a table that only this connection sees, and that costs no log and no storage. It has
   * no schema, and may be made within a transaction.
   */
  createTemporaryAs(table: string, query: string): readonly string[]
  /** A query of the names of a schema's tables, in one column. */
  tableNames(schema: string): string
  /** A query of a schema's tables and views, each with its columns in order: `[table, column]`. The schema is there. */
  columnNames(schema: string): string
  /** Declares that rows are read by this column in order; empty where the warehouse needs nothing. */
  readByStatements(table: string, column: string): readonly string[]
  /** The native value of a canonical text of the column; null for null. */
  fromCanonical(expression: string, column: Column): string
  /**
   * The last text of the window's rows up to this one that is not null. `position` counts the rows of a
   * partition in the window's order; it is only asked for where `countsRows` says so.
   */
  readonly lastKnown: {
    readonly countsRows: boolean
    expression(text: string, window: WindowOrder, position: string): string
  }
  /** An instant less one unit. */
  justBefore(instant: string, unit: 'microsecond' | 'millisecond' | 'hour'): string
  /** The first instant after one. */
  justAfter(instant: string): string
  /** A number from 0 to `count` less one, the same for equal texts. */
  bucket(text: string, count: number): string
  /**
   * A number as a double's 15 significant digits: `d.dddddddddddddde±dd`, one text for both zeros; `NaN`, `Infinity`,
   * `-Infinity`.
   */
  significantText(expression: string): string
  readonly list: ListSql
  readonly object: ObjectSql
  /** Whether a text is, from its beginning to its end, what a pattern says that every dialect reads alike. */
  matches(text: string, pattern: string): string
  /** JSON as text without blanks between its tokens; numbers and the order of keys stay as they are. */
  compactJson(expression: string): string
  /** An aggregate: the exact sum of texts of 15 hexadecimal digits, whatever their number. */
  sumOfHex(expression: string): string
  /** A text to order by, byte by byte. */
  byteOrder(expression: string): string
  /** What follows a table's columns where rows are found by a key from some time on. */
  keptBy(key: string, time: string): string
  /** Statements that make rows of a table be found by these columns; empty where nothing is needed. */
  foundByStatements(name: TableName, columns: readonly string[]): readonly string[]
}

/** What an index's name adds to its table's, which must leave room for it. */
export const indexSuffix = '_by_key'

/** How a list in JSON is taken apart. */
export interface ListSql {
  /** What follows a table in `from`: a row for each element, none for what is no list; places count from 1. */
  elements(json: string): {
    readonly from: string
    readonly element: string
    readonly place: string
    /** The text of the element, or of a part of it; null for null and for what is not there. */
    text(part: string | null): string
  }
  /** The text of the element at a place of another list. */
  textAt(json: string, place: string): string
}

/** How an object in JSON is taken apart and put together whose members are texts or null. */
export interface ObjectSql {
  /**
   * What follows a table in `from`, for the object in a text: a row for each member. Names and texts are as `of` takes them, and
   * a text is null for null.
   */
  members(text: string): { readonly from: string; readonly name: string; readonly text: string }
  /** An aggregate: the object, as a text, of these members in the order of their names. */
  of(name: string, text: string): string
}

/** Partition and order of a window function, as SQL. */
export interface WindowOrder {
  readonly partition: string
  readonly order: string
}

/** A schema's table or view. */
export interface TableName {
  readonly schema: string
  readonly table: string
}
