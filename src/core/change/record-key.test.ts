import { expect, it } from 'vitest'
import { isKey } from './record-key.ts'

it.each(['0', '7', '-7', '9223372036854775807', '-9223372036854775808'])(
  'takes %j for an integer',
  (key) => {
    expect(isKey(key, 'integer')).toBe(true)
  },
)

it.each([
  '',
  ' 7',
  '07',
  '-0',
  '+7',
  '7.0',
  '1e3',
  'D-2',
  '0x7',
  '9223372036854775808',
  '9'.repeat(99),
])('takes %j for none', (key) => {
  expect(isKey(key, 'integer')).toBe(false)
  expect(isKey(key, 'text')).toBe(true)
})
