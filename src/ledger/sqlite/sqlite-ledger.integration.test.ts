import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { noon, runIn, sendBatches, ttlMs } from '../../testing/ledger/conformance.ts'
import type { Ledger } from '../ledger.ts'
import { ledgerPurpose } from '../ledger-purpose.ts'
import { openSqliteLedger } from './open-sqlite-ledger.ts'
import { openSqliteStore, type SqliteStoreOptions } from '../../store/sqlite/open-sqlite-store.ts'

let folder: string
let file: string
let opened: Ledger[] = []

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'syncline-sqlite-')))
  file = join(folder, 'state.sqlite')
})
afterEach(async () => {
  await Promise.all(opened.map((ledger) => ledger.close()))
  opened = []
  await rm(folder, { recursive: true })
})

async function open(path = file, options: SqliteStoreOptions = {}): Promise<Ledger> {
  const ledger = await openSqliteLedger(path, options)
  opened.push(ledger)
  return ledger
}

describe('opening', () => {
  test('a missing folder is made', async () => {
    const ledger = await open(join(folder, 'a', 'b', 'state.sqlite'))
    expect(await ledger.syncs()).toEqual([])
  })

  test('a file is opened once per process by whatever path', async () => {
    await mkdir(join(folder, 'real'))
    await symlink(join(folder, 'real'), join(folder, 'link'))
    const first = await openSqliteStore(join(folder, 'real', 'state.sqlite'), ledgerPurpose)
    const second = await openSqliteStore(join(folder, 'link', 'state.sqlite'), ledgerPurpose)
    expect(second.location).toBe(first.location)
    await second.close()
    await second.close()
    expect(await first.execute([{ text: 'select 1 as one', parameters: [] }])).toHaveLength(1)
    await first.close()
  })

  test('a file that is no database is refused and left as it is', async () => {
    const text = 'These are notes, and nothing that a database would begin with.\n'.repeat(100)
    await writeFile(file, text)
    await expect(open()).rejects.toMatchObject({ code: 'ledger.foreign' })
    expect(await readFile(file, 'utf8')).toBe(text)
  })

  test("another program's database is refused and left as it is", async () => {
    const database = new DatabaseSync(file)
    database.exec('create table customers (id integer)')
    database.close()
    const before = await readFile(file)
    await expect(open()).rejects.toMatchObject({ code: 'ledger.foreign' })
    expect(before.equals(await readFile(file))).toBe(true)
  })

  test('a damaged file is told from a foreign one', async () => {
    const ledger = await open()
    await ledger.sync('scores')
    await ledger.close()
    const bytes = await readFile(file)
    await writeFile(file, bytes.fill(0xff, 4096))
    const using = open().then((damaged) => damaged.syncs())
    await expect(using).rejects.toMatchObject({ code: 'ledger.damaged' })
  })

  test('a folder in the place of the file, or a file in the place of the folder, is refused', async () => {
    await expect(open(folder)).rejects.toMatchObject({ code: 'ledger.not_writable' })
    await writeFile(file, '')
    const below = open(join(file, 'state.sqlite'))
    await expect(below).rejects.toMatchObject({ code: 'ledger.not_writable' })
  })

  test('a refused file can be opened once the reason is gone', async () => {
    await writeFile(file, 'x'.repeat(5000))
    await expect(open()).rejects.toMatchObject({ code: 'ledger.foreign' })
    await rm(file)
    expect(await (await open()).syncs()).toEqual([])
  })
})

describe('a file that another process holds', () => {
  test('is opened and read meanwhile, and written after waiting no longer than said', async () => {
    let ledger = await open(file, { busyTimeoutMs: 1 })
    await ledger.sync('scores')
    const another = new DatabaseSync(file)
    another.exec('begin immediate')
    expect(await ledger.syncs()).toHaveLength(1)
    await ledger.close()
    ledger = await open(file, { busyTimeoutMs: 1 })
    const writing = ledger.setPaused('scores', true)
    await expect(writing).rejects.toMatchObject({ code: 'ledger.locked', kind: 'busy' })
    another.exec('rollback')
    another.close()
    await ledger.setPaused('scores', true)
    expect((await ledger.sync('scores')).paused).toBe(true)
  })
})

describe('a full disk', () => {
  test('refuses what does not fit, keeps what was acknowledged, and goes on when there is room', async () => {
    const ledger = await open(file, { maxPages: 100 })
    const { lease, run } = await runIn(ledger, 'delivering')
    const text = 'x'.repeat(20_000)
    const record = async (number: number) => {
      await ledger.recordSending(lease, run, { number, attempt: 1, payload: text }, noon)
    }
    let concluded = 0
    const filling = async () => {
      for (let number = 1; number < 100; number += 1) {
        await record(number)
        concluded = await ledger.recordConcluded(lease, run, number, text, noon)
      }
    }
    await expect(filling()).rejects.toMatchObject({ code: 'ledger.disk_full' })
    expect(concluded).toBeGreaterThan(3)
    expect(await ledger.concludedBatches(run, 0, 100)).toHaveLength(concluded)

    const together = await Promise.allSettled([record(98), ledger.requestCancel(run), record(99)])
    expect(together.map((result) => result.status)).toEqual(['rejected', 'fulfilled', 'rejected'])
    expect((await ledger.run(run))?.cancelRequested).toBe(true)

    // A merge must be possible exactly then: it is what makes room.
    await ledger.finishMerge(lease, run, await ledger.beginMerge(lease), concluded)
    await record(100)
    expect((await ledger.sendingBatches(run)).at(-1)?.number).toBe(100)
  })
})

describe('the size of the file', () => {
  function bytesOf(path: string): number {
    return [path, `${path}-wal`]
      .map((name) => statSync(name, { throwIfNoEntry: false })?.size ?? 0)
      .reduce((sum, size) => sum + size, 0)
  }

  test('goes back after a merge without the ledger being closed', async () => {
    const ledger = await open()
    const { lease, run } = await runIn(ledger, 'delivering')
    const numbers = Array.from({ length: 1500 }, (_, index) => index + 1)
    const outcomes = 'x'.repeat(30_000)
    const record = async (number: number) => {
      await ledger.recordSending(lease, run, { number, attempt: 1, payload: '[]' }, noon)
      await ledger.recordConcluded(lease, run, number, outcomes, noon)
    }
    await Promise.all(numbers.map(record))
    const largest = bytesOf(file)
    expect(largest).toBeGreaterThan(40e6)
    await ledger.finishMerge(lease, run, await ledger.beginMerge(lease), numbers.length)
    // Each answer comes between two steps of giving back.
    for (let turn = 0; turn < 1000 && bytesOf(file) > 10e6; turn += 1) await ledger.leaseOf('x')
    expect(bytesOf(file)).toBeLessThan(10e6)
  })

  test('deleted payloads leave no trace in the file', async () => {
    const ledger = await open()
    const { lease, run } = await runIn(ledger, 'delivering')
    const secret = 'planted@person.example'
    await ledger.recordSending(lease, run, { number: 1, attempt: 1, payload: secret }, noon)
    await ledger.recordConcluded(lease, run, 1, secret.repeat(1000), noon)
    await sendBatches(ledger, lease, run, 2, 3)
    await ledger.finishMerge(lease, run, await ledger.beginMerge(lease), 1)
    await ledger.close()
    expect((await readFile(file)).includes(secret)).toBe(false)
  })
})

test('two ledgers in two files know nothing of each other', async () => {
  const first = await open()
  const second = await open(join(folder, 'other.sqlite'))
  await first.acquireLease('scores', 'worker-1', ttlMs, noon)
  expect(await second.leaseOf('scores')).toBeNull()
  expect(await second.stateId()).not.toBe(await first.stateId())
})
