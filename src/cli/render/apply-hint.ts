/** How to apply a stored plan, as a line that can be copied. */
import { type ParsedValues, text } from '../command.ts'

/** Names environment and project where the present command does. */
export function applyHint(values: ParsedValues, runId: string): string {
  const words = ['syncline apply', runId]
  for (const name of ['env', 'project']) {
    const given = text(values, name)
    if (given !== undefined) words.push(`--${name} ${quoted(given)}`)
  }
  return `  apply exactly this plan: ${words.join(' ')}`
}

function quoted(word: string): string {
  return /^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
