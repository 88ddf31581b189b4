import { expect, test } from 'vitest'
import { createGroupCommit, type GroupRules } from './group-commit.ts'

interface Written {
  readonly group: readonly string[]
  resolve(): void
  reject(error: Error): void
}

/** A group commit whose writes end when the test says so. */
function started(rules: Partial<GroupRules<string>> = {}) {
  const writes: Written[] = []
  const commit = createGroupCommit<string>({
    write: (group) =>
      new Promise((resolve, reject) => {
        writes.push({ group, resolve, reject })
      }),
    sizeOf: (text) => text.length,
    group: { values: 3, size: 10 },
    waiting: { values: 5, size: 100 },
    isOfOne: (error) => (error as Error).message === 'of one',
    refusal: () => new Error('refused'),
    ...rules,
  })
  const states: Record<string, string> = {}
  const add = (text: string): void => {
    states[text] = 'waits'
    commit.add(text).then(
      () => {
        states[text] = 'written'
      },
      (error: Error) => {
        states[text] = error.message
      },
    )
  }
  return { writes, states, add, commit }
}

/** Lets everything go on that only waits for promises. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

test('what arrives while one group is written is the next, in order and no larger than allowed', async () => {
  const { writes, states, add } = started()
  for (const text of ['a', 'b', 'c', 'd', 'e']) add(text)
  expect(writes.map(({ group }) => group)).toEqual([['a']])
  writes[0]?.resolve()
  await turns()
  expect(writes.map(({ group }) => group)).toEqual([['a'], ['b', 'c', 'd']])
  expect(states).toEqual({ a: 'written', b: 'waits', c: 'waits', d: 'waits', e: 'waits' })
  writes[1]?.resolve()
  await turns()
  expect(writes[2]?.group).toEqual(['e'])
})

test('a group has no more bytes than allowed, but at least one value', async () => {
  const { writes, add } = started()
  for (const text of ['a', 'b'.repeat(50), 'c'.repeat(6), 'd'.repeat(4), 'e']) add(text)
  for (let index = 0; index < 4; index += 1) {
    writes[index]?.resolve()
    await turns()
  }
  expect(writes.map(({ group }) => group.map((text) => text[0]))).toEqual([
    ['a'],
    ['b'],
    ['c', 'd'],
    ['e'],
  ])
})

test('a group that fails for the sake of one is written one by one', async () => {
  const { writes, states, add } = started()
  for (const text of ['a', 'b', 'c', 'd']) add(text)
  writes[0]?.resolve()
  await turns()
  writes[1]?.reject(new Error('of one'))
  await turns()
  expect(writes.slice(2).map(({ group }) => group)).toEqual([['b'], ['c'], ['d']])
  writes[2]?.resolve()
  writes[3]?.reject(new Error('of one'))
  writes[4]?.resolve()
  await turns()
  expect(states).toEqual({ a: 'written', b: 'written', c: 'of one', d: 'written' })
})

test('a failure that would meet each of them fails all at once', async () => {
  const { writes, states, add } = started()
  for (const text of ['a', 'b', 'c']) add(text)
  writes[0]?.resolve()
  await turns()
  writes[1]?.reject(new Error('no server'))
  await turns()
  expect(writes).toHaveLength(2)
  expect(states).toEqual({ a: 'written', b: 'no server', c: 'no server' })
  add('d')
  expect(writes[2]?.group).toEqual(['d'])
})

test('more than may wait is refused at once, by number and by size', async () => {
  const { states, add, writes } = started()
  for (const text of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) add(text)
  await turns()
  expect(states['f']).toBe('waits')
  expect(states['g']).toBe('refused')
  writes[0]?.resolve()
  await turns()
  add('h'.repeat(99))
  add('i')
  await turns()
  expect([states['h'.repeat(99)], states['i']]).toEqual(['refused', 'waits'])
})

test('settled when nothing waits any more', async () => {
  const { writes, add, commit } = started()
  await commit.settled()
  add('a')
  add('b')
  let isSettled = false
  const settled = commit.settled().then(() => {
    isSettled = true
  })
  writes[0]?.resolve()
  await turns()
  expect(isSettled).toBe(false)
  writes[1]?.resolve()
  await settled
})
