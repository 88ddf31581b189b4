/**
 * Who reads on from the last position misses nothing, however many append at once: positions become
 * visible in their order.
 */
import assert from 'node:assert/strict'
import type { Journal, StoredEntry } from '../../journal/journal.ts'
import { entry, follow, type JournalCase, textOf, texts } from './conformance.ts'

export const orderCases: readonly JournalCase[] = [
  {
    name: 'of many appends at once each is there once, and each opening keeps its own order',
    async check(place) {
      const openings = await Promise.all([place.open(), place.open(), place.openApart()])
      const appends = openings.map((journal, opening) =>
        Array.from({ length: 400 }, (_, index) => journal.append(entry(`${opening} ${index}`))),
      )
      await Promise.all(appends.flat())
      const all = await texts(openings[0])
      assert.equal(new Set(all).size, 1200)
      for (const opening of openings.keys()) {
        const own = all.filter((text) => text.startsWith(`${opening} `))
        assert.deepEqual(
          own,
          Array.from({ length: 400 }, (_, index) => `${opening} ${index}`),
        )
      }
    },
  },
  {
    name: 'a reader that follows several appenders sees each entry once',
    async check(place) {
      const openings = await Promise.all([place.open(), place.open(), place.openApart()])
      const [reader] = openings
      let appending = true
      const appended = Promise.all(
        openings.map((journal, name) => appendInTurn(journal, name)),
      ).then(() => {
        appending = false
      })
      let seen: readonly StoredEntry[] = []
      while (appending) seen = await follow(reader, seen)
      await appended
      seen = await follow(reader, seen)
      assert.equal(seen.length, 150)
      assert.deepEqual(seen.map(textOf), await texts(reader))
    },
  },
  {
    name: 'a fast appender does not hide the entry of a slow one that began before it',
    async check(place) {
      const journal = await place.open()
      await journal.append(entry('before'))
      const slow = await place.beginAppend(entry('slow'))
      const fast = startAppend(await place.openApart(), 'fast')
      let seen = await follow(journal, [])
      // Where nothing holds the fast one back, it is soon there.
      for (let look = 0; look < 100 && !fast.isDone(); look += 1) seen = await follow(journal, seen)
      await slow.commit()
      seen = await follow(journal, seen)
      await fast.done
      seen = await follow(journal, seen)
      assert.deepEqual(seen.map(textOf), ['before', 'slow', 'fast'])
      assert.deepEqual((await journal.extent()).entries, 3)
    },
  },
  {
    name: 'an appender that dies in the middle leaves nothing, and keeps nobody from appending',
    async check(place) {
      const journal = await place.open()
      const dying = await place.beginAppend(entry('lost'))
      const other = journal.append(entry('kept'))
      await dying.die()
      await other
      assert.deepEqual(await texts(journal), ['kept'])
      assert.deepEqual(await journal.extent(), {
        entries: 1,
        bytes: 4,
        oldest: entry('').receivedAt,
      })
    },
  },
]

function startAppend(
  journal: Journal,
  text: string,
): { readonly done: Promise<void>; isDone(): boolean } {
  let isDone = false
  const done = journal.append(entry(text)).then(() => {
    isDone = true
  })
  return { done, isDone: () => isDone }
}

async function appendInTurn(journal: Journal, name: number): Promise<void> {
  for (let index = 0; index < 50; index += 1) await journal.append(entry(`${name} ${index}`))
}
