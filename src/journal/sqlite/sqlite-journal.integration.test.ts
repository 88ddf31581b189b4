import { readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { entry, everything, texts } from '../../testing/journal/conformance.ts'
import type { Journal } from '../journal.ts'
import { openSqliteJournal, type SqliteJournalOptions } from './open-sqlite-journal.ts'

let folder: string
let file: string
let opened: Journal[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'syncline-journal-'))
  file = join(folder, 'journal.db')
})
afterEach(async () => {
  await Promise.all(opened.map((journal) => journal.close()))
  opened = []
  await rm(folder, { recursive: true })
})

async function open(options: SqliteJournalOptions = {}): Promise<Journal> {
  const journal = await openSqliteJournal(file, options)
  opened.push(journal)
  return journal
}

test('what stands in its files, their log and a copy is for their owner alone', async () => {
  const journal = await open()
  await journal.append(entry('a'))
  const copy = join(folder, 'copy.db')
  await journal.backup(copy)
  const rights = [file, `${file}-wal`, copy].map((path) => statSync(path).mode & 0o777)
  expect(rights).toEqual([0o600, 0o600, 0o600])
})

test('a file that somebody made before keeps the rights that they gave it', async () => {
  await writeFile(file, '', { mode: 0o640 })
  await (await open()).append(entry('a'))
  expect(statSync(file).mode & 0o777).toBe(0o640)
})

describe('a disk that is nearly full', () => {
  test('is left with room to forget by, and appending goes on when there is more', async () => {
    let free = 100e6
    const journal = await open({ freeBytes: () => free })
    await journal.append(entry('a'))
    free = 10e6
    await expect(journal.append(entry('b'))).rejects.toMatchObject({ code: 'journal.full' })
    const [first] = await journal.read(0, everything)
    await journal.forget(first?.position ?? 0)
    free = 100e6
    await journal.append(entry('c'))
    expect(await texts(journal)).toEqual(['c'])
  })

  test('refuses only those that are too large for what is left', async () => {
    const journal = await open({ freeBytes: () => 20e6 })
    const sizes = [1, 10, 8_000_000, 100]
    const settled = await Promise.allSettled(
      sizes.map((size) => journal.append(entry('x'.repeat(size)))),
    )
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
  })

  test('by what the system says, this one is not', async () => {
    await (await open()).append(entry('a'))
    expect(await texts(await open())).toEqual(['a'])
  })
})

describe('a file that another process holds', () => {
  test('refuses to append after waiting no longer than said, and goes on when it is free', async () => {
    const journal = await open({ busyTimeoutMs: 1 })
    const other = new DatabaseSync(file)
    other.exec('begin immediate')
    await expect(journal.append(entry('a'))).rejects.toMatchObject({ code: 'journal.locked' })
    other.exec('rollback')
    other.close()
    await journal.append(entry('b'))
    expect(await texts(journal)).toEqual(['b'])
  })
})

describe('appending faster than the disk takes it', () => {
  test('is refused at once when too much waits, and what waits is written', async () => {
    const journal = await open({ waitingBytes: 1000 })
    const asked = Array.from({ length: 10 }, (_, index) =>
      journal.append(entry(`${index}`.padEnd(300))),
    )
    const settled = await Promise.allSettled(asked)
    const written = settled.filter(({ status }) => status === 'fulfilled')
    // One is being written, three wait.
    expect(written).toHaveLength(4)
    expect(settled.at(-1)).toMatchObject({ reason: { code: 'journal.overloaded' } })
    expect(await texts(journal)).toHaveLength(4)
    await journal.append(entry('later'))
  })
})

describe('the file', () => {
  function bytes(): number {
    return [file, `${file}-wal`]
      .map((name) => statSync(name, { throwIfNoEntry: false })?.size ?? 0)
      .reduce((sum, size) => sum + size, 0)
  }

  /** 8 MB of free pages that the next entries will need, and a log of 4 MB. */
  const keptAtMost = 13e6

  test('goes back when what it held is forgotten, without being closed', async () => {
    const journal = await open()
    const body = Buffer.alloc(30_000, 'x')
    await Promise.all(Array.from({ length: 1500 }, () => journal.append(entry('', { body }))))
    expect(bytes()).toBeGreaterThan(40e6)
    await journal.forget(Number.MAX_SAFE_INTEGER)
    // Each answer comes between two steps of giving back.
    for (let turn = 0; turn < 1000 && bytes() > keptAtMost; turn += 1) await journal.extent()
    expect(bytes()).toBeLessThan(keptAtMost)
  })

  test('holds no byte of what was erased, nor of what was forgotten before', async () => {
    const journal = await open()
    await journal.append(entry('planted and loaded'))
    await journal.append(entry('it waits', { headers: { 'x-name': 'planted' } }))
    const isOnDisk = (): boolean =>
      [file, `${file}-wal`].some((name) => readFileSync(name).includes('planted'))
    const [loaded, waits] = await journal.read(0, everything)
    await journal.forget(loaded?.position ?? 0)
    expect(isOnDisk()).toBe(true)
    await journal.erase([waits?.position ?? 0])
    expect(isOnDisk()).toBe(false)
  })

  test('is not called clean while somebody still reads its log', async () => {
    const journal = await open({ busyTimeoutMs: 50 })
    await journal.append(entry('planted'))
    const reader = new DatabaseSync(file)
    reader.exec('begin')
    reader.prepare('select count(*) from journal_entries').get()
    await expect(journal.erase([1])).rejects.toMatchObject({ code: 'journal.locked' })
    reader.exec('commit')
    reader.close()
    await journal.erase([1])
    await journal.append(entry('later'))
    expect(await texts(journal)).toEqual(['', 'later'])
  })

  test('of a newer format is refused and left as it is', async () => {
    await (await open()).close()
    const database = new DatabaseSync(file)
    database.exec('insert into journal_format (version, applied_at) values (99, 0)')
    await expect(open()).rejects.toMatchObject({ code: 'journal.newer_format' })
    const { versions } = database
      .prepare('select count(*) as versions from journal_format')
      .get() as { versions: number }
    expect(versions).toBe(2)
    database.close()
  })

  test('of something else is refused', async () => {
    const database = new DatabaseSync(file)
    database.exec('create table customers (id integer)')
    database.close()
    await expect(open()).rejects.toMatchObject({ code: 'journal.foreign' })
  })
})
