/** Two streams of rows in the same order, side by side, with a page of each in memory. */
import type { Row } from '../../model/value.ts'
import { bothSides } from './both-sides.ts'

export type Pages = AsyncIterable<readonly Row[]>

/**
 * Calls `take` with what each side has in the order of the first `ordered` columns, which are never null: both rows
 * where these are the same, else the one that comes first. Waits only for the next page; begins `atOnce` on both.
 */
export async function mergeSorted(
  [left, right]: readonly [Pages, Pages],
  { ordered, atOnce }: { readonly ordered: number; readonly atOnce: boolean },
  take: (left: Row | null, right: Row | null) => void,
): Promise<void> {
  const cursors = [new Cursor(left), new Cursor(right)] as const
  const [a, b] = cursors
  try {
    // A warehouse computes the whole of a sorted stream before its first page.
    await bothSides(atOnce, (which) => cursors[which].turn())
    while (a.row !== null || b.row !== null) {
      const order = compareRows(a.row, b.row, ordered)
      take(order <= 0 ? a.row : null, order >= 0 ? b.row : null)
      if (order <= 0 && !a.step()) await a.turn()
      if (order >= 0 && !b.step()) await b.turn()
    }
  } finally {
    // A stream that is left half-read holds a connection.
    await Promise.allSettled(cursors.map((cursor) => cursor.end()))
  }
}

/** Below zero where the left row comes first; one that is there before none. */
function compareRows(left: Row | null, right: Row | null, ordered: number): number {
  if (left === null) return 1
  if (right === null) return -1
  for (let column = 0; column < ordered; column += 1) {
    const [a, b] = [left[column] ?? '', right[column] ?? '']
    if (a !== b) return a < b ? -1 : 1
  }
  return 0
}

class Cursor {
  /** The present row, or null after the last. */
  row: Row | null = null
  readonly #pages: AsyncIterator<readonly Row[]>
  #page: readonly Row[] = []
  #at = 0

  constructor(pages: Pages) {
    this.#pages = pages[Symbol.asyncIterator]()
  }

  /** To the next row of the page; false where there is none. */
  step(): boolean {
    this.#at += 1
    this.row = this.#page[this.#at] ?? null
    return this.row !== null
  }

  /** To the first row of the next page. */
  async turn(): Promise<void> {
    const next = await this.#pages.next()
    this.#page = next.done === true ? [] : next.value
    this.#at = 0
    this.row = this.#page[0] ?? null
  }

  async end(): Promise<void> {
    await this.#pages.return?.()
  }
}
