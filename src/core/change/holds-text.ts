/** Whether a value is a text, or has it in it, by the rule by which `erase` finds records in the warehouse. */
import type { KnownValue } from '../../model/change.ts'
import { inJson } from '../sql/erase.ts'

/** As the whole of a text, or a whole string within JSON, whatever its case and the blanks around it. */
export function holdsText({ kind, text }: KnownValue, sought: string): boolean {
  const [told, wanted] = [text.toLowerCase(), sought.trim().toLowerCase()]
  if (kind === 'text') return told.trim() === wanted
  return (kind === 'json' || kind === 'text_array') && told.includes(`"${inJson(wanted)}"`)
}
