import { expect, it } from 'vitest'
import { bothSides } from './both-sides.ts'

async function noted(atOnce: boolean): Promise<readonly string[]> {
  const notes: string[] = []
  const results = await bothSides(atOnce, async (which) => {
    notes.push(`begin ${which}`)
    await Promise.resolve()
    notes.push(`end ${which}`)
    return which
  })
  expect(results).toEqual([0, 1])
  return notes
}

it('two warehouses work at once', async () => {
  expect(await noted(true)).toEqual(['begin 0', 'begin 1', 'end 0', 'end 1'])
})

it('one warehouse does one thing after the other', async () => {
  expect(await noted(false)).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1'])
})
