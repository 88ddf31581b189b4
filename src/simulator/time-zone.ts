/** When a day ends: daily limits start again at midnight in a time zone of the CRM's choice. */

/** The first instant after `now` at which the zone's date changes. */
export function dayEnd(now: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })
  const today = format.format(now)
  let low = now
  let high = now + 50 * 3_600_000
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (format.format(middle) === today) low = middle
    else high = middle
  }
  return high
}
