import { expect, it } from 'vitest'
import { fieldPattern, fitsPattern } from './name-pattern.ts'

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

it('tells the object from the field at the first point', () => {
  expect(fieldPattern('deals.value.currency')).toEqual({ object: 'deals', field: 'value.currency' })
})
