/** Run ids: sortable by start, unique, and fit for a table name. */
import type { Random } from '../../model/clock.ts'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const randomLetters = 6

/** `20261121t093015_7k2m9x`: UTC to the second, then chance. */
export function newRunId(now: number, random: Random): string {
  const time = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').toLowerCase()
  const letters = Array.from(
    { length: randomLetters },
    () => alphabet[Math.floor(random() * alphabet.length)],
  )
  return `${time}_${letters.join('')}`
}
