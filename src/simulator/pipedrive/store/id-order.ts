/** In which order ids come. */

/** Numbers by value; the ids of leads are no numbers. */
export function compareIds(a: string, b: string): number {
  const [one, other] = [Number(a), Number(b)]
  if (Number.isNaN(one) || Number.isNaN(other)) return a < b ? -1 : a > b ? 1 : 0
  return one - other
}
