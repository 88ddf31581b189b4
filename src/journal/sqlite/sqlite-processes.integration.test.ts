import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { killedAfter, scriptProcesses } from '../../../test/support/script-processes.ts'
import { everything, textOf } from '../../testing/journal/conformance.ts'
import { openSqliteJournal } from './open-sqlite-journal.ts'

let folder: string
let file: string
const processes = scriptProcesses()

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'syncline-journal-processes-'))
  file = join(folder, 'journal.db')
})
afterEach(async () => {
  processes.killAll()
  await rm(folder, { recursive: true })
})

/** A process that says each text that it has appended. */
function startProcess(body: string): ChildProcess {
  const module = new URL('./open-sqlite-journal.ts', import.meta.url).href
  return processes.start(`
    import { openSqliteJournal } from ${JSON.stringify(module)}
    const journal = await openSqliteJournal(${JSON.stringify(file)})
    async function append(text) {
      const entry = { connection: 'crm', receivedAt: 1, headers: {}, source: null }
      await journal.append({ ...entry, body: Buffer.from(text) })
      console.log(text)
    }
    ${body}`)
}

const appendForEver = `
  async function appendFrom(number) {
    await append(number + ' ' + 'x'.repeat(number % 5000))
    await appendFrom(number + 16)
  }
  await Promise.all(Array.from({ length: 16 }, (_, index) => appendFrom(index)))`

test('what was acknowledged is there after the process is killed in the middle of appending', async () => {
  const said = await killedAfter(startProcess(appendForEver), 1000)
  const journal = await openSqliteJournal(file)
  const found = (await journal.read(0, everything)).map(textOf)
  const kept = new Set(found)
  expect(said.filter((text) => !kept.has(text))).toEqual([])
  // What was under way may be there as well, but nothing by half and nothing twice.
  expect(kept.size).toBe(found.length)
  for (const text of found) {
    const number = Number(text.split(' ')[0])
    expect(text).toBe(`${number} ${'x'.repeat(number % 5000)}`)
  }
  expect((await journal.extent()).entries).toBe(found.length)
  await journal.close()
})

test('several processes that make one file at once append to it, and none loses anything', async () => {
  const codes = await Promise.all(
    ['a', 'b', 'c'].map(async (name) => {
      const body = `for (let n = 0; n < 40; n += 1) await append('${name}' + n)\nawait journal.close()`
      return (await once(startProcess(body), 'exit'))[0]
    }),
  )
  expect(codes).toEqual([0, 0, 0])
  const journal = await openSqliteJournal(file)
  const found = (await journal.read(0, everything)).map(textOf)
  for (const name of ['a', 'b', 'c']) {
    const own = found.filter((text) => text.startsWith(name))
    expect(own).toEqual(Array.from({ length: 40 }, (_, index) => `${name}${index}`))
  }
  await journal.close()
})
