/**
 * What runs a person's row function. The engine knows this seam alone; what stands behind it must
 * give the function nothing of the machine, neither files nor network nor time nor chance.
 */
import type { Column, Row, ValueKind } from '../model/value.ts'

/** The row function's file, relative to the project, and its text. */
export interface TransformSource {
  readonly file: string
  readonly text: string
}

export interface TransformInput {
  /** The model's columns, in the order of each row's texts; none is `unsupported`. */
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  /** The columns that the mapping reads. */
  readonly wanted: readonly string[]
}

/**
 * - `transform.skipped`: the function returned null.
 * - `transform.error`: it threw, or returned what is no row.
 * - `transform.missing`: neither the model nor the function gives a column that the mapping reads.
 * - `transform.limit`: it used too much time, memory or depth.
 */
export const transformReasons = [
  'transform.skipped',
  'transform.error',
  'transform.missing',
  'transform.limit',
] as const
export type TransformReason = (typeof transformReasons)[number]

/** One row afterwards. `values` and `kinds` follow `wanted`: a returned value has a kind of its own. */
export type Transformed = TransformedRow | TransformFailure

export interface TransformedRow {
  readonly ok: true
  readonly values: readonly (string | null)[]
  readonly kinds: readonly ValueKind[]
}

export interface TransformFailure {
  readonly ok: false
  readonly reason: TransformReason
  /** For people, with file and, where it is known, line; null for a skipped row. */
  readonly message: string | null
}

export interface Transform {
  /**
   * One result for each row, in order; a row's failure is its result and never an exception.
   * Equal rows have equal results, however they are grouped.
   */
  apply(input: TransformInput): Promise<readonly Transformed[]>
}

/** Throws `transform.syntax` or `transform.load`, with file and line, where no row could ever pass. */
export type OpenTransform = (source: TransformSource) => Promise<Transform>
