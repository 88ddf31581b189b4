/** A full disk refuses at once, leaves nothing half-written, and needs nobody when there is room again. */
import assert from 'node:assert/strict'
import type { Journal } from '../../journal/journal.ts'
import { refused } from '../refused.ts'
import { entry, everything, type JournalCase, textOf, texts } from './conformance.ts'

const large = 'x'.repeat(50_000)
/** 25 MB: more than any small journal has room for. */
const moreThanFit = 500

/** Appends until it is full; gives what was acknowledged. */
async function fill(journal: Journal): Promise<readonly string[]> {
  const acknowledged: string[] = []
  for (let index = 0; index < moreThanFit; index += 1) {
    const text = `${index} ${large}`
    const appended = await journal.append(entry(text)).then(
      () => null,
      (error: unknown) => error,
    )
    if (appended !== null) {
      await refused(Promise.reject(appended), 'journal.full')
      return acknowledged
    }
    acknowledged.push(text)
  }
  return assert.fail('a small journal never got full')
}

export const fullCases: readonly JournalCase[] = [
  {
    name: 'a full disk refuses, and what is there is exactly what was acknowledged',
    async check(place) {
      const journal = await place.openSmall()
      const acknowledged = await fill(journal)
      assert.ok(acknowledged.length > 0)
      await refused(journal.append(entry(large)), 'journal.full')
      assert.deepEqual(await texts(journal), acknowledged)
      assert.equal((await journal.extent()).entries, acknowledged.length)
    },
  },
  {
    name: 'of what arrives together on a disk that is nearly full, what fits is kept',
    async check(place) {
      const journal = await place.openSmall()
      await fill(journal)
      const [first] = await journal.read(0, everything)
      await journal.forget(first?.position ?? 0)
      const size = first?.body.length ?? 0
      // The first is alone, since nothing is written yet; the others meet while it is.
      const given = [1, 2, 40 * size, 3].map((length) => 'y'.repeat(length))
      const settled = await Promise.allSettled(given.map((text) => journal.append(entry(text))))
      assert.deepEqual(
        settled.map(({ status }) => status),
        ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
      )
      const kept = (await texts(journal)).filter((text) => text.startsWith('y'))
      assert.deepEqual(kept.toSorted(), ['y', 'yy', 'yyy'])
    },
  },
  {
    name: 'appending goes on by itself when something is forgotten',
    async check(place) {
      const journal = await place.openSmall()
      const acknowledged = await fill(journal)
      const all = await journal.read(0, everything)
      await journal.forget(all.at(-1)?.position ?? 0)
      assert.deepEqual(await journal.extent(), { entries: 0, bytes: 0, oldest: null })
      await journal.append(entry(large))
      const [next] = await journal.read(all.at(-1)?.position ?? 0, everything)
      assert.equal(next === undefined ? null : textOf(next), large)
      assert.equal((await fill(journal)).length >= acknowledged.length - 2, true)
    },
  },
]
