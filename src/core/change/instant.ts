/** Instants as canonical text, `YYYY-MM-DDTHH:MM:SS.ffffffZ`: in text order they are in order of time. */

const written =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):?(\d{2})?)$/

const perSecond = 1_000_000n

/** Null for what is no instant: without a zone, finer than a microsecond, or not in the calendar. */
export function instantOf(text: string): string | null {
  const parts = written.exec(text)
  if (parts === null) return null
  const [, date = '', time = '', fraction = '', sign, hours = '0', minutes = '0'] = parts
  if (/[^0]/.test(fraction.slice(6))) return null
  const seconds = secondsOf(`${date}T${time}Z`)
  if (seconds === null) return null
  const offset = BigInt(Number(hours) * 3600 + Number(minutes) * 60)
  const shifted = sign === '-' ? seconds + offset : seconds - offset
  return textOf(shifted * perSecond + BigInt(fraction.slice(0, 6).padEnd(6, '0')))
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
