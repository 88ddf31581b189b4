/** Numbers as text: exact, whatever their size. */

const numeric = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/

/** A number that is written plainly already, as nearly all are. */
const plain = /^(?:0|-?[1-9]\d*|-?(?:0|[1-9]\d*)\.\d*[1-9])$/

/**
 * The same number without exponent, sign of plus, leading or trailing zeros; null where the text is
 * no finite number. `-0` is `0`.
 */
export function plainNumber(text: string): string | null {
  if (plain.test(text)) return text
  const parts = numeric.exec(text)
  if (parts === null) return null
  const exponent = Number(parts[4] ?? '0')
  const fraction = parts[3] ?? ''
  const digits = (parts[2] ?? '') + fraction
  const point = digits.length - fraction.length + exponent
  const whole = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0')
  const rest = point <= 0 ? digits.padStart(digits.length - point, '0') : digits.slice(point)
  const trimmedWhole = whole.replace(/^0+(?=\d)/, '')
  const trimmedRest = rest.replace(/0+$/, '')
  const magnitude = trimmedRest === '' ? trimmedWhole : `${trimmedWhole}.${trimmedRest}`
  return parts[1] === '-' && magnitude !== '0' ? `-${magnitude}` : magnitude
}
