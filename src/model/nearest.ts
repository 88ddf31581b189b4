/** Finds the name that a person most likely meant, by optimal string alignment distance. */

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    beforeLast = last
    last = current
  }
  return at(last, b.length)
}

/** The candidate closest to `name`, or null where none is close enough to be a likely slip. */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  const wanted = plain(name)
  // A third of the letters may differ: enough for two slips in a long word, not for another word.
  let allowed = Math.max(1, Math.floor(wanted.length / 3))
  let found: string | null = null
  for (const candidate of candidates) {
    const distance = editDistance(wanted, plain(candidate))
    if (distance > allowed || (found !== null && distance === allowed)) continue
    found = candidate
    allowed = distance
  }
  return found
}

/** The candidates that are least far from `name`, `most` at most, the nearest first; however far they are. */
export function nearestOnes(
  name: string,
  candidates: readonly string[],
  most: number,
): readonly string[] {
  const wanted = plain(name)
  const far = new Map(candidates.map((one) => [one, editDistance(wanted, plain(one))]))
  const distance = (one: string): number => far.get(one) ?? Number.POSITIVE_INFINITY
  return candidates.toSorted((a, b) => distance(a) - distance(b)).slice(0, most)
}

/** Case and the usual separators are never what tells two names apart for a person. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[-_. ]/g, '')
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
