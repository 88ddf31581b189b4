/** What every benchmark ends with: one JSON object on the last line of standard output. */

/** One bar of design section 11, and what was measured against it. */
export interface BenchResult {
  readonly bench: string
  /** Ours over the reference, in the direction that the bar names. */
  readonly ratio?: number
  readonly value?: number
  readonly unit?: string
  /** The bar in words: what must hold of ratio and value. */
  readonly bar: string
  readonly passed: boolean
  readonly details: Readonly<Record<string, unknown>>
}

/** How large a benchmark is to be. */
export interface BenchOptions {
  /** The CRM to push to, by the name of its target; each benchmark but `push` has its own. */
  readonly to: string
  /** Rows of the model; each benchmark has its own usual number. */
  readonly rows: number | null
  /** Repetitions of which the median counts. */
  readonly repeats: number | null
  /** Tiny sizes: shows that it works, and measures nothing. */
  readonly quick: boolean
  /** Tells a person what is going on. */
  readonly say: (text: string) => void
}

export type Bench = (options: BenchOptions) => Promise<BenchResult>

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}

/** Three significant digits are more than any of these measurements deserve. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
