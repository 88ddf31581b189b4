/**
 * Record ids have 15 characters that tell case apart, or 18 that need not: the last three say which
 * letters are capitals. Answers have 18; people and files have both, and spreadsheets lose the case.
 */

const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'
const capitalA = 65
const capitalZ = 90

/** The id in 18 characters with its case restored; null for a text that is no id. */
export function recordId(text: string): string | null {
  const given = text.trim()
  if (/^[a-zA-Z0-9]{15}$/.test(given)) return given + suffixOf(given)
  if (!/^[a-zA-Z0-9]{18}$/.test(given)) return null
  // As answers have it, which are read by the million.
  if (given.endsWith(suffixOf(given))) return given
  const suffix = given.slice(15).toUpperCase()
  const letters = Array.from(given.slice(0, 15), (letter, at) => {
    const flags = capitals.indexOf(suffix[Math.floor(at / 5)] ?? '')
    return (flags >> (at % 5)) & 1 ? letter.toUpperCase() : letter.toLowerCase()
  }).join('')
  return suffixOf(letters) === suffix ? letters + suffix : null
}

/** Of the first fifteen letters, five each make one character, the first being its lowest bit. */
function suffixOf(letters: string): string {
  let suffix = ''
  for (let from = 0; from < 15; from += 5) {
    let flags = 0
    for (let at = 0; at < 5; at += 1) {
      const code = letters.charCodeAt(from + at)
      if (code >= capitalA && code <= capitalZ) flags |= 1 << at
    }
    suffix += capitals[flags] ?? ''
  }
  return suffix
}
