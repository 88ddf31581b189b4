import { expect, test } from 'vitest'
import { nameWithin, pointerPattern, valueAt } from './pointer.ts'

const body = { a: { 'b/c': 1, 'd~e': 2, '': 3 }, list: [{ id: 'x' }, null], nothing: null }

test.each([
  ['', body],
  ['/a/b~1c', 1],
  ['/a/d~0e', 2],
  ['/a/', 3],
  ['/list/0/id', 'x'],
  ['/list/1', null],
  ['/list/2', undefined],
  ['/list/00', undefined],
  ['/list/length', undefined],
  ['/nothing', null],
  ['/nothing/more', undefined],
  ['/a/toString', undefined],
  ['/__proto__', undefined],
  ['/absent', undefined],
])('%j leads to %j', (pointer, expected) => {
  expect(valueAt(body, pointer)).toEqual(expected)
})

test.each([
  ['/data/id', '/data', 'id'],
  ['/id', '', 'id'],
  ['/data/a~1b', '/data', 'a/b'],
  ['/data/more/id', '/data', null],
  ['/other/id', '/data', null],
  ['/data', '/data', null],
])('%j within %j is %j', (pointer, outer, expected) => {
  expect(nameWithin(pointer, outer)).toBe(expected)
})

test.each([
  ['', true],
  ['/a/b', true],
  ['/a~0b/c~1d', true],
  ['a', false],
  ['$.a', false],
  ['/a~2', false],
  ['/a~', false],
])('%j is a pointer: %j', (text, expected) => {
  expect(pointerPattern.test(text)).toBe(expected)
})
