/** How lengths of time are written: `10m`, `6h`, `7d`. */
import { z } from 'zod'

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const
type Unit = keyof typeof units

export const duration = z
  .string({ error: ({ input }) => refusal(input) })
  .regex(/^[1-9]\d{0,4}[mhd]$/, { error: ({ input }) => refusal(input) })
  .meta({ expected: 'a number with m, h or d, such as 15m, 6h or 7d' })

const rule = 'A length of time is a number with m, h or d, for minutes, hours or days'
const nearly = /^\s*([1-9]\d{0,4})\s*(m|min|mins|minutes?|h|hours?|d|days?)?\s*$/i

/** With what was probably meant: a number alone lacks its unit, and `15 minutes` is `15m`. */
function refusal(given: unknown): string {
  const text = typeof given === 'string' || typeof given === 'number' ? String(given) : ''
  const [, number, unit] = nearly.exec(text) ?? []
  if (number === undefined) return `${rule}, such as 10m, 6h or 7d.`
  if (unit === undefined) return `${rule}: write ${number}m, ${number}h or ${number}d.`
  return `${rule}: write ${number}${unit.charAt(0).toLowerCase()}.`
}

/** Milliseconds of a text that the declaration let pass. */
export function durationMs(text: string): number {
  return Number(text.slice(0, -1)) * units[text.slice(-1) as Unit]
}
