/** Times as Salesforce writes them: whole seconds, and an offset without a colon. */

export function wireTime(at: number): string {
  const seconds = Math.floor(at / 1000) * 1000
  return new Date(seconds).toISOString().replace('Z', '+0000')
}

/** An instant with its milliseconds as given by a client, in wire form; null where it is no instant. */
export function normalTime(text: string): string | null {
  const shape = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/
  if (!shape.test(text)) return null
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) && text.includes('T')
  const at = Date.parse(zoned ? text : `${text.includes('T') ? text : `${text}T00:00:00`}Z`)
  return Number.isNaN(at) ? null : wireTime(at)
}

/** The day itself where the text names one, and nothing more. */
export function normalDate(text: string): string | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null
  const at = Date.parse(`${text}T00:00:00Z`)
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text) return null
  return text
}

export function normalTimeOfDay(text: string): string | null {
  const found = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?Z?$/.exec(text)
  if (found === null) return null
  const [, hour = '', minute = '', second = '00', fraction = ''] = found
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null
  return `${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}Z`
}
