import { expect, it } from 'vitest'
import { doubleText } from './double-text.ts'

it.each([
  [42, '42.0'],
  [0, '0.0'],
  [-0.5, '-0.5'],
  [1234.5, '1234.5'],
  [100, '100.0'],
  [9_999_999, '9999999.0'],
  [10_000_000, '1.0E7'],
  [12_345_678, '1.2345678E7'],
  [-12_345_678.25, '-1.234567825E7'],
  [0.001, '0.001'],
  [0.0005, '5.0E-4'],
  [1e-7, '1.0E-7'],
  ['1234567890123456.78', '1.23456789012345678E15'],
  ['1e2', '100.0'],
])('the double %j is written %s', (value, expected) => {
  expect(doubleText(String(value))).toBe(expected)
})
