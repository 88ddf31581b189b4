/** Record ids: 15 characters that tell case apart, or 18 that need not; here they are always kept as 18. */

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const checksums = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'

/** The id of 18 characters that stands for 15. */
export function longId(short: string): string {
  return `${short}${checksum(short, 0)}${checksum(short, 5)}${checksum(short, 10)}`
}

/** Which of five characters are capitals, as one character. */
function checksum(short: string, start: number): string {
  let sum = 0
  for (let index = 0; index < 5; index += 1) {
    const letter = short[start + index] ?? ''
    if (letter >= 'A' && letter <= 'Z') sum += 1 << index
  }
  return checksums[sum] ?? 'A'
}

export function makeId(keyPrefix: string, number: number): string {
  let rest = number
  let text = ''
  while (rest > 0) {
    text = `${digits[rest % 62] ?? '0'}${text}`
    rest = Math.floor(rest / 62)
  }
  return longId(`${keyPrefix}${text.padStart(12, '0')}`)
}

/** The counter inside an id that `makeId` made, so that ids put in by hand are not given out again. */
export function numberInId(id: string): number {
  const letters = Array.from(id.slice(3, 15))
  return letters.reduce((total, letter) => total * 62 + digits.indexOf(letter), 0)
}

/** The id in 18 characters with its case restored, or null where the text is no id. */
export function normalId(text: string): string | null {
  if (/^[0-9a-zA-Z]{15}$/.test(text)) return longId(text)
  if (!/^[0-9a-zA-Z]{18}$/.test(text)) return null
  // Nearly every id comes as it was given out.
  if (longId(text.slice(0, 15)) === text) return text
  return withCase(text.slice(0, 15), text.slice(15).toUpperCase())
}

function withCase(short: string, suffix: string): string | null {
  const letters = Array.from(short, (letter, index) => {
    const bits = checksums.indexOf(suffix[Math.floor(index / 5)] ?? '')
    if (bits < 0) return null
    return (bits >> (index % 5)) & 1 ? letter.toUpperCase() : letter.toLowerCase()
  })
  if (letters.includes(null)) return null
  const restored = longId(letters.join(''))
  return restored.slice(15) === suffix ? restored : null
}

export function keyPrefixOf(id: string): string {
  return id.slice(0, 3)
}
