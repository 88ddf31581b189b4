/** Pages of any size, cut anew: the reader's size is not what loading is fastest with. */
import type { Row } from '../model/value.ts'

/** The same rows in the same order, in pages of `size` (the last one may be shorter). */
export async function* regroup(
  pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
  size: number,
): AsyncGenerator<readonly Row[]> {
  let waiting: Row[] = []
  for await (const page of pages) {
    for (const row of page) {
      waiting.push(row)
      if (waiting.length === size) {
        yield waiting
        waiting = []
      }
    }
  }
  if (waiting.length > 0) yield waiting
}
