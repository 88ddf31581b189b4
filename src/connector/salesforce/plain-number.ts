/** Numbers as plain digits, exactly: Salesforce writes those of 10,000,000 and more as `1.2345678E7`. */

const numeral = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/

/** Without an exponent, and without zeros that make no difference; a text that is no number stays as it is. */
export function plainNumber(text: string): string {
  const found = numeral.exec(text)
  if (found === null) return text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = found
  const decimals = fraction.length - Number(exponent)
  const digits = `${whole}${fraction}${'0'.repeat(Math.max(0, -decimals))}`
  const padded = digits.padStart(decimals + 1, '0')
  const point = padded.length - Math.max(0, decimals)
  const kept = padded.slice(point).replace(/0+$/, '')
  const left = `${sign}${padded.slice(0, point).replace(/^0+(?=\d)/, '')}`
  return kept === '' ? left : `${left}.${kept}`
}
