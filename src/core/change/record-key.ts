/** What can be the id of a record: views and joins cast it to the kind that the object's ids have. */

const maxInteger = 2n ** 63n - 1n
const minInteger = -(2n ** 63n)

/** An integer has one spelling alone: two would be two keys of one record. */
export function isKey(key: string, kind: 'integer' | 'text'): boolean {
  return kind === 'text' || (/^(?:0|-?[1-9]\d*)$/.test(key) && fitsInt64(key))
}

/** `text` is that of an integer. */
export function fitsInt64(text: string): boolean {
  // Any of 18 digits does.
  if (text.length <= 18) return true
  const integer = BigInt(text)
  return integer >= minInteger && integer <= maxInteger
}
