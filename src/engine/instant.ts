/** A time of the clock as warehouses are told it. */

/** Milliseconds since the epoch as a canonical instant. */
export function instant(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}
