/** How lengths of time are written: `10m`, `6h`, `7d`. */
import { z } from 'zod'

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const
type Unit = keyof typeof units

export const duration = z
  .string()
  .regex(
    /^[1-9]\d{0,4}[mhd]$/,
    'A length of time is a number with m, h or d, such as 10m, 6h or 7d.',
  )

/** Milliseconds of a text that the declaration let pass. */
export function durationMs(text: string): number {
  return Number(text.slice(0, -1)) * units[text.slice(-1) as Unit]
}
