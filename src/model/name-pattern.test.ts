import { expect, it } from 'vitest'
import { fitsPattern } from './name-pattern.ts'

it.each([
  ['phone', 'phone', true],
  ['phone', 'phones', false],
  ['*phone', 'mobile_phone', true],
  ['*phone', 'phone', true],
  ['p*e', 'phone', true],
  ['p*e', 'phones', false],
  ['*', 'anything at\nall', true],
  ['a.b', 'axb', false],
  ['value.*', 'value.currency', true],
])('the pattern %s on %s: %s', (pattern, name, fits) => {
  expect(fitsPattern(pattern, name)).toBe(fits)
})
