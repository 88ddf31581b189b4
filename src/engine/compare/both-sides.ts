/** The same work on the left side (0) and on the right one (1). */

export type Which = 0 | 1

/**
 * At once where the sides are of two warehouses. One warehouse has one memory, which two large sorts at the same
 * time exceed though each alone would not.
 */
export async function bothSides<T>(
  atOnce: boolean,
  work: (which: Which) => Promise<T>,
): Promise<readonly [T, T]> {
  if (atOnce) return Promise.all([work(0), work(1)])
  return [await work(0), await work(1)]
}
