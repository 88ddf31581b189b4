import { expect, it } from 'vitest'
import { Slots } from './slots.ts'

it('gives as many places at once as there are, and the next to who waited longest', async () => {
  const slots = new Slots(2)
  const taken: string[] = []
  const take = async (name: string): Promise<() => void> => {
    const giveBack = await slots.take()
    taken.push(name)
    return giveBack
  }
  const [first, second] = await Promise.all([take('a'), take('b')])
  const waiting = [take('c'), take('d')]
  await Promise.resolve()
  expect(taken).toEqual(['a', 'b'])
  first?.()
  first?.()
  await waiting[0]
  expect(taken).toEqual(['a', 'b', 'c'])
  second?.()
  await waiting[1]
  expect(taken).toEqual(['a', 'b', 'c', 'd'])
})
