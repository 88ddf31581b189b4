/** Instants as canonical text, `YYYY-MM-DDTHH:MM:SS.ffffffZ`: in text order they are in order of time. */

const written =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):?(\d{2})?)$/

/** As nearly all are written: asking this needs no parts, and it is asked millions of times. */
const plainlyWritten = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}Z$/

const perSecond = 1_000_000n

/** Null for what is no instant: without a zone, finer than a microsecond, or not in the calendar. */
export function instantOf(text: string): string | null {
  if (plainlyWritten.test(text)) return inUtc(text.slice(0, 10), text.slice(11, 19), '')
  const parts = written.exec(text)
  if (parts === null) return null
  const [, date = '', time = '', fraction = '', sign, hours = '0', minutes = '0'] = parts
  if (/[^0]/.test(fraction.slice(6))) return null
  if (sign === undefined) return inUtc(date, time, fraction)
  const seconds = secondsOf(`${date}T${time}Z`)
  if (seconds === null) return null
  const offset = BigInt(Number(hours) * 3600 + Number(minutes) * 60)
  const shifted = sign === '-' ? seconds + offset : seconds - offset
  return textOf(shifted * perSecond + BigInt(fraction.slice(0, 6).padEnd(6, '0')))
}

/** As `instantOf`; a time without a zone is taken for one in UTC. */
export function instantInUtc(text: string): string | null {
  return instantOf(text) ?? instantOf(`${text}Z`)
}

/** A time without a zone as canonical text, `YYYY-MM-DDTHH:MM:SS.ffffff`; null for what is none, one with a zone included. */
export function zonelessOf(text: string): string | null {
  return instantOf(`${text}Z`)?.slice(0, -1) ?? null
}

/** Whether a text is a day of the calendar, `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && isThere(text)
}

/** What needs no shift needs no arithmetic. */
function inUtc(date: string, time: string, fraction: string): string | null {
  const isInDay = time.slice(0, 2) < '24' && time.slice(3, 5) < '60' && time.slice(6) < '60'
  if (!isInDay || !isThere(date)) return null
  return `${date}T${time}.${fraction === '' ? '000000' : fraction.slice(0, 6).padEnd(6, '0')}Z`
}

/** Whether the calendar has the date, `YYYY-MM-DD`. */
function isThere(date: string): boolean {
  return isDay(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8)))
}

const daysOf = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

function isDay(year: number, month: number, day: number): boolean {
  if (year < 1 || day < 1 || day > (daysOf[month - 1] ?? 0)) return false
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month !== 2 || day < 29 || isLeap
}

export function addMicroseconds(instant: string, microseconds: bigint): string {
  const withinSecond = BigInt(instant.slice(20, 26)) + microseconds
  if (withinSecond >= 0n && withinSecond < perSecond) {
    return `${instant.slice(0, 20)}${String(withinSecond).padStart(6, '0')}Z`
  }
  const seconds = secondsOf(`${instant.slice(0, 19)}Z`) ?? 0n
  const moved = textOf(seconds * perSecond + withinSecond)
  // Behind the last instant of the calendar there is none.
  return moved ?? instant
}

/** Null where the calendar has no such date: `Date` would roll it over into the next month. */
function secondsOf(text: string): bigint | null {
  const ms = new Date(text).getTime()
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 19) !== text.slice(0, 19)) return null
  return BigInt(ms / 1000)
}

/** Null outside of the years 1 to 9999, which have four digits. */
function textOf(microseconds: bigint): string | null {
  const fraction = ((microseconds % perSecond) + perSecond) % perSecond
  const date = new Date(Number((microseconds - fraction) / 1000n))
  if (Number.isNaN(date.getTime())) return null
  const text = date.toISOString()
  if (!/^(?!0000)\d{4}-/.test(text)) return null
  return `${text.slice(0, 19)}.${String(fraction).padStart(6, '0')}Z`
}
