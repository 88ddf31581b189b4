/** Doubles as Java writes them, in which answers are written: `42.0`, `1.2345678E7`, `5.0E-4`. */

const numeral = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i

/** Of a number in JSON, with all its digits, be they more than a double has; the same for the same number. */
export function doubleText(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = numeral.exec(text) ?? []
  const all = `${whole}${fraction}`
  const digits = all.replace(/^0+/, '')
  if (digits === '') return `${sign}0.0`
  const point = whole.length + Number(exponent) - (all.length - digits.length)
  return sign + (isPlain(point) ? plain(digits, point) : scientific(digits, point))
}

/** From a thousandth up to ten millions. */
function isPlain(point: number): boolean {
  return point > -3 && point <= 7
}

function plain(digits: string, point: number): string {
  const padded = `${'0'.repeat(Math.max(0, 1 - point))}${digits}`.padEnd(point, '0')
  const at = Math.max(1, point)
  return `${padded.slice(0, at)}.${decimals(padded.slice(at))}`
}

function scientific(digits: string, point: number): string {
  return `${digits.slice(0, 1)}.${decimals(digits.slice(1))}E${point - 1}`
}

function decimals(digits: string): string {
  return digits.replace(/0+$/, '') || '0'
}
