/** A statement as a value: text with the dialect's placeholders, and what fills them. */
export type Parameter = string | number | boolean | null

export interface Statement {
  readonly text: string
  readonly parameters: readonly Parameter[]
  /** The number of rows this must affect, or the whole execution is undone. */
  readonly expectRows?: number
}
