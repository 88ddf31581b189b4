/** Decisions by seed. */
import { seededRandom } from './random.ts'

export class Chance {
  readonly next: () => number

  constructor(seed: number) {
    this.next = seededRandom(seed)
  }

  /** True in `share` of all cases. */
  happens(share: number): boolean {
    return this.next() < share
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  pick<T>(values: readonly T[]): T | undefined {
    return values[Math.floor(this.next() * values.length)]
  }

  oneOf<T>(first: T, ...others: readonly T[]): T {
    return [first, ...others][Math.floor(this.next() * (others.length + 1))] ?? first
  }
}
