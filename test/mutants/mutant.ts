/** A small change that breaks a promise, and the tests that must notice. */

export interface Mutant {
  readonly name: string
  /** The promise of ARCHITECTURE.md that it breaks. */
  readonly promise: number
  readonly file: string
  /** Occurs exactly once in the file. */
  readonly search: string
  readonly replace: string
  /** Test files, the quickest that should fail. */
  readonly tests: readonly string[]
}
