const form = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?Z?$/

/** `HH:MM:SS[.f…]` without trailing zeros; null for what is no time of a day. */
export function plainTime(text: string): string | null {
  const [, hours, minutes, seconds = '00', fraction = ''] = form.exec(text) ?? []
  if (hours === undefined || minutes === undefined) return null
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null
  const finer = fraction.replace(/0+$/, '')
  return `${hours}:${minutes}:${seconds}${finer === '' ? '' : `.${finer}`}`
}
