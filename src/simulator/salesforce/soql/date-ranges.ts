/** SOQL's words for days, as ranges of time in UTC. */

const day = 86_400_000

/** From the first instant to the one after the last. */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

type Span = (midnight: number, days: number) => TimeRange

const spans: Readonly<Record<string, Span>> = {
  TODAY: (midnight) => ({ from: midnight, to: midnight + day }),
  YESTERDAY: (midnight) => ({ from: midnight - day, to: midnight }),
  TOMORROW: (midnight) => ({ from: midnight + day, to: midnight + 2 * day }),
  LAST_N_DAYS: (midnight, days) => ({ from: midnight - days * day, to: midnight + day }),
  NEXT_N_DAYS: (midnight, days) => ({ from: midnight + day, to: midnight + (days + 1) * day }),
  THIS_MONTH: (midnight) => monthOf(midnight, 0),
  LAST_MONTH: (midnight) => monthOf(midnight, -1),
  THIS_YEAR: (midnight) => yearOf(midnight, 0),
  LAST_YEAR: (midnight) => yearOf(midnight, -1),
}

export function isDateRange(word: string): boolean {
  return Object.hasOwn(spans, word)
}

export function dateRange(name: string, days: number, now: number): TimeRange {
  const midnight = Math.floor(now / day) * day
  return spans[name]?.(midnight, days) ?? { from: midnight, to: midnight }
}

function monthOf(midnight: number, months: number): TimeRange {
  const date = new Date(midnight)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months]
  return { from: Date.UTC(year, month), to: Date.UTC(year, month + 1) }
}

function yearOf(midnight: number, years: number): TimeRange {
  const year = new Date(midnight).getUTCFullYear() + years
  return { from: Date.UTC(year, 0), to: Date.UTC(year + 1, 0) }
}
