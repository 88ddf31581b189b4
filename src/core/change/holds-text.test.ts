import { expect, test } from 'vitest'
import type { KnownValue } from '../../model/change.ts'
import { holdsText } from './holds-text.ts'

const text = (told: string): KnownValue => ({ kind: 'text', text: told })
const json = (told: unknown): KnownValue => ({ kind: 'json', text: JSON.stringify(told) })

test.each<[KnownValue, string, boolean]>([
  [text('ann@x.com'), 'ann@x.com', true],
  [text(' Ann@X.com '), 'ann@x.COM ', true],
  [text('Call ann@x.com'), 'ann@x.com', false],
  [text('JÜRGEN'), 'jürgen', true],
  [json([{ value: 'Ann@x.com' }]), 'ann@x.com', true],
  [json(['call ann@x.com']), 'ann@x.com', false],
  [json({ name: 'a "b"' }), 'A "b"', true],
  [{ kind: 'text_array', text: '["ann@x.com"]' }, 'ann@x.com', true],
  [{ kind: 'integer', text: '42' }, '42', false],
])('%j, sought by %j: %j', (value, sought, expected) => {
  expect(holdsText(value, sought)).toBe(expected)
})
