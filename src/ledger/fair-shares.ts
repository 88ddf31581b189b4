/** How many slots of a budget are due to each owner: what it needs, or else as many as any other gets. */

/** Where there are more owners than slots, each has its turn for so long. */
const rotationMs = 5_000

/**
 * One share per need, in order. Nobody gets more than it needs, and nobody less than it needs while
 * another gets more than one above it. Their sum is `max`, or the sum of the needs if that is less.
 */
export function fairShares(needs: readonly number[], max: number, at: number): readonly number[] {
  const shares = needs.map(() => 0)
  let left = max
  let hungry = needs.map((_, index) => index)
  for (;;) {
    const each = hungry.length === 0 ? 0 : Math.floor(left / hungry.length)
    const content = hungry.filter((index) => (needs[index] ?? 0) <= each)
    if (content.length === 0) return handOut(shares, hungry, { each, left, at })
    for (const index of content) {
      shares[index] = needs[index] ?? 0
      left -= shares[index] ?? 0
    }
    hungry = hungry.filter((index) => !content.includes(index))
  }
}

/** `each` to all of the hungry, and one more to as many as that leaves slots for. */
function handOut(
  shares: number[],
  hungry: readonly number[],
  { each, left, at }: { readonly each: number; readonly left: number; readonly at: number },
): readonly number[] {
  const more = left - each * hungry.length
  // Who would get nothing at all takes turns with the others; else the same ones keep their extra.
  const first =
    each > 0 || hungry.length === 0 ? 0 : (Math.floor(at / rotationMs) * more) % hungry.length
  hungry.forEach((index, position) => {
    const rank = (position - first + hungry.length) % hungry.length
    shares[index] = each + (rank < more ? 1 : 0)
  })
  return shares
}
