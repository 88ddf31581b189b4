/** What is erased keeps its place and nothing else; a copy is the journal as it was. */
import assert from 'node:assert/strict'
import { ofNobody, type StoredEntry } from '../../journal/journal.ts'
import { refused } from '../refused.ts'
import { entry, everything, type JournalCase, noon, textOf, texts } from './conformance.ts'

export const erasureCases: readonly JournalCase[] = [
  {
    name: 'what is erased keeps its place and when it came, and is of nobody',
    async check(place) {
      const journal = await place.open()
      for (const [index, text] of ['a', 'bb', 'ccc'].entries()) {
        const headers = { 'x-told': text }
        await journal.append(entry(text, { headers, receivedAt: noon + index, source: 'webhook' }))
      }
      const before = await journal.read(0, everything)
      const [first, second] = before.map(({ position }) => position)
      await journal.erase([second ?? 0, first ?? 0, second ?? 0])
      const found = await (await place.open()).read(0, everything)
      const plain = (one: StoredEntry) => ({ ...one, body: textOf(one) })
      const nothing = { connection: ofNobody, headers: {}, source: null, body: '' }
      assert.deepEqual(
        found.map(plain),
        before.map((one, index) => (index === 2 ? plain(one) : { ...one, ...nothing })),
      )
      assert.deepEqual(await journal.extent(), { entries: 3, bytes: 3, oldest: noon })
      assert.deepEqual(await journal.waiting('crm'), { entries: 1, oldest: noon + 2 })
    },
  },
  {
    name: 'what was erased is forgotten like the rest, and erased again in peace',
    async check(place) {
      const journal = await place.open()
      const many = Array.from({ length: 1200 }, (_, index) => `${index}`.padStart(4, '0'))
      for (const text of many) void journal.append(entry(text))
      await journal.append(entry('last'))
      const all = await journal.read(0, everything)
      const positions = all.slice(0, -1).map(({ position }) => position)
      await journal.erase(positions)
      await journal.erase(positions)
      assert.deepEqual(await journal.extent(), { entries: 1201, bytes: 4, oldest: noon })
      await journal.forget(positions.at(-1) ?? 0)
      assert.deepEqual(await texts(journal), ['last'])
      await journal.erase(positions)
      await journal.erase([])
      assert.deepEqual(await journal.extent(), { entries: 1, bytes: 4, oldest: noon })
    },
  },
  {
    name: 'others append while entries are erased, and none of theirs is touched',
    async check(place) {
      const [journal, other] = [await place.open(), await place.openApart()]
      for (const text of ['a', 'b', 'c']) await journal.append(entry(text))
      const positions = (await journal.read(0, everything)).map(({ position }) => position)
      const later = Array.from({ length: 30 }, (_, index) => `later ${index}`)
      const appending = async (): Promise<void> => {
        for (const text of later) await other.append(entry(text))
      }
      await Promise.all([appending(), ...positions.map((position) => journal.erase([position]))])
      assert.deepEqual(await texts(journal), ['', '', '', ...later])
      const bytes = later.join('').length
      assert.deepEqual(await journal.extent(), { entries: 33, bytes, oldest: noon })
    },
  },
  {
    name: 'a copy opens as the journal that it was at that moment, and goes on by itself',
    async check(place) {
      const journal = await place.open()
      await journal.append(entry('forgotten'))
      await journal.append(entry('kept', { source: 'webhook' }))
      const [first] = await journal.read(0, everything)
      await journal.forget(first?.position ?? 0)
      const kept = await journal.read(0, everything)
      await journal.backup(place.backup.target)
      await journal.append(entry('later'))
      const copy = await place.backup.open()
      assert.deepEqual(await copy.read(0, everything), kept)
      await copy.append(entry('of the copy'))
      assert.deepEqual(await texts(copy), ['kept', 'of the copy'])
      assert.deepEqual(await texts(journal), ['kept', 'later'])
    },
  },
  {
    name: 'a copy never replaces anything',
    async check(place) {
      const journal = await place.open()
      await journal.backup(place.backup.target)
      await refused(journal.backup(place.backup.target), 'journal.backup_exists')
    },
  },
]
