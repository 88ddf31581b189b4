import { describe, expect, it } from 'vitest'
import { inMinutes, sortedWithoutChance, withoutChance } from './drawn.ts'

describe('ids by chance', () => {
  it.each([
    ['of a state', '0b6f3c1e-1111-4222-8333-0123456789ab', '9a6f3c1e-4444-4555-8666-0123456789ab'],
    ['of an erasure', '0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210'],
    ['of a run', '20261122t161739_7k2m9x', '20261122t161740_aaaaaa'],
    ['of a process', 'host-1:42:0123456789ab:01234567', 'host-1:42:0123456789ab:89abcdef'],
    ['of a worker', 'worker-7', 'worker-12'],
    ['of a pull', '<name>_7', '<name>_12'],
  ])('%s become their order', (_, first, second) => {
    expect(withoutChance(`"${first}" "${second}" "${first}"`)).toBe('"<id 0>" "<id 1>" "<id 0>"')
  })

  it('have no part in an order', () => {
    const sorted = (first: string, second: string): readonly string[] =>
      sortedWithoutChance([`${first} b`, `${second} a`]).map((text) => text.slice(-1))
    expect(sorted('worker-1', 'worker-2')).toEqual(['a', 'b'])
    expect(sorted('worker-2', 'worker-1')).toEqual(['a', 'b'])
  })
})

describe('times of the machine', () => {
  const since = Date.UTC(2026, 10, 22, 16)

  it.each([
    ['an epoch in milliseconds', `${since + 61_000}`, '<minute 1>'],
    ['a timestamp', '2026-11-22 16:00:59.999+00', '<minute 0>+00'],
    ['an instant', '2026-11-22T16:02:00.000001Z', '<minute 2>Z'],
  ])('become minutes: %s', (_, text, told) => {
    expect(inMinutes(text, since)).toBe(told)
  })

  it.each([
    ['the story is before them', '2026-03-02 10:00:00'],
    ['they were before it began', `${since - 1}`],
    ['it never goes by them', '2099-01-01T00:00:00Z'],
  ])('are left as they are where %s', (_, text) => {
    expect(inMinutes(text, since)).toBe(text)
  })
})
