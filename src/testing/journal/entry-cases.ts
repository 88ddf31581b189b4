/** Entries come back as they were, in pages, and leave when they are forgotten. */
import assert from 'node:assert/strict'
import type { JournalEntry } from '../../journal/journal.ts'
import { refused } from '../refused.ts'
import { entry, everything, type JournalCase, noon, textOf, texts } from './conformance.ts'

const bodies: Readonly<Record<string, Uint8Array>> = {
  json: Buffer.from('{"meta":{"action":"change"},"name":"Zoë"}'),
  'a character that text columns refuse': Buffer.from('{"name":"a\\u0000b"}'),
  'a byte of zero': Buffer.from([0x7b, 0x00, 0x7d]),
  'no UTF-8': Buffer.from([0xff, 0xfe, 0x80, 0xc3]),
  nothing: new Uint8Array(0),
  megabytes: Buffer.alloc(3_000_000, 'x'),
}

export const entryCases: readonly JournalCase[] = [
  {
    name: 'a new journal is empty',
    async check(place) {
      const journal = await place.open()
      assert.deepEqual(await journal.read(0, everything), [])
      assert.deepEqual(await journal.extent(), { entries: 0, bytes: 0, oldest: null })
      await journal.forget(5)
    },
  },
  ...Object.entries(bodies).map(([name, body]) => ({
    name: `a body of ${name} comes back byte for byte`,
    async check(place: Parameters<JournalCase['check']>[0]) {
      const journal = await place.open()
      await journal.append(entry('', { body }))
      const [found] = await (await place.open()).read(0, everything)
      assert.ok(found !== undefined && Buffer.from(found.body).equals(body))
      assert.equal((await journal.extent()).bytes, body.length)
    },
  })),
  {
    name: 'all that is known of an entry comes back with it',
    async check(place) {
      const journal = await place.open()
      const given = [
        entry('a'),
        entry('b', { connection: 'other-crm', receivedAt: noon + 1, source: 'replay' }),
        entry('c', { headers: { 'content-type': 'text/"\u0000ü', 'x-more': '' } }),
        entry('d', { headers: {} }),
      ]
      for (const one of given) await journal.append(one)
      const found = await journal.read(0, everything)
      const plain = (one: JournalEntry) => ({ ...one, position: 0, body: textOf(one) })
      assert.deepEqual(found.map(plain), given.map(plain))
    },
  },
  {
    name: 'what waits is told by connection',
    async check(place) {
      const journal = await place.open()
      assert.deepEqual(await journal.waiting('crm'), { entries: 0, oldest: null })
      await journal.append(entry('a', { connection: 'one', receivedAt: noon + 2 }))
      await journal.append(entry('b', { connection: 'other', receivedAt: noon }))
      await journal.append(entry('c', { connection: 'one', receivedAt: noon + 1 }))
      assert.deepEqual(await journal.waiting('one'), { entries: 2, oldest: noon + 1 })
      await journal.forget(2)
      assert.deepEqual(await journal.waiting('one'), { entries: 1, oldest: noon + 1 })
      assert.deepEqual(await journal.waiting('other'), { entries: 0, oldest: null })
    },
  },
  {
    name: 'reading goes on after a position, in pages of so many entries or bytes, of one at least',
    async check(place) {
      const journal = await place.open()
      for (const text of ['aaaa', 'bbbb', 'cccc', 'dddd']) await journal.append(entry(text))
      const all = await journal.read(0, everything)
      assert.deepEqual(all.map(textOf), ['aaaa', 'bbbb', 'cccc', 'dddd'])
      const page = async (after: number, entries: number, bytes: number) =>
        (await journal.read(after, { entries, bytes })).map(textOf)
      assert.deepEqual(await page(0, 3, 1000), ['aaaa', 'bbbb', 'cccc'])
      assert.deepEqual(await page(all[2]?.position ?? 0, 3, 1000), ['dddd'])
      assert.deepEqual(await page(all[3]?.position ?? 0, 3, 1000), [])
      assert.deepEqual(await page(0, 10, 8), ['aaaa', 'bbbb'])
      assert.deepEqual(await page(0, 10, 1), ['aaaa'])
    },
  },
  {
    name: 'what is forgotten is gone, the rest stays, and the extent tells what is there',
    async check(place) {
      const journal = await place.open()
      for (const [index, text] of ['a', 'bb', 'ccc'].entries()) {
        await journal.append(entry(text, { receivedAt: noon + index }))
      }
      assert.deepEqual(await journal.extent(), { entries: 3, bytes: 6, oldest: noon })
      const [, second] = await journal.read(0, everything)
      await journal.forget(second?.position ?? 0)
      assert.deepEqual(await texts(await place.open()), ['ccc'])
      assert.deepEqual(await journal.extent(), { entries: 1, bytes: 3, oldest: noon + 2 })
      await journal.forget(second?.position ?? 0)
      assert.deepEqual(await journal.extent(), { entries: 1, bytes: 3, oldest: noon + 2 })
    },
  },
  {
    name: 'much is forgotten as well as little',
    async check(place) {
      const journal = await place.open()
      const text = 'x'.repeat(1000)
      await Promise.all(Array.from({ length: 2500 }, () => journal.append(entry(text))))
      const all = await journal.read(0, everything)
      await journal.forget(all.at(-2)?.position ?? 0)
      assert.deepEqual(await journal.extent(), { entries: 1, bytes: 1000, oldest: noon })
    },
  },
  {
    name: 'a position is never given twice, not even when all before it are forgotten',
    async check(place) {
      const journal = await place.open()
      await journal.append(entry('a'))
      const [first] = await journal.read(0, everything)
      await journal.forget(first?.position ?? 0)
      await journal.close()
      const later = await place.open()
      await later.append(entry('b'))
      const [second] = await later.read(first?.position ?? 0, everything)
      assert.equal(second === undefined ? null : textOf(second), 'b')
    },
  },
  {
    name: 'a closed opening refuses everything, closes again in peace, and leaves others open',
    async check(place) {
      const [first, second] = [await place.open(), await place.open()]
      await first.close()
      await first.close()
      await refused(first.append(entry('a')), 'journal.closed')
      await refused(first.read(0, everything), 'journal.closed')
      await second.append(entry('b'))
      assert.deepEqual(await texts(second), ['b'])
    },
  },
  {
    name: 'what was to be appended before closing is',
    async check(place) {
      const journal = await place.open()
      const appended = Array.from({ length: 50 }, (_, index) => journal.append(entry(`${index}`)))
      await Promise.all([...appended, journal.close()])
      assert.equal((await (await place.open()).extent()).entries, 50)
    },
  },
]
