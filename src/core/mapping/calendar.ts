/** Dates as text. Zones come from the runtime's own IANA data. */

const isoDate = /^(\d{4})-(\d{2})-(\d{2})$/
const daysIn = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

export function isValidDate(text: string): boolean {
  const parts = isoDate.exec(text)
  if (parts === null) return false
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const last = (daysIn[month - 1] ?? 0) + (leap ? 1 : 0)
  return day >= 1 && day <= last
}

const formatters = new Map<string, Intl.DateTimeFormat>()

/**
 * The calendar day that people in `timeZone` write for an instant `…Z`; null for a text that is no
 * instant, or one whose day there lies outside the years 1 to 9999.
 */
export function dateInZone(instant: string, timeZone: string): string | null {
  const at = Date.parse(instant)
  if (Number.isNaN(at)) return null
  let formatter = formatters.get(timeZone)
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      era: 'narrow',
    })
    formatters.set(timeZone, formatter)
  }
  const parts = new Map(formatter.formatToParts(at).map((part) => [part.type, part.value]))
  if (parts.get('era') === 'B') return null
  const date = `${parts.get('year')?.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`
  return isValidDate(date) ? date : null
}

/** Whether the runtime knows the zone. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
